"""A source that did not load: whom it stops, and how it is told.

The one rule (docs/adr/0008): **wrong data blocks, missing data flags.** A source that fails leaves
its landing as it was. If the company requires it (`REQUIRED_SOURCES`), its step fails and nothing
is built. Otherwise the run goes on with what was landed before, and says so everywhere: the check
`loaded` of each stream concerned fails without blocking, its asset gets an observation and no
materialization (so it does not count as fresh), and `state.streams` tells the marts. What landed
is held against the landing checks either way, which block whatever the source is.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Collection, Iterator, Mapping, Sequence

import dagster as dg

from connectors.standing import Failure, Standing
from connectors.stream import Source
from orchestration.keys import asset_key
from orchestration.loading import StreamLoad

log = logging.getLogger(__name__)

CHECK = "loaded"

WITHOUT_MATERIALIZATION = "__source_asset_observation__"
"""The key by which Dagster marks outputs of its own observable assets: the next step runs, and no
materialization is made. It is not documented; the tests of `tests/orchestration` hold it.
"""


def check_spec(source: Source, stream: str) -> dg.AssetCheckSpec:
    """Return the check that says whether a stream was loaded; it never blocks."""
    return dg.AssetCheckSpec(
        CHECK,
        asset=asset_key(source.name, stream),
        blocking=False,
        description="The source answered, and what it answered landed.",
    )


def loaded(source: Source, stream: str) -> dg.AssetCheckResult:
    """Return the check of a stream that landed, or has no account to be landed of."""
    return dg.AssetCheckResult(
        asset_key=asset_key(source.name, stream), check_name=CHECK, passed=True
    )


def not_loaded(
    context: dg.AssetExecutionContext, source: Source, failures: Mapping[str, Failure]
) -> Iterator[dg.MaterializeResult[None]]:
    """Tell of streams that did not land, and let what stands on them go on.

    Args:
        context: of the step.
        source: whose streams.
        failures: why, by stream.
    """
    for stream, failure in failures.items():
        key = asset_key(source.name, stream)
        said = f"{failure.code}: {failure.reason}"
        log.warning("%s %s: not loaded, left as it was: %s", source.name, stream, said)
        figures = {"state": dg.MetadataValue.text(f"not loaded: {said}")}
        context.log_event(dg.AssetObservation(asset_key=key, metadata=figures))
        yield dg.MaterializeResult(
            asset_key=key,
            metadata={WITHOUT_MATERIALIZATION: True},
            check_results=[
                dg.AssetCheckResult(
                    asset_key=key,
                    check_name=CHECK,
                    passed=False,
                    severity=dg.AssetCheckSeverity.ERROR,
                    description=f"Not loaded; what was landed before is published. {said}",
                )
            ],
        )


def described(error: Exception) -> Failure:
    """Say why a source failed, without a secret: a text that is not ours may hold one."""
    if isinstance(error, dg.Failure):
        told = {name: str(error.metadata[name].value) for name in ("verdict", "reason")}
        return Failure(code=told["verdict"], reason=told["reason"])
    log.error("%s at\n%s", type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))
    return Failure(
        code=type(error).__name__, reason="a defect of this product; the place is in the run's log"
    )


def standings(
    accounts: Collection[str],
    streams: Collection[str],
    done: Sequence[StreamLoad],
    failure: Failure | None,
) -> list[Standing]:
    """Return how each account's streams stand after a run.

    Args:
        accounts: names of the configured accounts, usable or not.
        streams: names of the streams that were asked for.
        done: what was tried to its end.
        failure: what ended the source before the others.
    """
    tried = {one.stream.name: one.failures for one in done}
    found: list[Standing] = []
    for stream in sorted(streams):
        for account in accounts:
            why = failure
            if stream in tried:
                error = tried[stream].get(account)
                why = error and Failure(code=type(error).__name__, reason=error.message)
            found.append(Standing(account=account, stream=stream, failure=why))
    return found
