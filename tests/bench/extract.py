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
LARGE, CHANGED = "large", "changed"
"""Parts that have no contestant of their own: the large portal, and what changed there."""

FAST_BITRIX24, FAST_BITRIX24_SLOW = "fast_bitrix24", "fast_bitrix24-slow"
SDK_FAST, SDK_PLAIN = "b24pysdk-fast", "b24pysdk-plain"
RIVALS = (FAST_BITRIX24, FAST_BITRIX24_SLOW, SDK_FAST, SDK_PLAIN)
PARTS = (OURS, *RIVALS, LARGE, LANDED, CHANGED)
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
        only: contestants and parts to measure; empty measures all.
        is_trial: the portal is too small for the bounds to mean anything.
    """

    rows: int
    large: int
    serial: int
    runs: int
    only: tuple[str, ...]
    is_trial: bool

    def wants(self, name: str) -> bool:
        """Tell whether a contestant is measured."""
        return not self.only or name in self.only


def main() -> None:
    """Measure and print."""
    setting = _setting()
    say(f"machine: {machine()}")
    groups = clients(setting)
    bounds = _of_the_ordinary(setting, groups)
    large = None
    if setting.large and setting.wants(LARGE):
        large = _measured(OURS, QUICK, setting.large)
        _print_groups(f"{setting.large:,} deals", {(OURS, QUICK): [large]})
        bounds += _of_the_large(setting, groups, large)
    with database() as landing:
        say(f"PostgreSQL {landing.server()}")
        if setting.wants(LANDED):
            landed(setting.rows, landing)
        if setting.large and setting.wants(CHANGED):
            bounds += changed(setting, large, landing)
    if not setting.is_trial:
        say(f"\n{aligned(('bound', 'figure', 'allowed', ''), bounds)}")


def clients(setting: Setting) -> Groups:
    """Let all read the ordinary portal, in turns, then the slow one."""
    groups: Groups = {}
    plan = [(name, QUICK, setting.rows) for _ in range(setting.runs) for name in (OURS, *RIVALS)]
    plan += [(OURS, SLOW, setting.rows)] * setting.runs
    plan += [(name, SLOW, setting.rows) for name in (FAST_BITRIX24, FAST_BITRIX24_SLOW)]
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


def landed(rows: int, landing: Database) -> None:
    """Load a portal into an empty PostgreSQL."""
    landing.empty()
    run = _measured(LANDED, QUICK, rows, landing)
    _print_groups(f"{rows:,} deals into PostgreSQL", {(LANDED, QUICK): [run]})


def changed(setting: Setting, full: Measured | None, landing: Database) -> list[list[str]]:
    """Change one row of a hundred of a landed portal, delete a few, and load what changed."""
    with tempfile.TemporaryDirectory(prefix="bench-world-") as scratch:
        world = copied(deals_world(setting.large), Path(scratch) / "world")
        landing.fill(world)
        mutation = mutate(world, ids_of(world))
        run = measure(LANDED, world, command_ms=QUICK, expected=mutation.left, database=landing)
    requests = most_requests(setting.large) if full is None else full.requests
    found = landing.titled_deals(CHANGED_TITLE)
    head = ("requests", "of a full one's", "wall s", "rows read", "changed", "deleted")
    line = [
        f"{run.requests}",
        f"{run.requests} / {requests:g} = {100 * run.requests / requests:.1f} %",
        f"{run.seconds:.1f}",
        f"{run.report['rows_read']:,}",
        f"{found:,} of {mutation.changed:,}",
        f"{run.report['rows_deleted']} of {mutation.deleted}",
    ]
    title = f"{setting.large:,} deals landed, 1 % changed and a handful deleted since"
    say(f"\n{title}\n{aligned(head, [line])}")
    return [
        bound("what changed: requests, of a full load's", 100 * run.requests / requests, 3, " %"),
        bound("what changed: live rows that differ", run.lost + run.doubled, 0),
        bound("what changed: changes not found", mutation.changed - found, 0),
    ]


def _of_the_ordinary(setting: Setting, groups: Groups) -> list[list[str]]:
    lines: list[list[str]] = []
    for (name, command_ms), runs in groups.items():
        if name == OURS:
            lines += _of_ours(f"{command_ms:g} ms", middle(runs), setting.rows)
    ours = groups.get((OURS, QUICK))
    if ours is None:
        return lines
    lines.append(bound("5 ms: memory growth", middle(ours).grown / MEGABYTE, 150, " MB"))
    for name in RIVALS:
        theirs = groups.get((name, QUICK))
        if theirs and not middle(theirs).failure:
            ratio = middle(ours).seconds / middle(theirs).seconds
            lines.append(bound(f"5 ms: wall / {name}'s", ratio, 1))
            if name in (FAST_BITRIX24, FAST_BITRIX24_SLOW):
                ratio = middle(ours).grown / middle(theirs).grown
                lines.append(bound(f"5 ms: memory growth / {name}'s", ratio, 0.5))
    return lines


def _of_the_large(setting: Setting, groups: Groups, large: Measured) -> list[list[str]]:
    lines = _of_ours(f"{setting.large:,} deals", large, setting.large)
    if small := groups.get((OURS, QUICK)):
        ratio = large.grown / middle(small).grown
        lines.append(bound(f"memory growth / that at {setting.rows:,} deals", ratio, 1.1))
    return lines


def _of_ours(about: str, run: Measured, rows: int) -> list[list[str]]:
    return [
        bound(f"{about}: requests", run.requests, most_requests(rows)),
        bound(f"{about}: lost or doubled", run.lost + run.doubled, 0),
        bound(f"{about}: wall / least possible", run.ratio, 1.25),
    ]


def _measured(name: str, command_ms: float, rows: int, landing: Database | None = None) -> Measured:
    world = deals_world(rows)
    run = measure(name, world, command_ms=command_ms, expected=_known_ids(world), database=landing)
    say(
        f"  {name}, {command_ms:g} ms, {rows:,} deals: {run.seconds:.1f} s,"
        f" {run.requests} requests, {run.grown / MEGABYTE:.0f} MB"
        + (f"; gave up: {run.failure}" if run.failure else "")
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
    parser.add_argument("--only", nargs="+", default=[], metavar="PART", choices=PARTS)
    parser.add_argument("--quick", action="store_true", help="20,000 deals, one run: a trial")
    given = parser.parse_args()
    if given.quick:
        return Setting(
            rows=20_000,
            large=60_000,
            serial=5_000,
            runs=1,
            only=tuple(given.only),
            is_trial=True,
        )
    return Setting(
        rows=given.rows,
        large=given.large,
        serial=given.rows // 8,
        runs=given.runs,
        only=tuple(given.only),
        is_trial=False,
    )


if __name__ == "__main__":
    main()
