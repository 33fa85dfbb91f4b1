"""The section of a ledger that tells where below their campaigns the platforms place spend.

As in `ledger`, the figures come from a world's own objects and from no store.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from infra.sandbox.ledger import SpendFact

LEVELS = ("ad_group", "ad", "keyword")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What is added up; `spend_reporting` is rounded once for each object and day."""

    spend: Decimal = Decimal("0.00")
    spend_reporting: Decimal = Decimal("0.00")
    impressions: int = 0
    clicks: int = 0

    def plus(self, other: Figures, times: int = 1) -> Figures:
        """Add another's figures; take them away with `times` -1."""
        return Figures(
            spend=self.spend + times * other.spend,
            spend_reporting=self.spend_reporting + times * other.spend_reporting,
            impressions=self.impressions + times * other.impressions,
            clicks=self.clicks + times * other.clicks,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelFact:
    """What one ad group, ad or keyword cost on one day.

    Args:
        platform: whose it is.
        level: one of `LEVELS`.
        currency: of the account.
        figures: of that day.
    """

    platform: str
    level: str
    currency: str
    figures: Figures


def sections(spend: Sequence[SpendFact], parts: Iterable[LevelFact]) -> dict[str, Any]:
    """Add the facts up; at each level the parts and the rest make up the campaigns."""
    placed: dict[tuple[str, str, str], Figures] = defaultdict(Figures)
    for part in parts:
        key = part.platform, part.level, part.currency
        placed[key] = placed[key].plus(part.figures)
    whole: dict[tuple[str, str], Figures] = defaultdict(Figures)
    for fact in spend:
        key = fact.campaign.platform, fact.currency
        whole[key] = whole[key].plus(
            Figures(
                spend=fact.spend,
                spend_reporting=fact.spend_reporting,
                impressions=fact.impressions,
                clicks=fact.clicks,
            )
        )
    rows: list[dict[str, Any]] = []
    for (platform, currency), campaigns in sorted(whole.items()):
        for level in LEVELS:
            found = placed[platform, level, currency]
            rest = campaigns.plus(found, -1)
            for is_allocated, figures in ((True, found), (False, rest)):
                rows.append(_row((platform, level, currency), figures, is_allocated=is_allocated))
    return {"spend_below_campaigns": rows}


def _row(key: tuple[str, str, str], figures: Figures, *, is_allocated: bool) -> dict[str, Any]:
    platform, level, currency = key
    return {
        "platform": platform,
        "level": level,
        "currency": currency,
        "is_allocated": is_allocated,
        "spend": figures.spend,
        "spend_reporting": figures.spend_reporting,
        "impressions": figures.impressions,
        "clicks": figures.clicks,
    }
