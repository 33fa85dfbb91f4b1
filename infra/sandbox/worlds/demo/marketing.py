"""What the demo company spends on advertising, where, and how many people that brings.

Campaigns differ on purpose: some bring money back, some bring many cheap and useless inquiries,
some stopped long ago. Google Ads is billed in dollars under a manager account, Yandex Direct in
roubles; everything without an API comes as CSV.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from infra.sandbox.ledger import CampaignKey, SpendFact, reporting
from infra.sandbox.worlds.demo.company import AS_OF, FIRST_DAY, RATES

GOOGLE_CUSTOMER = "4815162342"
GOOGLE_MANAGER = "1020304050"
YANDEX_LOGIN = "severny-dom-ads"
VAT_PERCENT = "20"


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """One campaign of any platform.

    Args:
        platform: `google_ads`, `yandex_direct`, or the platform's name as a CSV file states it.
        account: customer id, login, or the account column of the CSV file.
        campaign_id: the platform's id; for CSV the campaign's text.
        name: as the platform shows it.
        channel_code: the channel that it belongs to.
        kind: the platform's own type of campaign.
        currency: of the account.
        daily: usual spend of a day, in that currency.
        click: usual price of a click.
        inquiry: usual price of an inquiry.
        every: days between two payments; 1 for platforms billed daily.
        first: first day.
        last: last day.
        can_be_named: whether its name, written in utm_campaign, names it and no other.
    """

    platform: str
    account: str
    campaign_id: str
    name: str
    channel_code: str
    kind: str
    currency: str
    daily: float
    click: float
    inquiry: float
    every: int = 1
    first: date = FIRST_DAY
    last: date = AS_OF
    can_be_named: bool = True

    @property
    def key(self) -> CampaignKey:
        """How reports identify it."""
        return CampaignKey(
            platform=self.platform, account=self.account, campaign_id=self.campaign_id
        )


def _google(campaign_id: str, name: str, kind: str, *money: float, **more: object) -> Campaign:
    daily, click, inquiry = money
    return Campaign(
        platform="google_ads",
        account=GOOGLE_CUSTOMER,
        campaign_id=campaign_id,
        name=name,
        channel_code="google_ads",
        kind=kind,
        currency="USD",
        daily=daily,
        click=click,
        inquiry=inquiry,
        **more,  # type: ignore[arg-type]
    )


def _yandex(campaign_id: str, name: str, kind: str, *money: float, **more: object) -> Campaign:
    daily, click, inquiry = money
    return Campaign(
        platform="yandex_direct",
        account=YANDEX_LOGIN,
        campaign_id=campaign_id,
        name=name,
        channel_code="yandex_direct",
        kind=kind,
        currency="RUB",
        daily=daily,
        click=click,
        inquiry=inquiry,
        **more,  # type: ignore[arg-type]
    )


def _listed(
    platform: str, account: str, name: str, channel_code: str, *money: float, **more: object
) -> Campaign:
    daily, click, inquiry = money
    return Campaign(
        **{"currency": "RUB", "kind": "CSV"}  # type: ignore[arg-type]
        | {
            "platform": platform,
            "account": account,
            "campaign_id": name,
            "name": name,
            "channel_code": channel_code,
            "daily": daily,
            "click": click,
            "inquiry": inquiry,
        }
        | more,
    )


SHARED_ID = "708312456"  # both platforms happen to use it, so it names neither
RETARGETING = "Ретаргетинг"  # two campaigns of one account are called so

CAMPAIGNS = (
    _google("21034567001", "Search_Brand_RU", "SEARCH", 14, 0.35, 9),
    _google("21034567002", "Search | Пластиковые окна", "SEARCH", 62, 0.95, 31),
    _google("21034567003", "PMax_Кондиционеры", "PERFORMANCE_MAX", 48, 0.42, 24),
    _google("21034567004", "YouTube_Отзывы", "VIDEO", 21, 0.11, 70, first=date(2025, 4, 7)),
    _google("21034567005", "Display_Ремаркетинг", "DISPLAY", 12, 0.16, 28),
    _google(SHARED_ID, "Search_Двери_тест", "SEARCH", 9, 0.8, 45, last=date(2025, 8, 31)),
    _yandex("708312401", "Поиск Окна Москва", "TEXT_CAMPAIGN", 7400, 88, 2700),
    _yandex("708312402", "Поиск Окна Область", "TEXT_CAMPAIGN", 4100, 61, 2100),
    _yandex("708312403", "РСЯ_Кондиционеры", "TEXT_CAMPAIGN", 3600, 14, 3900),
    _yandex("708312404", "Бренд Северный Дом", "TEXT_CAMPAIGN", 900, 19, 600),
    _yandex("708312405", RETARGETING, "TEXT_CAMPAIGN", 1100, 16, 1500, can_be_named=False),
    _yandex(
        "708312407",
        RETARGETING,
        "SMART_CAMPAIGN",
        800,
        12,
        1900,
        can_be_named=False,
        first=date(2025, 11, 1),
    ),
    _yandex("708312406", "Мастер кампаний: балконы", "UNIFIED_CAMPAIGN", 2300, 33, 2600),
    _yandex(SHARED_ID, "Поиск Двери", "TEXT_CAMPAIGN", 1500, 52, 3100, first=date(2025, 2, 1)),
    _listed(
        "VK Реклама", "vk-msk", "Окна со скидкой", "vk_ads", 1900, 22, 2500, can_be_named=False
    ),
    _listed("VK Реклама", "vk-spb", "Окна со скидкой", "vk_ads", 700, 24, 3300, can_be_named=False),
    _listed("VK Реклама", "vk-msk", "Лето без жары", "vk_ads", 2600, 17, 2900),
    _listed(
        "Telegram Ads", "tg-main", "Каналы про ремонт", "telegram_ads", 19, 0.6, 41, currency="USD"
    ),
    _listed("Авито", "avito-1", "Окна и балконы", "classifieds", 1500, 12, 1000),
    _listed("2ГИС", "2gis-msk", "Приоритет в рубрике", "maps", 2100, 30, 1500, every=30),
    _listed("Блогеры", "договоры", "Марина про ремонт", "influencers", 2900, 18, 3600, every=14),
    _listed("Блогеры", "договоры", "Стройка века", "influencers", 2100, 25, 7000, every=21),
    _listed("Наружная реклама", "щиты", "МКАД 41 км", "offline", 4200, 0, 11000, every=30),
    _listed(
        "Радио", "эфир", "Утреннее шоу", "offline", 2500, 0, 9000, every=7, last=date(2026, 3, 31)
    ),
    _listed("CPA-партнёры", "leads-su", "Заявки на окна", "partners_cpa", 1400, 45, 1250),
)

CSV_FILES = {
    "VK Реклама": "vk_ads.csv",
    "Telegram Ads": "telegram_ads.csv",
    "Авито": "avito.csv",
    "2ГИС": "2gis.csv",
    "Блогеры": "bloggers.csv",
    "Наружная реклама": "offline.csv",
    "Радио": "offline.csv",
    "CPA-партнёры": "partners.csv",
}

_SEASON = (0.74, 0.78, 0.92, 1.05, 1.22, 1.34, 1.30, 1.18, 1.10, 1.02, 0.90, 0.70)
_WEEKDAY = (1.10, 1.12, 1.08, 1.05, 1.0, 0.82, 0.78)


def days() -> Iterator[date]:
    """Every day of the world."""
    for number in range((AS_OF - FIRST_DAY).days + 1):
        yield FIRST_DAY + timedelta(days=number)


def demand(day: date) -> float:
    """How lively the market is on a day, about 1 on average; it grows a little over the years."""
    growth = 1 + 0.12 * (day - FIRST_DAY).days / 365
    return _SEASON[day.month - 1] * _WEEKDAY[day.weekday()] * growth


def spend(rng: random.Random) -> list[SpendFact]:
    """Every campaign-day that cost money or was seen."""
    facts: list[SpendFact] = []
    for campaign in CAMPAIGNS:
        for day in days():
            if campaign.first <= day <= campaign.last and _is_billed(campaign, day):
                fact = _billed_day(rng, campaign, day)
                if fact is not None:
                    facts.append(fact)
    return facts


def inquiries(rng: random.Random, campaign: Campaign, day: date) -> int:
    """How many people a campaign brings on a day."""
    if not campaign.first <= day <= campaign.last:
        return 0
    return poisson(rng, 0.86 * demand(day) * campaign.daily / campaign.inquiry)


def poisson(rng: random.Random, mean: float) -> int:
    """A random count with this mean (Knuth); for the small means of one campaign's day."""
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count


def _is_billed(campaign: Campaign, day: date) -> bool:
    return (day - campaign.first).days % campaign.every == 0


def _billed_day(rng: random.Random, campaign: Campaign, day: date) -> SpendFact | None:
    if campaign.every == 1 and rng.random() < 0.015:
        return None  # the campaign stood still: platforms send no row at all
    factor = rng.uniform(0.8, 1.2) * (demand(day) if campaign.every == 1 else campaign.every)
    places = "0.000001" if campaign.platform == "google_ads" else "0.01"
    amount = Decimal(repr(campaign.daily * factor)).quantize(Decimal(places))
    clicks = (
        round(float(amount) / campaign.click * rng.uniform(0.85, 1.15)) if campaign.click else 0
    )
    if campaign.every == 1 and rng.random() < 0.01:
        amount, clicks = Decimal(0), 0  # seen, never clicked
    return SpendFact(
        campaign=campaign.key,
        channel_code=campaign.channel_code,
        day=day.isoformat(),
        currency=campaign.currency,
        spend=amount,
        spend_reporting=reporting(amount, RATES[campaign.currency]),
        impressions=clicks * rng.randrange(15, 60) + rng.randrange(20, 400),
        clicks=clicks,
    )
