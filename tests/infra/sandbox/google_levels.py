"""What lies below the campaigns of the tiny world: ad groups, ads, keywords, actions, clicks.

Of campaign 111 every figure is in its ad groups; 222 is Performance Max and has none.
"""

from __future__ import annotations

from collections.abc import Iterator

from infra.sandbox.google_ads import levels
from infra.sandbox.google_ads.levels import Click, LevelDay, LevelObject
from infra.sandbox.store import Store

CAMPAIGN = "111"
GROUPS = ("1111", "1112")
AD_IDS = {"1111": ("91", "92"), "1112": ("91",)}
"""Ad 91 stands in both ad groups."""

ACTIONS = {"31": ("Заявка", "SUBMIT_LEAD_FORM", True), "32": ("Звонок", "PHONE_CALL_LEAD", False)}
"""Name, category, and whether it counts as a conversion."""

CLICK_DAYS = ("2026-08-25", "2026-08-26", "2026-11-19", "2026-11-20")
"""The first is 90 days before the world's clock."""


def add(store: Store, customer: str) -> None:
    """Fill a store that has the campaigns."""
    levels.add(
        store,
        objects=[*_groups(customer), *_ads(customer), *_keywords(customer), *_actions(customer)],
        days=_days(customer),
        clicks=_clicks(customer),
    )


def ledger(customer: str) -> dict[str, dict[str, str]]:
    """Return what has to land, by stream and key: micros, conversions, or the campaign of a click.

    Added up from what the world states, without the store and without the protocol.
    """
    streams = {
        levels.AD_GROUP: "ad_group_days",
        levels.AD: "ad_days",
        levels.KEYWORD: "keyword_days",
        levels.ACTION: "conversion_days",
    }
    found: dict[str, dict[str, str]] = {stream: {} for stream in (*streams.values(), "clicks")}
    for day in _days(customer):
        figure = str(day.metrics.get("cost_micros", day.metrics.get("all_conversions", 0)))
        if figure != "0":
            key = f"{customer}|{day.object_id}|{day.day}"
            found[streams[day.kind]][key] = figure
    for click in _clicks(customer):
        found["clicks"][f"{customer}|{click.gclid}|{click.day}"] = click.campaign_id
    return found


def _groups(customer: str) -> Iterator[LevelObject]:
    for group in GROUPS:
        payload = {
            "adGroup": {"name": f"Группа {group}", "status": "ENABLED", "type": "SEARCH_STANDARD"}
        }
        yield _object(levels.AD_GROUP, customer, group, payload)


def _ads(customer: str) -> Iterator[LevelObject]:
    for group, ads in AD_IDS.items():
        for ad in ads:
            payload = {
                "adGroupAd": {
                    "status": "ENABLED",
                    "ad": {
                        "id": ad,
                        "type": "RESPONSIVE_SEARCH_AD",
                        "finalUrls": [f"https://romashka.example/?utm_content={ad}"],
                        "finalUrlSuffix": "utm_source=google&utm_medium=cpc",
                    },
                }
            }
            yield _object(levels.AD, customer, f"{group}~{ad}", payload)


def _keywords(customer: str) -> Iterator[LevelObject]:
    for group in GROUPS:
        for criterion, match in (("501", "EXACT"), ("502", "BROAD")):
            keyword = {"text": f"ромашка {criterion} купить", "matchType": match}
            payload = {
                "adGroupCriterion": {
                    "criterionId": criterion,
                    "status": "ENABLED",
                    "keyword": keyword,
                }
            }
            yield _object(levels.KEYWORD, customer, f"{group}~{criterion}", payload)


def _actions(customer: str) -> Iterator[LevelObject]:
    for action, (name, category, _) in ACTIONS.items():
        segments = {
            "conversionAction": f"customers/{customer}/conversionActions/{action}",
            "conversionActionName": name,
            "conversionActionCategory": category,
        }
        yield _object(levels.ACTION, customer, f"{CAMPAIGN}~{action}", {"segments": segments})


def _object(
    kind: str, customer: str, object_id: str, payload: dict[str, dict[str, object]]
) -> LevelObject:
    return LevelObject(
        kind=kind,
        customer_id=customer,
        object_id=object_id,
        campaign_id=CAMPAIGN,
        payload=payload,
    )


def _days(customer: str) -> Iterator[LevelDay]:
    """Split each day of the campaign: two thirds and one third, without a remainder."""
    for index in range(20):
        day = f"2026-11-{1 + index:02d}"
        is_silent = index % 5 == 4
        cost = 0 if is_silent else 1_230_000 * (index + 1)
        shares = {"1111": cost // 3 * 2, "1112": cost - cost // 3 * 2}
        for group, share in shares.items():
            yield _day(levels.AD_GROUP, customer, group, day, share)
            parts = AD_IDS[group]
            for number, ad in enumerate(parts):
                part = (
                    share // len(parts)
                    if number
                    else share - share // len(parts) * (len(parts) - 1)
                )
                yield _day(levels.AD, customer, f"{group}~{ad}", day, part)
            # A search term of no keyword of ours: keywords hold less than their ad group.
            yield _day(levels.KEYWORD, customer, f"{group}~501", day, share // 2)
            yield _day(levels.KEYWORD, customer, f"{group}~502", day, share // 4)
        for action, (_, _, counts) in ACTIONS.items():
            number = "0" if is_silent else "1.5"
            counted = number if counts else "0"
            metrics: dict[str, int | str] = {
                "conversions": counted,
                "conversions_value": counted,
                "all_conversions": number,
                "all_conversions_value": number,
            }
            yield LevelDay(
                kind=levels.ACTION,
                customer_id=customer,
                object_id=f"{CAMPAIGN}~{action}",
                day=day,
                metrics=metrics,
            )


def _day(kind: str, customer: str, object_id: str, day: str, cost: int) -> LevelDay:
    metrics: dict[str, int | str] = {}
    if cost:
        metrics = {"cost_micros": cost, "impressions": 20, "clicks": 2, "interactions": 2}
    return LevelDay(kind=kind, customer_id=customer, object_id=object_id, day=day, metrics=metrics)


def _clicks(customer: str) -> Iterator[Click]:
    for number, day in enumerate(CLICK_DAYS):
        for of_day in range(2):
            yield Click(
                customer_id=customer,
                day=day,
                gclid=f"Cj0KCQtiny-{number}_{of_day}",
                campaign_id=CAMPAIGN,
                ad_group_id="1111",
                payload={
                    "clickView": {
                        "adGroupAd": f"customers/{customer}/adGroupAds/1111~91",
                        "keyword": f"customers/{customer}/adGroupCriteria/1111~501",
                        "keywordInfo": {"text": "ромашка 501 купить", "matchType": "EXACT"},
                    },
                    "segments": {"device": "MOBILE", "adNetworkType": "SEARCH"},
                },
            )
