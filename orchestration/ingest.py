"""A source as Dagster sees it: one asset per stream, one op for all of them.

Here: keys, groups and metadata, all taken from the source's own description. Not here: the work
(`loading.py`), the verdicts (`failures.py`), whom a failure stops (`outages.py`), which sources
there are (`defs/sources/`).

One op per source, because a source's streams share one client, one limiter and the questions
asked at the start; what failed of one source is tried again without touching another.
Concept: https://docs.dagster.io/guides/build/assets/defining-assets
"""

from collections.abc import Iterator

import dagster as dg
from pydantic import Field

from connectors.landing import Landing
from connectors.standing import keep
from connectors.stream import Source, Stream
from infra.postgres import Warehouse
from orchestration import backfill, failures, outages
from orchestration.figures import figures_of
from orchestration.keys import LAYER, OWNERS, again_key, asset_key
from orchestration.loading import Run, StreamLoad, load
from orchestration.resources import Accounts, Company


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
        check_specs=[outages.check_spec(source, stream.name) for stream in source.streams],
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
        dsn = warehouse.dsn("loader")
        streams = {key.path[-1] for key in context.selected_asset_keys}
        run = Run(
            run_id=context.run.run_id,
            as_of=company.as_of,
            first_day=company.first_day,
            may_shrink=config.may_shrink,
        )
        done: list[StreamLoad] = []
        failure: Exception | None = None
        try:
            with failures.by_verdict(attempt=context.retry_number, wait=company.retry_wait):
                configured = accounts.of(source)
                for one in load(source, configured, streams=streams, landing=Landing(dsn), run=run):
                    done.append(one)
                    if not one.failures:
                        yield _landed(source, one)
        except dg.RetryRequested:
            raise
        except Exception as error:  # noqa: BLE001 - a defect of one source stops no other either
            failure = error
        why = None if failure is None else outages.described(failure)
        found = outages.standings(accounts.named(source), streams, done, why)
        keep(dsn, source.name, streams, found, run_id=run.run_id)
        if failure is not None and source.name in company.required:
            raise failure
        short = {one.stream: one.failure for one in found if one.failure is not None}
        yield from outages.not_loaded(context, source, short)

    return dg.Definitions.merge(dg.Definitions(assets=[land]), backfill.definitions(source))


def _landed(source: Source, one: StreamLoad) -> dg.MaterializeResult[None]:
    return dg.MaterializeResult(
        asset_key=asset_key(source.name, one.stream.name),
        metadata=figures_of(one),
        check_results=[outages.loaded(source, one.stream.name)],
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
