"""Runs suites with Great Expectations and hands back our own verdicts.

The only module that knows Great Expectations, which is imported when a check runs: the import
takes seconds. Results hold counts and bounds, never values of a row, since landed rows hold
personal data.
https://docs.greatexpectations.io/docs/core/introduction/
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import psycopg
from sqlalchemy.pool import NullPool

from orchestration.quality.suites import Suite

CLOCK_TOLERANCE = timedelta(days=1)
"""Clocks differ, and a platform's last day may end after ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of one suite.

    Args:
        suite: what was expected.
        broken: each expectation that does not hold, in words.
        figures: what was counted, by expectation.
    """

    suite: Suite
    broken: tuple[str, ...]
    figures: Mapping[str, int]

    @property
    def passed(self) -> bool:
        """Whether everything holds."""
        return not self.broken


@dataclass(frozen=True, slots=True, kw_only=True)
class _Expected:
    """One expectation: in our words, in theirs, and the figure of the result that we keep."""

    words: str
    theirs: Any
    figure: str


def check(suites: Sequence[Suite], *, dsn: str, now: datetime) -> tuple[Verdict, ...]:
    """Hold landed tables against their suites.

    A stream that no account can serve, or that never came to be loaded, may be empty, whatever its
    suite says: empty after a load is wrong, empty before any is missing.

    Args:
        suites: what to expect of which table.
        dsn: libpq connection text of a role that may read landing.
        now: the moment beyond which no cursor may lie.

    Raises:
        RuntimeError: an expectation could not be checked, which is an error and no broken one.
        great_expectations.exceptions.GreatExpectationsError: a table cannot be read.
    """
    absent = _absent(dsn)
    chosen = [
        replace(suite, required=suite.required and (suite.source, suite.stream) not in absent)
        for suite in suites
    ]
    gx = _great_expectations()
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}
    verdicts: list[Verdict] = []
    with warnings.catch_warnings():
        # Its class for PostgreSQL insists on an address with a user in it; see below.
        warnings.filterwarnings("ignore", message="You are using a generic SQLDatasource")
        for schema in sorted({suite.schema for suite in chosen}):
            source = context.data_sources.add_sql(
                name=schema,
                # It shows its address in errors, so this one says nothing.
                connection_string="postgresql+psycopg://",
                kwargs={"creator": _connector(dsn, schema), "poolclass": NullPool},
                create_temp_table=False,
            )
            verdicts += [
                _verdict(gx, source, suite, now=now) for suite in chosen if suite.schema == schema
            ]
    return tuple(verdicts)


def _absent(dsn: str) -> set[tuple[str, str]]:
    """Return the streams, with their sources, that no account serves or none ever loaded."""
    with psycopg.connect(dsn) as connection:
        rows = connection.execute("""
            select source, stream
            from (
                select distinct on (source, account, stream) source, stream, status
                from state.loads
                order by source, account, stream, load_id desc
            ) as latest
            group by source, stream
            having bool_and(status = 'off')
            union
            select source, stream
            from state.streams
            where not exists (
                select from state.loads
                where
                    loads.source = streams.source
                    and loads.stream = streams.stream
                    and loads.status = 'succeeded'
            )
            group by source, stream
            having bool_and(failure_code is not null)
        """).fetchall()
    return {(str(source), str(stream)) for source, stream in rows}


def _great_expectations() -> Any:
    """Import it now. Its public types are half unknown to a type checker, hence `Any`."""
    return importlib.import_module("great_expectations")


def _connector(dsn: str, schema: str) -> Callable[[], psycopg.Connection[Any]]:
    """Return what connects, with the tables of one schema in sight."""
    return lambda: psycopg.connect(dsn, options=f"-c search_path={schema}")


def _verdict(gx: Any, source: Any, suite: Suite, *, now: datetime) -> Verdict:
    table = source.add_table_asset(suite.stream, table_name=suite.stream)
    batch = table.add_batch_definition_whole_table("all").get_batch()
    broken: list[str] = []
    figures: dict[str, int] = {}
    for one in _expected(gx, suite, now=now):
        result = batch.validate(one.theirs, result_format="BASIC")
        if one.figure not in result.result:
            msg = f"{suite.schema}.{suite.stream}: {one.words}: could not be checked"
            raise RuntimeError(msg)
        figures[one.words] = int(result.result[one.figure] or 0)  # None of an empty table
        if not result.success:
            broken.append(one.words)
    return Verdict(suite=suite, broken=tuple(broken), figures=figures)


def _expected(gx: Any, suite: Suite, *, now: datetime) -> Iterator[_Expected]:
    """Yield a suite in the words of Great Expectations."""
    theirs = gx.expectations
    yield _Expected(
        words="every row has a key",
        theirs=theirs.ExpectColumnValuesToNotBeNull(column="_key"),
        figure="unexpected_count",
    )
    if suite.required:
        yield _Expected(
            words="the table is not empty",
            theirs=theirs.ExpectTableRowCountToBeBetween(min_value=1),
            figure="observed_value",
        )
    if suite.dated:
        yield _Expected(
            words="no cursor lies in the future",
            theirs=theirs.ExpectColumnValuesToBeBetween(
                column="_cursor", max_value=now + CLOCK_TOLERANCE
            ),
            figure="unexpected_count",
        )
