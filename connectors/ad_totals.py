"""What platforms of ads say that an ad account spent, day by day.

Not here: how a platform is asked (each source's `client.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from connectors.stream import Days, SourceTotal, Stream

_NOTHING = Decimal(0)


def spend_totals(
    stream: Stream,
    days: Days,
    *,
    ad_account_id: str,
    currency_code: str | None,
    spent: Mapping[date, Decimal] | None,
) -> Iterator[SourceTotal]:
    """Yield an ad account's own total of every day of a window.

    Platforms leave out days without figures: of an account that answered such a day is zero, so
    that a day which vanished there is no longer held against what was said of it before.

    Args:
        stream: the stream whose rows add up to it.
        days: what was asked for.
        ad_account_id: the platform's own advertiser.
        currency_code: ISO 4217, None where the platform did not say.
        spent: by day, in that currency; None where the platform tells of the account no more.
    """
    for day in days.each():
        yield SourceTotal(
            stream=stream.name,
            measure="spend",
            value=None if spent is None else f"{spent.get(day, _NOTHING):f}",
            day=day,
            ad_account_id=ad_account_id,
            currency_code=currency_code,
        )
