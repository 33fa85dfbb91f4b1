"""Runs a suite with Great Expectations and hands back our own verdict.

The only module that imports Great Expectations, and only when it runs: the import takes seconds.
Results hold counts and bounds, never values of a row, since landed rows hold personal data.
https://docs.greatexpectations.io/docs/core/introduction/
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from orchestration.quality.suites import Suite

if TYPE_CHECKING:
    from great_expectations.datasource.fluent.sql_datasource import SQLDatasource
    from great_expectations.expectations import Expectation

CLOCK_TOLERANCE = timedelta(days=1)
"""Clocks differ, and a platform's last day may end after ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of one suite.

    Args:
        suite: what was expected.
        broken: each expectation that does not hold, in words.
        figures: what was observed, by expectation.
    """

    suite: Suite
    broken: tuple[str, ...]
    figures: Mapping[str, str]

    @property
    def passed(self) -> bool:
        """Whether everything holds."""
        return not self.broken


def check(
    suites: Sequence[Suite], *, url: str, password: str, now: datetime
) -> tuple[Verdict, ...]:
    """Hold landed tables against their suites.

    Args:
        suites: what to expect of which table.
        url: SQLAlchemy URL of the warehouse without the password.
        password: kept out of the URL, which Great Expectations shows in its errors.
        now: the moment that no cursor may lie beyond.

    Raises:
        Exception: whatever the database or Great Expectations raises; a check that cannot run
            is an error and not a failed check.
    """
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    source = context.data_sources.add_sql(
        name="warehouse",
        connection_string=url,
        kwargs={"connect_args": {"password": password}},
        create_temp_table=False,
    )
    return tuple(_verdict(source, suite, now=now) for suite in suites)


def _verdict(source: SQLDatasource, suite: Suite, *, now: datetime) -> Verdict:
    table = source.add_table_asset(
        f"{suite.schema}.{suite.stream}", table_name=suite.stream, schema_name=suite.schema
    )
    batch = table.add_batch_definition_whole_table("all").get_batch()
    broken: list[str] = []
    figures: dict[str, str] = {}
    for words, expectation in _expectations(suite, now=now).items():
        result = batch.validate(expectation, result_format="BASIC")
        if result.exception_info.get("raised_exception"):
            msg = f"{suite.schema}.{suite.stream}: {words}: could not be checked"
            raise RuntimeError(msg)
        details = result.result
        figures[words] = str(
            details.get("observed_value", details.get("unexpected_count", "checked"))
        )
        if not result.success:
            broken.append(words)
    return Verdict(suite=suite, broken=tuple(broken), figures=figures)


def _expectations(suite: Suite, *, now: datetime) -> dict[str, Expectation]:
    """Return the suite in the words of Great Expectations."""
    from great_expectations import expectations as expect

    found: dict[str, Expectation] = {
        "every row has a key": expect.ExpectColumnValuesToNotBeNull(column="_key"),
    }
    if suite.required:
        found["the table is not empty"] = expect.ExpectTableRowCountToBeBetween(min_value=1)
    if suite.dated:
        found["no cursor lies in the future"] = expect.ExpectColumnValuesToBeBetween(
            column="_cursor", max_value=now + CLOCK_TOLERANCE
        )
    return found
