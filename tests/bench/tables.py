"""The figures as text: aligned columns, one line a run."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from pathlib import Path

import psutil

from tests.bench.measuring import Measured

MEGABYTE = 1e6
_HEAD = (
    *("who", "ms/command", "runs", "rows", "lost", "doubled", "requests", "503"),
    *("wall s", "least s", "ratio", "memory MB", "own CPU s", "portal CPU s"),
)


def aligned(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Return a table: the first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(head, *lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if number == 0 else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in (head, *lines)
    )


def runs_table(groups: Sequence[Sequence[Measured]]) -> str:
    """Return a table of medians, a line for each group of runs of one contestant."""
    return aligned(_HEAD, [_line(runs) for runs in groups])


def _line(runs: Sequence[Measured]) -> list[str]:
    shown = middle(runs)
    failed = sum(1 for run in runs if run.failure)
    walls = sorted(run.seconds for run in runs if bool(run.failure) == bool(shown.failure))
    wall = f"{shown.seconds:.1f}"
    if len(walls) > 1:
        wall += f" ({walls[0]:.1f}-{walls[-1]:.1f})"
    return [
        shown.name,
        f"{shown.command_ms:g}",
        f"{len(runs)}, {failed} gave up" if failed else str(len(runs)),
        "-" if shown.failure else f"{shown.rows:,}",
        "-" if shown.failure else str(max(run.lost for run in runs if not run.failure)),
        "-" if shown.failure else str(max(run.doubled for run in runs)),
        str(shown.requests),
        str(shown.refused),
        wall,
        f"{shown.least_seconds:.1f}",
        "-" if shown.failure else f"{shown.ratio:.2f}",
        f"{shown.grown / MEGABYTE:.0f}",
        f"{shown.cpu:.1f}",
        f"{shown.portal_cpu:.1f}",
    ]


def middle(runs: Sequence[Measured]) -> Measured:
    """Return the run of median wall time, of those that came to an end where any did.

    Of an even number, the slower one in the middle.
    """
    ended = [run for run in runs if not run.failure] or list(runs)
    return sorted(ended, key=lambda run: run.seconds)[len(ended) // 2]


def bound(what: str, figure: float, most: float, unit: str = "") -> list[str]:
    """Return a line that holds a figure against its bound."""
    verdict = "kept" if figure <= most else "EXCEEDED"
    return [what, f"{figure:.4g}{unit}", f"<= {most:.4g}{unit}", verdict]


def machine() -> str:
    """Return what the figures were measured on."""
    model = platform.processor() or platform.machine()
    facts = Path("/proc/cpuinfo")
    if facts.is_file():
        named = [line for line in facts.read_text().splitlines() if line.startswith("model name")]
        model = named[0].partition(":")[2].strip() if named else model
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    memory = psutil.virtual_memory().total / 1e9
    return (
        f"{psutil.cpu_count()} x {model}, {memory:.0f} GB, {platform.system()} "
        f"{platform.release()}, Python {platform.python_version()}; load average {load}"
    )
