"""How complete the sources of a publication are, as its marts will say.

Read from the build of `report_source_freshness`, so that the log of publications, the terminal and
the mart never differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import psycopg


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """What a publication is made of, and short of.

    Args:
        through: by configured source, the last day for which all of it is complete; None where
            some of it was never loaded.
        stale: sources that are not complete through the report's last day.
    """

    through: Mapping[str, date | None] = field(default_factory=dict[str, date | None])
    stale: tuple[str, ...] = ()


UNKNOWN = Completeness()
"""Nothing is known of the sources."""


def completeness(dsn: str) -> Completeness:
    """Read from the built marts how complete each configured source is.

    Args:
        dsn: connection text of a role that reads `marts_build`.
    """
    with psycopg.connect(dsn) as connection:
        rows = connection.execute("""
            select
                source,
                case when bool_and(complete_on is not null) then min(complete_on) end,
                bool_or(is_stale)
            from marts_build.report_source_freshness
            where state_code in ('current', 'stale', 'never_loaded')
            group by source
            order by source
        """).fetchall()
    return Completeness(
        through={str(source): day for source, day, _ in rows},
        stale=tuple(str(source) for source, _, is_stale in rows if is_stale),
    )
