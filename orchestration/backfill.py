"""Months that a person picks, read again: a partitioned asset beside each stream of days.

Platforms restate days long after they were landed. The daily run re-reads the last ones by itself;
older ones are picked in the UI, month by month, and replaced in the same landing table. The cursor
of the daily run does not move by that.

An asset of its own, because the daily run is one run without partitions (docs/adr/0003), and a
landing asset with partitions would ask for one whenever it is started. The landing asset stands
behind it in the lineage and gets an observation of each month, no materialization: old days make
nothing fresh.

One run a month, one after another (Dagster's default without a `BackfillPolicy`): a backfill of
years shows its progress, is stopped between months, and lets the daily run pass
(`automation.py`). Not here: the reading (`loading.py`).
Concept: https://docs.dagster.io/guides/build/partitions-and-backfills/backfilling-data
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import dagster as dg

from connectors.errors import Misconfigured, Rejected
from connectors.journal import BACKFILL
from connectors.landing import Landing
from connectors.stream import Account, Days, Source, Stream, WriteMode
from connectors.windows import NO_DAY
from infra.postgres import Warehouse
from orchestration import failures, resources
from orchestration.figures import figures_of
from orchestration.keys import AGAIN, OWNERS, again_key, asset_key
from orchestration.loading import Run, StreamLoad, load
from orchestration.resources import Accounts, Company

EARLIEST = date(2020, 1, 1)
"""Where the list of months begins if `FIRST_DAY` does not say."""


def is_read_by_days(stream: Stream) -> bool:
    """Say whether a stream has months that can be read again."""
    return stream.write is WriteMode.REPLACE_WINDOW


def months() -> dg.MonthlyPartitionsDefinition:
    """Return the months to pick from, the current one included."""
    first = resources.first_day() or EARLIEST
    return dg.MonthlyPartitionsDefinition(
        start_date=first.replace(day=1).isoformat(),
        timezone=resources.timezone().key,
        end_offset=1,
    )


def definitions(source: Source) -> dg.Definitions:
    """Return the asset and the job that read a source's months again, none without days."""
    streams = tuple(filter(is_read_by_days, source.streams))
    if not streams:
        return dg.Definitions()
    picked = months()

    @dg.multi_asset(
        name=f"read_again_{source.name}",
        description=f"Read picked months of {source.title} again and replace what is landed.",
        specs=[_spec(source, stream, picked) for stream in streams],
        can_subset=True,
        pool=source.name,
    )
    def read_again(
        context: dg.AssetExecutionContext,
        warehouse: dg.ResourceParam[Warehouse],
        company: dg.ResourceParam[Company],
        accounts: dg.ResourceParam[Accounts],
    ) -> Iterator[dg.MaterializeResult[None]]:
        month = _in_words(context.partition_keys)
        was_read = False
        with failures.by_verdict(attempt=context.retry_number, wait=company.retry_wait):
            for loaded in load(
                source,
                _configured(source, accounts),
                streams={key.path[-1] for key in context.selected_asset_keys},
                landing=Landing(warehouse.dsn("loader")),
                run=Run(
                    run_id=context.run.run_id,
                    as_of=company.as_of,
                    first_day=company.first_day,
                    again=_days(context.partition_time_window),
                ),
            ):
                if not _is_read(loaded):
                    continue
                was_read, name = True, loaded.stream.name
                figures = {"month": month, **figures_of(loaded)}
                context.log_event(
                    dg.AssetObservation(asset_key=asset_key(source.name, name), metadata=figures)
                )
                yield dg.MaterializeResult(asset_key=again_key(source.name, name), metadata=figures)
            if not was_read:
                msg = f"no day of {month} is wanted (FIRST_DAY) and still served"
                raise Rejected(msg, source=source.name)

    job = dg.define_asset_job(
        f"{AGAIN}_{source.name}",
        selection=[again_key(source.name, stream.name) for stream in streams],
        executor_def=dg.in_process_executor,
        description=f"Pick months: they are read again from {source.title} and replaced.",
    )
    return dg.Definitions(assets=[read_again], jobs=[job])


def _spec(source: Source, stream: Stream, picked: dg.PartitionsDefinition) -> dg.AssetSpec:
    return dg.AssetSpec(
        key=again_key(source.name, stream.name),
        description=f"{source.title}, months read again into raw_{source.name}.{stream.name}: "
        f"{stream.description}",
        group_name=f"{AGAIN}_{source.name}",
        kinds={"python", "postgres"},
        owners=OWNERS,
        skippable=True,
        partitions_def=picked,
        metadata={"dagster/table_name": f"raw_{source.name}.{stream.name}"},
    )


def _configured(source: Source, accounts: Accounts) -> tuple[Account, ...]:
    found = accounts.of(source)
    if not found:
        msg = "not configured, so there is nobody to read from"
        raise Misconfigured(msg, source=source.name)
    return found


def _in_words(keys: Sequence[str]) -> str:
    """Say which months a run is for: one, unless a person asked for a single run."""
    return keys[0] if len(keys) == 1 else f"{keys[0]} … {keys[-1]}"


def _days(window: dg.TimeWindow) -> Days:
    return Days(first=window.start.date(), last=window.end.date() - timedelta(days=1))


def _is_read(loaded: StreamLoad) -> bool:
    """Say whether every account answered and any served it; else the month stays unmarked."""
    return not loaded.failures and any(
        one.mode == BACKFILL and one.window != NO_DAY for one in loaded.reports
    )
