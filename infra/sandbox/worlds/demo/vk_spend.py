"""What the demo company spends in VK Ads over its API: on reach, not on inquiries.

Nobody comes from these campaigns by a click, so no lead, no deal and no draw of the other parts
depends on them. VK serves 366 days, so they begin within the last year. Days are made by ad, and a
campaign's day is their sum. Figures follow from the day's number alone: nothing is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from infra.sandbox.ledger import CampaignKey, SpendFact, reporting
from infra.sandbox.store import Store
from infra.sandbox.vk_ads import records
from infra.sandbox.vk_ads.records import BANNERS, GROUPS, PLANS, VkDay, VkObject
from infra.sandbox.worlds.demo.company import AS_OF, RATES

USER_ID = 60417233
_CURRENCY = "RUB"
_SHOWS_OF_A_CLICK = 140


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """A campaign.

    Args:
        number: VK's id.
        name: as VK shows it.
        status: `deleted` for one whose spend outlives it.
        kopecks: usual spend of an ad's day.
        click: usual price of a click, in kopecks.
        first: first day.
        last: last day.
    """

    number: int
    name: str
    status: str
    kopecks: int
    click: int
    first: date
    last: date = AS_OF

    def ads(self) -> Iterator[tuple[int, int]]:
        """Yield group and ad: two ads in the first group, one in the second."""
        for place, group in enumerate((1, 1, 2), start=1):
            yield self.number * 10 + group, self.number * 100 + place


CAMPAIGNS = (
    Reach(
        number=9120451,
        name="Сообщество: дворы до и после",
        status="active",
        kopecks=41_000,
        click=1_900,
        first=date(2025, 12, 1),
    ),
    Reach(
        number=9120452,
        name="Охват: зима без сквозняков",
        status="deleted",
        kopecks=63_000,
        click=2_300,
        first=date(2025, 11, 10),
        last=date(2026, 2, 28),
    ),
)


def days() -> Iterator[tuple[Reach, VkDay]]:
    """Yield the days of ads; each ad rests on some of them."""
    for campaign in CAMPAIGNS:
        for offset in range((campaign.last - campaign.first).days + 1):
            day = campaign.first + timedelta(days=offset)
            for place, (_, ad) in enumerate(campaign.ads()):
                turn = offset * 7919 + place * 104_729
                if turn % 11:
                    kopecks = campaign.kopecks * (70 + turn % 61) // 100 + turn % 89
                    clicks = kopecks // campaign.click
                    yield (
                        campaign,
                        VkDay(
                            banner_id=ad,
                            day=day.isoformat(),
                            shows=clicks * _SHOWS_OF_A_CLICK + turn % 97,
                            clicks=clicks,
                            goals=turn % 3,
                            kopecks=kopecks,
                        ),
                    )


def facts() -> list[SpendFact]:
    """Return what each campaign cost on each day."""
    found: dict[tuple[int, str], list[VkDay]] = {}
    for campaign, day in days():
        found.setdefault((campaign.number, day.day), []).append(day)
    return [_fact(number, day, ads) for (number, day), ads in found.items()]


def add(store: Store) -> None:
    """Write the advertiser, its objects and days."""
    user = {"id": USER_ID, "username": "severny-dom", "currency": _CURRENCY, "status": "active"}
    records.add(
        store,
        users=[(USER_ID, user)],
        objects=(one for campaign in CAMPAIGNS for one in _objects(campaign)),
        days=(day for _, day in days()),
    )


def _fact(number: int, day: str, ads: list[VkDay]) -> SpendFact:
    spend = Decimal(sum(ad.kopecks for ad in ads)) / 100
    return SpendFact(
        campaign=CampaignKey(platform="vk_ads", account=str(USER_ID), campaign_id=str(number)),
        channel_code="vk_ads",
        day=day,
        currency=_CURRENCY,
        spend=spend,
        spend_reporting=reporting(spend, RATES[_CURRENCY]),
        impressions=sum(ad.shows for ad in ads),
        clicks=sum(ad.clicks for ad in ads),
    )


def _objects(campaign: Reach) -> Iterator[VkObject]:
    yield _object(PLANS, campaign.number, campaign, name=campaign.name, objective="reach")
    for group in sorted({group for group, _ in campaign.ads()}):
        yield _object(
            *(GROUPS, group, campaign, campaign.number),
            name=f"{campaign.name}, группа {group % 10}",
            ad_plan_id=campaign.number,
        )
    for group, ad in campaign.ads():
        yield _object(
            *(BANNERS, ad, campaign, group),
            name=f"{campaign.name}, объявление {ad % 10}",
            ad_group_id=group,
            urls={"primary": {"id": ad, "url": "https://severny-dom.example/sad"}},
        )


def _object(
    kind: str, number: int, campaign: Reach, parent: int | None = None, **fields: object
) -> VkObject:
    return VkObject(
        kind=kind,
        id=number,
        user_id=USER_ID,
        parent_id=parent,
        status=campaign.status,
        payload={"id": number, "status": campaign.status, **fields},
    )
