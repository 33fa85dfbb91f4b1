"""An agency with two advertisers, and its true figures, worked out before anything is served.

`romashka-ads` has a text campaign with two groups, a unified one that is archived, and one of the
wizard; `lutik-ads` has one text campaign. The ledger comes from the same plan as the store, by its
own additions, and never from the store.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from infra.sandbox.store import Store, YandexDay
from infra.sandbox.worlds.advertising import yandex_client
from infra.sandbox.yandex_direct import details
from infra.sandbox.yandex_direct.details import DirectObject, GoalDay, LeafDay
from tests.infra.sandbox import tiny_world

ROMASHKA, LUTIK = "romashka-ads", "lutik-ads"
AGENCY_TOKEN = "agency-token"
FIRST, LAST = date(2026, 10, 25), date(2026, 11, 20)
GOAL = "20002"
TEXT, UNIFIED, WIZARD, OTHER = 701, 702, 703, 801
_VAT = Decimal("1.22")

Key = tuple[str, str]
"""The stream, and the landing key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """What one ad and phrase of a campaign cost each day, in kopecks, the day's number on top."""

    campaign: int
    group: int | None
    ad: int | None
    criterion: int | None
    kopecks: int


@dataclass(slots=True)
class Ledger:
    """The true cost, with VAT and without, of each landing key; and each login's day as a whole."""

    costs: dict[Key, tuple[Decimal, Decimal]] = field(default_factory=dict)
    accounts: dict[tuple[str, date], Decimal] = field(default_factory=dict)

    def of(self, stream: str, *logins: str) -> dict[str, tuple[Decimal, Decimal]]:
        """Return the costs of a stream's keys."""
        return {
            key: cost
            for (name, key), cost in self.costs.items()
            if name == stream and key.partition("|")[0] in logins
        }


LEAVES = {
    ROMASHKA: (
        Leaf(campaign=TEXT, group=71, ad=7101, criterion=9001, kopecks=122_01),
        Leaf(campaign=TEXT, group=71, ad=7102, criterion=9001, kopecks=61_03),
        Leaf(campaign=TEXT, group=72, ad=7201, criterion=9002, kopecks=244_07),
        Leaf(campaign=UNIFIED, group=73, ad=7301, criterion=9003, kopecks=10_11),
        Leaf(campaign=WIZARD, group=None, ad=None, criterion=None, kopecks=500_13),
    ),
    LUTIK: (Leaf(campaign=OTHER, group=81, ad=8101, criterion=9801, kopecks=33_33),),
}
_KINDS = {UNIFIED: "UNIFIED_CAMPAIGN"}


def days() -> Iterator[date]:
    """Yield every day of the world."""
    for number in range((LAST - FIRST).days + 1):
        yield FIRST + timedelta(days=number)


def build(path: Path) -> Ledger:
    """Write the world's store, and return its ledger."""
    ledger = _ledger()
    with Store.create(path) as store:
        store.set_meta(tiny_world.META | {"yandex_agency_token": AGENCY_TOKEN})
        clients = [
            (login, yandex_client(login=login, client_id=number, name=login, currency="RUB"))
            for number, login in enumerate(LEAVES, start=31)
        ]
        store.add_yandex(clients=clients, days=list(_campaign_days()))
        details.add(store, objects=_objects(), leaves=_leaf_days(), goals=_goal_days())
    return ledger


def _kopecks(leaf: Leaf, day: date) -> int:
    return leaf.kopecks + day.day


