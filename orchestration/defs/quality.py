"""The landing checks: one op per source, and nothing is built on what fails them.

They judge what lies in the landing, whether or not it could be renewed: wrong data blocks, whoever
it came from. That data is missing is told by the check `loaded` (`outages.py`).
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg

from connectors.registry import SOURCES
from connectors.stream import Source, WriteMode
from infra.postgres import Warehouse
from orchestration.keys import asset_key
from orchestration.quality.runner import Verdict, check
from orchestration.quality.suites import Suite
from orchestration.resources import Accounts

NAME = "landing"


@dg.definitions
def defs() -> dg.Definitions:
    """Return one blocking check per landed stream."""
    return dg.Definitions(asset_checks=[checks_of(source) for source in SOURCES])


def suites_of(source: Source) -> tuple[Suite, ...]:
    """Return what is expected of each stream of a source, in their order."""
    return tuple(
        Suite(
            source=source.name,
            stream=stream.name,
            required=stream.name in source.never_empty,
            dated=stream.write is not WriteMode.REPLACE_ALL,
        )
        for stream in source.streams
    )


def checks_of(source: Source) -> dg.AssetChecksDefinition:
    """Return the checks of a source."""
    suites = suites_of(source)

    @dg.multi_asset_check(
        name=f"check_{source.name}",
        specs=[
            dg.AssetCheckSpec(
                NAME,
                asset=asset_key(source.name, suite.stream),
                blocking=True,
                description="Keys, volume and clocks of what landed.",
            )
            for suite in suites
        ],
        can_subset=True,
    )
    def check_landing(
        context: dg.AssetCheckExecutionContext,
        warehouse: dg.ResourceParam[Warehouse],
        accounts: dg.ResourceParam[Accounts],
    ) -> Iterator[dg.AssetCheckResult]:
        wanted = {key.asset_key for key in context.selected_asset_check_keys}
        chosen = [one for one in suites if asset_key(one.source, one.stream) in wanted]
        if not accounts.named(source):
            yield from (_off(source, one.stream) for one in chosen)
            return
        for verdict in check(
            chosen,
            dsn=warehouse.dsn("transformer"),
            now=datetime.now(UTC),
        ):
            yield _result(verdict)

    return check_landing


def _off(source: Source, stream: str) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=asset_key(source.name, stream),
        check_name=NAME,
        passed=True,
        description="Not checked: the source is not configured.",
    )


def _result(verdict: Verdict) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        asset_key=asset_key(verdict.suite.source, verdict.suite.stream),
        check_name=NAME,
        passed=verdict.passed,
        description="; ".join(f"broken: {words}" for words in verdict.broken) or "All hold.",
        metadata=dict(verdict.figures),
    )
