"""A source as Dagster sees it: one asset per stream, one op for all of them.

Here: keys, groups and metadata, all taken from the source's own description. Not here: the work
(`loading.py`), the verdicts (`failures.py`), which sources there are (`defs/sources/`).

One op per source, because a source's streams share one client, one limiter and the questions
asked at the start; what failed of one source is tried again without touching another.
Concept: https://docs.dagster.io/guides/build/assets/defining-assets
"""

import logging
from collections.abc import Collection, Iterator

import dagster as dg
from pydantic import Field

from connectors.errors import Misconfigured
from connectors.landing import Landing
from connectors.stream import Source, Stream
from infra.postgres import Warehouse
from orchestration import backfill, failures
from orchestration.figures import figures_of
from orchestration.keys import LAYER, OWNERS, again_key, asset_key
from orchestration.loading import Run, load
from orchestration.resources import Accounts, Company

log = logging.getLogger(__name__)


class LoadConfig(dg.Config):
    """What a person may decide for one run, in the launchpad."""

    may_shrink: bool = Field(
        default=False,
        description="Believe a source that suddenly lacks many rows, and mark them as deleted.",
    )


def source_definitions(source: Source) -> dg.Definitions:
    """Return the assets of a source, and the months that may be read again of its days."""

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
        streams = {key.path[-1] for key in context.selected_asset_keys}
        with failures.by_verdict(attempt=context.retry_number, wait=company.retry_wait):
            try:
                configured = accounts.of(source)
            except Misconfigured as error:
                if source.is_indispensable:
                    raise
                yield from _half_configured(source, streams, error)
                return
            for loaded in load(
                source,
                configured,
                streams=streams,
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
                    metadata=figures_of(loaded),
                )

    return dg.Definitions.merge(dg.Definitions(assets=[land]), backfill.definitions(source))


def _half_configured(
    source: Source, streams: Collection[str], error: Misconfigured
) -> Iterator[dg.MaterializeResult[None]]:
    """Tell what is missing and leave the landing as it is, so that the other sources go on.

    The landing checks of the source say it too, and fail as a warning.
    """
    log.warning("%s: off, half-configured: %s", source.name, error.message)
    for stream in source.streams:
        if stream.name in streams:
            yield dg.MaterializeResult(
                asset_key=asset_key(source.name, stream.name),
                metadata={"state": dg.MetadataValue.text(f"off: half-configured: {error.message}")},
            )


def _spec(source: Source, stream: Stream) -> dg.AssetSpec:
    return dg.AssetSpec(
        key=asset_key(source.name, stream.name),
        description=f"{source.title}: {stream.description}",
        group_name=f"{LAYER}_{source.name}",
        kinds={"python", "postgres"},
        owners=OWNERS,
        skippable=True,
        deps=[again_key(source.name, stream.name)] if backfill.is_read_by_days(stream) else [],
        metadata={
            "dagster/table_name": f"raw_{source.name}.{stream.name}",
            "write_mode": stream.write.value,
            "lookback_days": stream.lookback.total_seconds() / 86_400,
        },
    )
