"""`make bench-extract`: the product and public clients read the same portal, and figures come out.

The portal is the sandbox behind the limits of a standard plan, in real time: 50 requests at once, 2
a second, so many milliseconds for each command. Every run has a portal process and a contestant
process of its own; the portal counts requests and refusals, and what came is compared with its
store. All contestants speak HTTPS and ask for the same rows with the same fields.

Nothing here fails: figures depend on the machine and on what else it does.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from array import array
from dataclasses import dataclass
from pathlib import Path

from tests.bench.landed import Database, database
from tests.bench.measuring import Measured, ids_of, measure, most_requests
from tests.bench.mutation import CHANGED_TITLE, mutate
from tests.bench.tables import MEGABYTE, aligned, bound, machine, middle, runs_table
from tests.bench.world import copied, deals_world

OURS, LANDED = "ours", "ours-landed"
FAST_BITRIX24, SDK_FAST, SDK_PLAIN = "fast_bitrix24", "b24pysdk-fast", "b24pysdk-plain"
RIVALS = (FAST_BITRIX24, SDK_FAST, SDK_PLAIN)
QUICK, SLOW = 5.0, 50.0
"""Milliseconds that the portal works on a command."""

Groups = dict[tuple[str, float], list[Measured]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is measured.

    Args:
        rows: deals of the ordinary portal.
        large: deals of the large one; 0 leaves it out.
        serial: deals where the portal is slow and a client asks for one batch after the other.
        runs: how often each contestant reads.
        only: contestants to measure; empty measures all.
    """

    rows: int
    large: int
    serial: int
    runs: int
    only: tuple[str, ...]

    def wants(self, name: str) -> bool:
        """Tell whether a contestant is measured."""
        return not self.only or name in self.only


def main() -> None:
    """Measure and print."""
    setting = _setting()
    say(f"machine: {machine()}")
    groups = clients(setting)
    with database() as landing:
        say(f"PostgreSQL {landing.server()}")
        if setting.wants(LANDED):
            small = landed(setting.rows, landing)
            groups[(LANDED, QUICK)] = [small]
            if setting.large:
                changed(setting, small, landing)
    print_bounds(setting, groups)


def clients(setting: Setting) -> Groups:
    """Let all read the ordinary portal, in turns, then the slow one."""
    groups: Groups = {}
    plan = [(name, QUICK, setting.rows) for _ in range(setting.runs) for name in (OURS, *RIVALS)]
    plan += [(OURS, SLOW, setting.rows)] * setting.runs + [(FAST_BITRIX24, SLOW, setting.rows)]
    for name, command_ms, rows in plan:
        if setting.wants(name):
            groups.setdefault((name, command_ms), []).append(_measured(name, command_ms, rows))
    _print_groups(f"{setting.rows:,} deals of 60 fields, standard plan", groups)
    serial: Groups = {}
    for name in (SDK_FAST, SDK_PLAIN):
        if setting.wants(name):
            serial[(name, SLOW)] = [_measured(name, SLOW, setting.serial)]
    _print_groups(f"{setting.serial:,} deals, a slow portal, one batch after the other", serial)
    return groups


def landed(rows: int, landing: Database) -> Measured:
    """Load a portal into an empty PostgreSQL."""
    landing.empty()
    run = _measured(LANDED, QUICK, rows, landing)
    _print_groups(f"{rows:,} deals into PostgreSQL", {(LANDED, QUICK): [run]})
    return run


