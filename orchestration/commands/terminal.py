"""What is printed: steps with their seconds, and tables."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich import box
from rich.console import Console
from rich.table import Table

WIDTH_OF_A_FILE = 120


def _console(*, stderr: bool = False) -> Console:
    """Return a console as wide as its terminal; a file or a pipe has no width of its own."""
    found = Console(stderr=stderr, highlight=False)
    if not found.is_terminal and "COLUMNS" not in os.environ:
        found.width = WIDTH_OF_A_FILE
    return found


console = _console()
problems = _console(stderr=True)


@dataclass(slots=True)
class Steps:
    """The steps of a command, shown as they begin and kept with the seconds they took."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Show a step and time it."""
        console.print(f"[bold]▸ {title}[/bold]")
        begun = time.monotonic()
        try:
            yield
        finally:
            self.seconds[title] = time.monotonic() - begun

    def show(self) -> None:
        """Print how long each step took."""
        shown = table("Time", ["Step"], ["Seconds"])
        for title, seconds in self.seconds.items():
            shown.add_row(title, f"{seconds:.1f}")
        shown.add_section()
        shown.add_row("together", f"{sum(self.seconds.values()):.1f}")
        console.print(shown)


def table(title: str, words: Sequence[str], *figures: Sequence[str]) -> Table:
    """Return an empty table: columns of words on the left, of figures on the right."""
    made = Table(
        title=title,
        box=box.SIMPLE_HEAVY,
        padding=(0, 1, 0, 0),
        title_justify="left",
        title_style="bold",
    )
    for heading in words:
        made.add_column(heading)
    for heading in (one for group in figures for one in group):
        made.add_column(heading, justify="right", no_wrap=True)
    return made
