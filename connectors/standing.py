"""How each configured stream stands since its source was last asked: landed, or why not.

`state.loads` tells of loads that began. What never came to a load (half of the settings is
missing, the source broke off two streams earlier) is told here, and so is which accounts there are
to be complete at all. The marts read both.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import psycopg

from connectors.landing import boundary

_FORGET = "delete from state.streams where source = %s and stream = any(%s)"
_KEEP = (
    "insert into state.streams (source, account, stream, failure_code, failure_reason, run_id)"
    " values (%s, %s, %s, %s, %s, %s)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why something did not load.

    Args:
        code: the verdict, such as `Unauthorized`.
        reason: one sentence for a person, free of secrets: readers of the marts see it.
    """

    code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one account's stream stands; `failure` is None where it landed."""

    account: str
    stream: str
    failure: Failure | None = None


def keep(
    dsn: str,
    source: str,
    streams: Collection[str],
    standings: Sequence[Standing],
    *,
    run_id: str,
) -> None:
    """Keep how streams of a source stand, in place of what was kept of them.

    An account that is no longer configured is no longer among the standings, and so forgotten.

    Args:
        dsn: connection string of the role `loader`; holds a password.
        source: whose streams.
        streams: names of the streams that were asked for.
        standings: one per configured account and such stream.
        run_id: the run that asked.

    Raises:
        ConnectorError: PostgreSQL cannot be reached, or refuses.
    """
    rows = [
        (
            source,
            one.account,
            one.stream,
            one.failure and one.failure.code,
            one.failure and one.failure.reason,
            run_id,
        )
        for one in standings
    ]
    with (
        boundary(source, "standing"),
        psycopg.connect(dsn, application_name="standing", connect_timeout=15) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(_FORGET, (source, sorted(streams)))
        cursor.executemany(_KEEP, rows)
