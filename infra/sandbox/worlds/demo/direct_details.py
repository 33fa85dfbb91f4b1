"""What stands below the demo company's campaigns in Yandex Direct: groups, ads, phrases, goals.

A campaign's day is divided among its leaves to the kopeck and without a rest, by fixed shares: no
figure of a campaign depends on this module. The campaign of the wizard has no leaves, as in life.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from infra.sandbox.store import Store, YandexDay
from infra.sandbox.yandex_direct import details
from infra.sandbox.yandex_direct.details import DirectObject, GoalDay, LeafDay

WIZARD = 708312406
FORM_GOAL, CALL_GOAL = "310220031", "310220032"

_KOPECK = 10_000
_FORM_IS_WORTH = 1_500_000_000
_SHARES = (46, 31, 23)
_PHRASES = ("купить", "цена с установкой", "---autotargeting")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leaf:
    group: int
    ad: int
    criterion: int
    phrase: str


def add(store: Store, days: Sequence[YandexDay]) -> None:
    """Write the details of campaigns whose days these are."""
    campaigns = {day.campaign_id: day for day in days}
    details.add(
        store,
        objects=(each for day in campaigns.values() for each in _objects(day)),
        leaves=leaf_days(days),
        goals=(goal for day in days for goal in _goal_days(day)),
    )


def leaf_days(days: Iterable[YandexDay]) -> Iterator[LeafDay]:
    """Yield the days of ads and phrases below the campaigns."""
    for day in days:
        yield from _leaf_days(day)


def _leaves(campaign_id: int) -> tuple[_Leaf, ...]:
    """Return two groups: the first has two ads, the second one; each ad is shown for one phrase."""
    if campaign_id == WIZARD:
        return ()
    return tuple(
        _Leaf(
            group=campaign_id * 10 + group,
            ad=campaign_id * 100 + number,
            criterion=campaign_id * 1000 + number,
            phrase=phrase,
        )
        for number, (group, phrase) in enumerate(zip((1, 1, 2), _PHRASES, strict=True), start=1)
    )


def _leaf_days(day: YandexDay) -> Iterator[LeafDay]:
    leaves = _leaves(day.campaign_id)
    if not leaves:
        return
    revenue = _forms(day) * _FORM_IS_WORTH
    figures = (day.impressions, day.clicks, day.cost_micros // _KOPECK, day.conversions, revenue)
    parts = zip(*(_divided(figure) for figure in figures), strict=True)
    rest = day.cost_micros % _KOPECK
    for leaf, (impressions, clicks, kopecks, conversions, worth) in zip(leaves, parts, strict=True):
        if impressions == clicks == kopecks == conversions == 0:
            continue
        yield LeafDay(
            login=day.login,
            campaign_id=day.campaign_id,
            day=day.day,
            ad_group_id=leaf.group,
            ad_id=leaf.ad,
            criterion_id=leaf.criterion,
            impressions=impressions,
            clicks=clicks,
            cost_micros=kopecks * _KOPECK + (rest if leaf is leaves[0] else 0),
            conversions=conversions,
            revenue_micros=worth,
        )


def _forms(day: YandexDay) -> int:
    """Return how many of a day's conversions are forms; the others are calls, worth nothing yet."""
    return (day.conversions + 1) // 2


def _divided(figure: int) -> Iterable[int]:
    """Divide by the shares; what is left over by rounding goes to the first."""
    lesser = [figure * share // 100 for share in _SHARES[1:]]
    return (figure - sum(lesser), *lesser)


def _goal_days(day: YandexDay) -> Iterator[GoalDay]:
    forms = _forms(day)
    for goal, conversions, worth in (
        (FORM_GOAL, forms, _FORM_IS_WORTH),
        (CALL_GOAL, day.conversions - forms, 0),
    ):
        if conversions:
            yield GoalDay(
                login=day.login,
                campaign_id=day.campaign_id,
                day=day.day,
                goal_id=goal,
                model="AUTO",
                conversions=conversions,
                revenue_micros=conversions * worth,
            )


def _objects(day: YandexDay) -> Iterator[DirectObject]:
    named: dict[tuple[str, int], dict[str, object]] = {}
    for leaf in _leaves(day.campaign_id):
        named[details.AD_GROUPS, leaf.group] = {
            "Name": f"{day.campaign_name} / группа {leaf.group % 10}",
            "Type": "TEXT_AD_GROUP",
            "Status": "ACCEPTED",
            "ServingStatus": "ELIGIBLE",
        }
        named[details.ADS, leaf.ad] = {
            "AdGroupId": leaf.group,
            "Type": "TEXT_AD",
            "State": "ON",
            "Status": "ACCEPTED",
            "TextAd": {
                "Title": day.campaign_name,
                "Text": "Замер бесплатно",
                "Href": "https://severny-dom.example/?utm_source=yandex&utm_medium=cpc"
                "&utm_campaign={campaign_id}&utm_content={ad_id}",
            },
        }
        named[details.KEYWORDS, leaf.criterion] = {
            "Keyword": leaf.phrase,
            "CriterionType": "AUTOTARGETING" if leaf.phrase.startswith("---") else "KEYWORD",
        }
    if day.campaign_id == WIZARD:
        tracked = {"TrackingParams": "utm_source=yandex&utm_campaign={campaign_id}"}
        named[details.CAMPAIGNS, day.campaign_id] = {"UnifiedCampaign": tracked}
    for (service, number), payload in named.items():
        yield DirectObject(
            login=day.login,
            service=service,
            id=number,
            campaign_id=day.campaign_id,
            payload=payload,
        )