def changed(setting: Setting, small: Measured, landing: Database) -> None:
    """Load the large portal, change one row of a hundred, delete a few, load what changed."""
    large = landed(setting.large, landing)
    with tempfile.TemporaryDirectory(prefix="bench-world-") as scratch:
        world = copied(deals_world(setting.large), Path(scratch) / "world")
        mutation = mutate(world, ids_of(world))
        say(f"{mutation.changed:,} deals changed, {mutation.deleted} deleted")
        again = measure(LANDED, world, command_ms=QUICK, expected=mutation.left, database=landing)
    report = again.report
    found = landing.changed_deals(CHANGED_TITLE)
    lines = [
        ["full load", f"{large.requests}", f"{large.seconds:.1f}", f"{large.rows:,}", "", ""],
        [
            "what changed",
            f"{again.requests}",
            f"{again.seconds:.1f}",
            f"{report['rows_read']:,}",
            f"{found:,} of {mutation.changed:,}",
            f"{report['rows_deleted']} of {mutation.deleted}",
        ],
    ]
    head = ("load", "requests", "wall s", "rows read", "changes found", "deletions found")
    say(f"\n{setting.large:,} deals, 1 % changed\n{aligned(head, lines)}")
    bounds = [
        bound("requests, of a full load's", 100 * again.requests / large.requests, 3, " %"),
        bound("live rows that differ", again.lost + again.doubled, 0),
        bound("full load: requests", large.requests, most_requests(setting.large)),
        bound("full load: wall / least possible", large.ratio, 1.25),
        bound(
            f"memory growth at {setting.large:,} / at {setting.rows:,}",
            large.grown / small.grown,
            1.10,
        ),
    ]
    say(f"\n{aligned(('bound', 'figure', 'allowed', ''), bounds)}")


def print_bounds(setting: Setting, groups: Groups) -> None:
    """Hold the figures of the ordinary portal against what was promised."""
    lines: list[list[str]] = []
    for (name, command_ms), runs in groups.items():
        if name not in (OURS, LANDED):
            continue
        run = middle(runs)
        about = f"{name}, {command_ms:g} ms"
        lines.append(bound(f"{about}: requests", run.requests, most_requests(setting.rows)))
        lines.append(bound(f"{about}: refused", run.refused, 0))
        lines.append(bound(f"{about}: lost or doubled", run.lost + run.doubled, 0))
        lines.append(bound(f"{about}: wall / least possible", run.ratio, 1.25))
        if command_ms == QUICK:
            lines.append(bound(f"{about}: memory growth", run.grown / MEGABYTE, 150, " MB"))
    lines += _against(groups)
    say(f"\n{aligned(('bound', 'figure', 'allowed', ''), lines)}")


def _against(groups: Groups) -> list[list[str]]:
    ours = groups.get((OURS, QUICK))
    if ours is None:
        return []
    lines = [
        bound(
            f"ours / {name}: wall",
            middle(ours).seconds / middle(groups[(name, QUICK)]).seconds,
            1,
        )
        for name in RIVALS
        if (name, QUICK) in groups
    ]
    if (FAST_BITRIX24, QUICK) in groups:
        theirs = middle(groups[(FAST_BITRIX24, QUICK)]).grown
        lines.append(bound("ours / fast_bitrix24: memory", middle(ours).grown / theirs, 0.5))
    return lines


def _measured(name: str, command_ms: float, rows: int, landing: Database | None = None) -> Measured:
    world = deals_world(rows)
    run = measure(name, world, command_ms=command_ms, expected=_known_ids(world), database=landing)
    say(
        f"  {name}, {command_ms:g} ms, {rows:,} deals: {run.seconds:.1f} s,"
        f" {run.requests} requests, {run.grown / MEGABYTE:.0f} MB"
    )
    return run


_IDS: dict[Path, array] = {}


def _known_ids(world: Path) -> array:
    if world not in _IDS:
        _IDS[world] = ids_of(world)
    return _IDS[world]


def _print_groups(title: str, groups: Groups) -> None:
    if groups:
        say(f"\n{title}\n{runs_table(list(groups.values()))}\n")


def say(words: str) -> None:
    """Print at once, for whoever watches a pipe."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def _setting() -> Setting:
    parser = argparse.ArgumentParser(prog="make bench-extract", description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--large", type=int, default=1_000_000, help="0 leaves it out")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME")
    parser.add_argument("--quick", action="store_true", help="20,000 deals, one run: a trial")
    given = parser.parse_args()
    if given.quick:
        return Setting(rows=20_000, large=60_000, serial=5_000, runs=1, only=tuple(given.only))
    return Setting(
        rows=given.rows,
        large=given.large,
        serial=given.rows // 4,
        runs=given.runs,
        only=tuple(given.only),
    )


if __name__ == "__main__":
    main()
