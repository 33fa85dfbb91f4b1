"""What the demo company's ad groups, ads and keywords cost, as facts for the ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal

from infra.sandbox.google_ads import levels
from infra.sandbox.ledger import reporting
from infra.sandbox.performance_ledger import Figures, LevelFact
from infra.sandbox.store import GoogleDay, YandexDay
from infra.sandbox.worlds import info
from infra.sandbox.worlds.demo import direct_details, google_details, vk_spend
from infra.sandbox.worlds.demo.company import BASE_CURRENCY, RATES

_KINDS = {levels.AD_GROUP: "ad_group", levels.AD: "ad", levels.KEYWORD: "keyword"}


def level_facts(google: Iterable[GoogleDay], yandex: Iterable[YandexDay]) -> Iterator[LevelFact]:
    """Yield what each platform places below its campaigns; the days are those of the campaigns."""
    yield from _of_google(google)
    yield from _of_direct(yandex)
    yield from _of_vk()


def _of_google(days: Iterable[GoogleDay]) -> Iterator[LevelFact]:
    for day in google_details.level_days(days):
        if day.kind in _KINDS:
            spend = Decimal(int(day.metrics["cost_micros"])) / info.MICROS
            shown = int(day.metrics["impressions"]), int(day.metrics["clicks"])
            yield _fact("google_ads", _KINDS[day.kind], "USD", spend, *shown)


def _of_direct(days: Iterable[YandexDay]) -> Iterator[LevelFact]:
    """An ad group's day is the sum of its ads; an ad and a phrase are one leaf here."""
    groups: dict[tuple[int, str], list[tuple[Decimal, int, int]]] = defaultdict(list)
    for leaf in direct_details.leaf_days(days):
        figures = Decimal(leaf.cost_micros) / info.MICROS, leaf.impressions, leaf.clicks
        groups[leaf.ad_group_id, leaf.day].append(figures)
        yield _fact("yandex_direct", "ad", BASE_CURRENCY, *figures)
        yield _fact("yandex_direct", "keyword", BASE_CURRENCY, *figures)
    yield from _of_groups("yandex_direct", groups.values())


def _of_vk() -> Iterator[LevelFact]:
    groups: dict[tuple[int, str], list[tuple[Decimal, int, int]]] = defaultdict(list)
    for campaign, day in vk_spend.days():
        figures = Decimal(day.kopecks) / 100, day.shows, day.clicks
        group_of = {ad: group for group, ad in campaign.ads()}
        groups[group_of[day.banner_id], day.day].append(figures)
        yield _fact("vk_ads", "ad", BASE_CURRENCY, *figures)
    yield from _of_groups("vk_ads", groups.values())


def _of_groups(
    platform: str, groups: Iterable[list[tuple[Decimal, int, int]]]
) -> Iterator[LevelFact]:
    for ads in groups:
        spend = sum((spend for spend, _, _ in ads), Decimal(0))
        shown = sum(shows for _, shows, _ in ads), sum(clicks for _, _, clicks in ads)
        yield _fact(platform, "ad_group", BASE_CURRENCY, spend, *shown)


def _fact(
    platform: str, level: str, currency: str, spend: Decimal, impressions: int, clicks: int
) -> LevelFact:
    return LevelFact(
        platform=platform,
        level=level,
        currency=currency,
        figures=Figures(
            spend=spend,
            spend_reporting=reporting(spend, RATES[currency]),
            impressions=impressions,
            clicks=clicks,
        ),
    )
