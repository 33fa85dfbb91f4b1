"""One source into landing: every stream, account after account.

Here: the order of things and what happens when one of them fails. Not here: windows and pages
(`connectors/extract.py`), and what Dagster makes of it (`ingest.py`).
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import date

from connectors.errors import Permanent
from connectors.extract import sync
from connectors.journal import LoadReport
from connectors.landing import Landing
from connectors.stream import Account, Client, Days, Source, Stream

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What every load of a run shares.

    Args:
        run_id: Dagster's run, kept with each landed row.
        as_of: the last complete day.
        first_day: nothing older is loaded; None has no such limit.
        may_shrink: believe a source whose rows are suddenly gone; a person's decision.
        again: read exactly these days instead of what is due.
    """

    run_id: str
    as_of: date
    first_day: date | None
    may_shrink: bool = False
    again: Days | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamLoad:
    """What became of one stream.

    Args:
        stream: the stream.
        reports: one per account that was loaded; empty where the source is off.
        rows_landed: rows of the landing table now, deleted ones included.
        failures: why it failed for good, by account.
    """

    stream: Stream
    reports: tuple[LoadReport, ...]
    rows_landed: int
    failures: Mapping[str, Permanent] = field(default_factory=dict[str, Permanent])


def load(
    source: Source,
    accounts: Sequence[Account],
    *,
    streams: Collection[str],
    landing: Landing,
    run: Run,
) -> Iterator[StreamLoad]:
    """Land the chosen streams of a source and yield each one when it is done, failed ones too.

    What fails for good of one stream or account does not keep the others from landing; the
    failure is raised after them. A failure that may pass ends the source at once: the next
    stream would meet it too.

    Raises:
        Retryable: the source failed for now; streams already yielded stay landed.
        Permanent: the first that failed for good, after the others were tried.
    """
    if not accounts:
        log.info("%s: off (not configured)", source.name)
    failures: list[Permanent] = []
    with ExitStack() as stack:
        clients = [(one, stack.enter_context(closing(source.open(one)))) for one in accounts]
        for stream in source.streams:
            if stream.name not in streams:
                continue
            reports: list[LoadReport] = []
            failed: dict[str, Permanent] = {}
            for account, client in clients:
                try:
                    reports.append(_one(source, account, stream, client, landing, run))
                except Permanent as error:
                    log.error("%s", error)  # noqa: TRY400 - its text is all there is to say
                    failed[account.name] = error
            failures += failed.values()
            rows = landing.count(source.name, stream.name)
            yield StreamLoad(
                stream=stream, reports=tuple(reports), rows_landed=rows, failures=failed
            )
    if failures:
        raise failures[0]


def _one(
    source: Source, account: Account, stream: Stream, client: Client, landing: Landing, run: Run
) -> LoadReport:
    """Land one account's stream and say what it came to."""
    report = sync(
        source,
        account,
        stream,
        client=client,
        landing=landing,
        run_id=run.run_id,
        as_of=run.as_of,
        first_day=run.first_day,
        on_progress=log.info,
        may_shrink=run.may_shrink,
        again=run.again,
    )
    log.info("%s", _line(report))
    return report


def _line(report: LoadReport) -> str:
    """Return what one load came to, in a line."""
    name = f"{report.source} {report.account} {report.stream}"
    if report.mode == "off":
        return f"{name}: off ({report.window})"
    changes = {
        "new": report.rows_inserted,
        "changed": report.rows_updated,
        "gone": report.rows_deleted,
    }
    told = ", ".join(f"{count:,} {word}" for word, count in changes.items() if count)
    differs = ""
    if report.source_rows is not None and report.source_rows != report.landed_rows:
        differs = f"; {report.landed_rows:,} landed of {report.source_rows:,} at the source"
    return (
        f"{name}: {report.rows_read:,} read, {told or 'nothing new'} "
        f"({report.seconds:.1f} s){differs}"
    )
