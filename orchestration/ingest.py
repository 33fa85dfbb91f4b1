"""A source as Dagster sees it: one asset per stream, one op for all of them.

Here: keys, groups and metadata, all taken from the source's own description. Not here: the work
(`loading.py`), the verdicts (`failures.py`), which sources there are (`defs/sources/`).

One op per source, because a source's streams share one client, one limiter and the questions
asked at the start; what failed of one source is tried again without touching another.
Concept: https://docs.dagster.io/guides/build/assets/defining-assets
"""

from collections.abc import Iterator
from datetime import datetime

import dagster as dg
from pydantic import Field

from connectors.journal import LoadReport
from connectors.landing import Landing
from connectors.stream import Source, Stream
from infra.postgres import Warehouse
from orchestration import failures
from orchestration.loading import Run, StreamLoad, load
from orchestration.resources import Accounts, Company

LAYER = "raw"
OWNERS = ["team:data"]


class LoadConfig(dg.Config):
    """What a person may decide for one run, in the launchpad."""

    may_shrink: bool = Field(
        default=False,
        description="Believe a source that suddenly lacks many rows, and mark them as deleted.",
    )


def asset_key(source: str, stream: str) -> dg.AssetKey:
    """Return the key of a landed stream; schema and table carry the same two words."""
    return dg.AssetKey([LAYER, source, stream])


def source_definitions(source: Source) -> dg.Definitions:
    """Return the assets of a source."""

    @dg.multi_asset(
        name=f"land_{source.name}",
        description=f"Land what changed in {source.title}.",
        specs=[_spec(source, stream) for stream in source.streams],
        can_subset=True,
        pool=source.name,
    )
    def land(
        context: dg.AssetExecutionContext,
        config: LoadConfig,
        warehouse: dg.ResourceParam[Warehouse],
        company: dg.ResourceParam[Company],
        accounts: dg.ResourceParam[Accounts],
    ) -> Iterator[dg.MaterializeResult[None]]:
        with failures.by_verdict(attempt=context.retry_number, wait=company.retry_wait):
            for loaded in load(
                source,
                accounts.of(source),
                streams={key.path[-1] for key in context.selected_asset_keys},
                landing=Landing(warehouse.dsn("loader")),
                run=Run(
                    run_id=context.run.run_id,
                    as_of=company.as_of,
                    first_day=company.first_day,
                    may_shrink=config.may_shrink,
                ),
            ):
                yield dg.MaterializeResult(
                    asset_key=asset_key(source.name, loaded.stream.name),
                    metadata=_metadata(loaded),
                )

    return dg.Definitions(assets=[land])


def _spec(source: Source, stream: Stream) -> dg.AssetSpec:
    return dg.AssetSpec(
        key=asset_key(source.name, stream.name),
        description=f"{source.title}: {stream.description}",
        group_name=f"{LAYER}_{source.name}",
        kinds={"python", "postgres"},
        owners=OWNERS,
        skippable=True,
        metadata={
            "dagster/table_name": f"raw_{source.name}.{stream.name}",
            "write_mode": stream.write.value,
            "lookback_days": stream.lookback.total_seconds() / 86_400,
        },
    )


def _metadata(loaded: StreamLoad) -> dict[str, dg.MetadataValue]:
    """Return what the UI shows of one load."""
    figures = {
        name: dg.MetadataValue.int(sum(getattr(report, name) for report in loaded.reports))
        for name in (
            "rows_read",
            "rows_inserted",
            "rows_updated",
            "rows_unchanged",
            "rows_deleted",
            "characters_replaced",
            "requests",
            "retries",
            "bytes_received",
        )
    }
    return {
        "state": dg.MetadataValue.text(_state(loaded.reports)),
        "dagster/row_count": dg.MetadataValue.int(loaded.rows_landed),
        **figures,
        **_compared(loaded.reports),
        **_moments(loaded.reports),
        "run_report": dg.MetadataValue.md(_table(loaded.reports)),
    }


def _state(reports: tuple[LoadReport, ...]) -> str:
    if not reports:
        return "off: not configured"
    return "; ".join(
        sorted({f"off: {one.window}" if one.mode == "off" else "loaded" for one in reports})
    )


def _compared(reports: tuple[LoadReport, ...]) -> dict[str, dg.MetadataValue]:
    """Return what was counted on both sides, and the least that was left of a budget."""
    shown: dict[str, dg.MetadataValue] = {}
    for name in ("source_rows", "landed_rows"):
        counts = [getattr(report, name) for report in reports]
        if counts and None not in counts:  # a sum without one of them would mislead
            shown[name] = dg.MetadataValue.int(sum(counts))
    left = [one.operating_seconds_left for one in reports if one.operating_seconds_left is not None]
    if left:
        shown["operating_seconds_left"] = dg.MetadataValue.float(round(min(left), 3))
    return shown


def _moments(reports: tuple[LoadReport, ...]) -> dict[str, dg.MetadataValue]:
    through = [report.data_through for report in reports if report.data_through is not None]
    if not through:
        return {}
    oldest: datetime = min(through)
    return {"data_through": dg.MetadataValue.text(oldest.isoformat())}


def _table(reports: tuple[LoadReport, ...]) -> str:
    rows = [
        f"| {report.account} | {report.mode} | {report.window} | {report.rows_read} "
        f"| {_known(report.source_rows)} | {_known(report.landed_rows)} "
        f"| {report.requests} | {report.seconds:.1f} | {report.seconds_slept:.1f} |"
        for report in reports
    ]
    names = [
        "account",
        "mode",
        "window",
        "rows read",
        "rows at the source",
        "rows landed",
        "requests",
        "seconds",
        "of these waiting",
    ]
    return "\n".join([f"| {' | '.join(names)} |", "|---" * len(names) + "|", *rows])


def _known(count: int | None) -> str:
    return "–" if count is None else str(count)
