"""Statistics by day: every day that was asked for of every object, zeros among them.

The shape is the documentation's own example (ads.vk.com/doc/api/info/Statistics, version 2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from infra.sandbox.store import Store
from infra.sandbox.vk_ads.records import BANNERS, GROUPS, PLANS, USERS

_OWNER = {
    BANNERS: "banner.id",
    GROUPS: "banner.parent_id",
    PLANS: "ad_group.parent_id",
    USERS: "banner.user_id",
}


@dataclass(slots=True)
class Figures:
    """What is counted; `kopecks` are hundredths of the advertiser's currency."""

    shows: int = 0
    clicks: int = 0
    goals: int = 0
    kopecks: int = 0

    def add(self, other: Figures) -> None:
        """Add another day or object."""
        self.shows += other.shows
        self.clicks += other.clicks
        self.goals += other.goals
        self.kopecks += other.kopecks

    def document(self) -> dict[str, Any]:
        """Return the set of metrics `base`."""
        spent = Decimal(self.kopecks) / 100
        return {
            "shows": self.shows,
            "clicks": self.clicks,
            "goals": 0,
            "spent": _money(spent),
            "cpm": _money(spent * 1000 / self.shows if self.shows else Decimal(0)),
            "cpc": _money(spent / self.clicks if self.clicks else Decimal(0)),
            "cpa": "0",
            "ctr": self.clicks * 100 / self.shows if self.shows else 0,
            "cr": 0,
            "vk": {
                "goals": self.goals,
                "cpa": _money(spent / self.goals) if self.goals else 0,
                "cr": self.goals * 100 / self.clicks if self.clicks else 0,
            },
        }


def answer(store: Store, kind: str, ids: Iterable[int], first: date, last: date) -> dict[str, Any]:
    """Return the statistics of objects."""
    found = _figures(store, kind, first, last)
    grand = Figures()
    items: list[dict[str, Any]] = []
    for object_id in ids:
        total = Figures()
        rows: list[Mapping[str, Any]] = []
        for offset in range((last - first).days + 1):
            day = (first + timedelta(days=offset)).isoformat()
            figures = found.get((object_id, day), Figures())
            total.add(figures)
            rows.append({"date": day, "base": figures.document()})
        grand.add(total)
        items.append({"id": object_id, "rows": rows, "total": {"base": total.document()}})
    return {"items": items, "total": {"base": grand.document()}}


def _figures(store: Store, kind: str, first: date, last: date) -> dict[tuple[int, str], Figures]:
    sql = (
        f"select {_OWNER[kind]}, day, sum(shows), sum(clicks), sum(goals), sum(kopecks)"  # noqa: S608 - our own words
        " from vk_banner_day join vk_object as banner"
        f" on banner.kind = '{BANNERS}' and banner.id = banner_id"
        f" join vk_object as ad_group on ad_group.kind = '{GROUPS}'"
        " and ad_group.id = banner.parent_id where day between ? and ? group by 1, 2"
    )
    days = first.isoformat(), last.isoformat()
    found = {
        (owner, day): Figures(shows=shows, clicks=clicks, goals=goals, kopecks=kopecks)
        for owner, day, shows, clicks, goals, kopecks in store.query(sql, days)
    }
    if kind == USERS:
        planted = "select user_id, day, kopecks from vk_planted where day between ? and ?"
        for user_id, day, kopecks in store.query(planted, days):
            found.setdefault((user_id, day), Figures()).add(Figures(kopecks=kopecks))
    return found


def _money(amount: Decimal) -> str:
    written = f"{amount.quantize(Decimal('0.01')):f}"
    return written.rstrip("0").rstrip(".")