def _ledger() -> Ledger:
    """Add up each level; what Direct rounds without VAT it rounds once for each row."""
    sums: dict[Key, int] = {}
    ledger = Ledger()
    for login, leaves in LEAVES.items():
        for day in days():
            for leaf in leaves:
                group, ad, criterion = (
                    "--" if number is None else str(number)
                    for number in (leaf.group, leaf.ad, leaf.criterion)
                )
                levels = {
                    "campaign_days": f"{leaf.campaign}",
                    "ad_group_days": f"{leaf.campaign}:{group}",
                    "ad_days": f"{leaf.campaign}:{group}:{ad}",
                    "keyword_days": f"{leaf.campaign}:{group}:{criterion}",
                }
                for stream, ids in levels.items():
                    key = stream, f"{login}|{ids}|{day}"
                    sums[key] = sums.get(key, 0) + _kopecks(leaf, day)
            whole = sum(_kopecks(leaf, day) for leaf in leaves)
            ledger.accounts[login, day] = Decimal(whole) / 100
    for key, kopecks in sums.items():
        charged = Decimal(kopecks) / 100
        bare = (charged / _VAT).quantize(Decimal("0.01"), ROUND_HALF_UP)
        ledger.costs[key] = charged, bare
    return ledger


def _campaign_days() -> Iterator[YandexDay]:
    for login, leaves in LEAVES.items():
        for campaign in sorted({leaf.campaign for leaf in leaves}):
            own = [leaf for leaf in leaves if leaf.campaign == campaign]
            for day in days():
                yield YandexDay(
                    login=login,
                    campaign_id=campaign,
                    campaign_name=f"Кампания {campaign}",
                    campaign_type=_KINDS.get(campaign, "TEXT_CAMPAIGN"),
                    day=f"{day}",
                    impressions=100 * len(own),
                    clicks=10 * len(own),
                    cost_micros=sum(_kopecks(leaf, day) for leaf in own) * 10_000,
                    vat_percent="22",
                    conversions=len(own),
                )


def _leaf_days() -> Iterator[LeafDay]:
    for login, leaves in LEAVES.items():
        for leaf in leaves:
            if leaf.group is None or leaf.ad is None or leaf.criterion is None:
                continue
            for day in days():
                yield LeafDay(
                    login=login,
                    campaign_id=leaf.campaign,
                    day=f"{day}",
                    ad_group_id=leaf.group,
                    ad_id=leaf.ad,
                    criterion_id=leaf.criterion,
                    impressions=100,
                    clicks=10,
                    cost_micros=_kopecks(leaf, day) * 10_000,
                    conversions=1,
                )


def _goal_days() -> Iterator[GoalDay]:
    for day in days():
        yield GoalDay(
            login=ROMASHKA,
            campaign_id=TEXT,
            day=f"{day}",
            goal_id=GOAL,
            model="AUTO",
            conversions=2,
            revenue_micros=1_500_500_000,
        )


def _objects() -> Iterator[DirectObject]:
    for login, leaves in LEAVES.items():
        yield from _of(login, details.AD_GROUPS, {(x.group, x.campaign) for x in leaves})
        yield from _of(login, details.ADS, {(x.ad, x.campaign) for x in leaves})
        yield from _of(login, details.KEYWORDS, {(x.criterion, x.campaign) for x in leaves})
    tracked = {"TrackingParams": "utm_campaign={campaign_id}", "CounterIds": {"Items": [5]}}
    yield DirectObject(
        login=ROMASHKA,
        service=details.CAMPAIGNS,
        id=UNIFIED,
        campaign_id=UNIFIED,
        payload={"State": "ARCHIVED", "UnifiedCampaign": tracked},
    )


def _of(login: str, service: str, found: set[tuple[int | None, int]]) -> Iterator[DirectObject]:
    for number, campaign in sorted((n, c) for n, c in found if n is not None):
        group = number // 100
        payload: dict[str, object] = {
            details.AD_GROUPS: {"Name": f"Группа {number}", "Type": "TEXT_AD_GROUP"},
            details.KEYWORDS: {"Keyword": f"фраза {number}", "CriterionType": "KEYWORD"},
            details.ADS: {
                "AdGroupId": group,
                "Type": "TEXT_AD",
                "State": "ARCHIVED" if campaign == UNIFIED else "ON",
                "TextAd": {"Title": "Окна", "Href": f"https://romashka.example/?ad={number}"},
            },
        }[service]
        yield DirectObject(
            login=login, service=service, id=number, campaign_id=campaign, payload=payload
        )
