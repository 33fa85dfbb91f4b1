"""Below the campaign: what is served of each level, and what is refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from tests.infra.sandbox.asking import google_search
from tests.infra.sandbox.google_levels import CLICK_DAYS
from tests.infra.sandbox.serving import Served
from tests.infra.sandbox.test_google_ads import code
from tests.infra.sandbox.tiny_world import MANAGER

NOVEMBER = "segments.date BETWEEN '2026-11-01' AND '2026-11-30'"
CLICK = "SELECT click_view.gclid, click_view.ad_group_ad, ad_group.id, campaign.id FROM click_view"


def rows(world: Served, query: str) -> Iterator[dict[str, Any]]:
    for chunk in google_search(world, query):
        yield from chunk.get("results", [])


def spent(world: Served, resource: str) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = defaultdict(int)
    query = f"SELECT campaign.id, segments.date, metrics.cost_micros FROM {resource}"  # noqa: S608
    for row in rows(world, f"{query} WHERE {NOVEMBER}"):
        key = row["campaign"]["id"], row["segments"]["date"]
        found[key] += int(row["metrics"]["costMicros"])
    return found


def test_finer_levels_hold_at_most_what_their_campaign_does(tiny: Served) -> None:
    campaigns = spent(tiny, "campaign")
    groups, ads, keywords = (
        spent(tiny, resource) for resource in ("ad_group", "ad_group_ad", "keyword_view")
    )
    assert groups == {key: cost for key, cost in campaigns.items() if key[0] == "111"}
    assert ads == groups
    assert keywords.keys() == groups.keys()
    assert all(0 < cost < groups[key] for key, cost in keywords.items())


def test_an_ad_comes_with_where_it_stands(tiny: Served) -> None:
    found = list(
        rows(
            tiny,
            "SELECT ad_group.id, ad_group.type, ad_group_ad.ad.id, ad_group_ad.ad.final_urls,"
            " ad_group_ad.ad.type, customer.currency_code FROM ad_group_ad"
            " WHERE ad_group_ad.ad.id = 91",
        )
    )
    assert [row["adGroup"]["id"] for row in found] == ["1111", "1112"]
    assert found[0]["adGroup"]["type"] == "SEARCH_STANDARD"
    assert found[0]["adGroupAd"]["ad"] == {
        "id": "91",
        "type": "RESPONSIVE_SEARCH_AD",
        "finalUrls": ["https://romashka.example/?utm_content=91"],
    }
    assert found[0]["adGroupAd"]["resourceName"].endswith("/adGroupAds/1111~91")


def test_conversions_come_by_action(tiny: Served) -> None:
    found = list(
        rows(
            tiny,
            "SELECT campaign.id, segments.date, segments.conversion_action,"
            " segments.conversion_action_name, metrics.conversions, metrics.all_conversions"
            " FROM campaign WHERE segments.date = '2026-11-01'",
        )
    )
    assert [
        (row["segments"]["conversionActionName"], *row["metrics"].values()) for row in found
    ] == [("Заявка", 1.5, 1.5), ("Звонок", 0.0, 1.5)]
    assert found[0]["segments"]["conversionAction"].endswith("/conversionActions/31")


def test_no_cost_belongs_to_an_action(tiny: Served) -> None:
    refused = google_search(
        tiny, "SELECT segments.conversion_action, metrics.cost_micros FROM campaign"
    )
    assert code(refused) == (
        "queryError",
        "PROHIBITED_SEGMENT_WITH_METRIC_IN_SELECT_OR_WHERE_CLAUSE",
    )


@pytest.mark.parametrize("day", CLICK_DAYS)
def test_clicks_come_day_by_day(tiny: Served, day: str) -> None:
    found = list(rows(tiny, f"{CLICK} WHERE segments.date = '{day}'"))
    assert len({row["clickView"]["gclid"] for row in found}) == 2
    assert {row["campaign"]["id"] for row in found} == {"111"}
    assert found[0]["clickView"]["resourceName"].endswith(
        f"/clickViews/{day}~{found[0]['clickView']['gclid']}"
    )


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("", "EXPECTED_FILTER_ON_A_SINGLE_DAY"),
        (f" WHERE {NOVEMBER}", "EXPECTED_FILTER_ON_A_SINGLE_DAY"),
        (" WHERE segments.date >= '2026-11-20'", "EXPECTED_FILTER_ON_A_SINGLE_DAY"),
        (" WHERE segments.date = '2026-08-24'", "DATE_TOO_OLD"),
    ],
)
def test_clicks_are_refused(tiny: Served, where: str, expected: str) -> None:
    assert code(google_search(tiny, CLICK + where)) == ("clickViewError", expected)


@pytest.mark.parametrize("resource", ["ad_group", "ad_group_ad", "keyword_view", "click_view"])
def test_managers_have_no_metrics_at_any_level(tiny: Served, resource: str) -> None:
    query = f"SELECT metrics.clicks FROM {resource} WHERE segments.date = '2026-11-02'"  # noqa: S608
    refused = google_search(tiny, query, customer=MANAGER)
    assert code(refused) == ("queryError", "REQUESTED_METRICS_FOR_MANAGER")


def test_figures_of_an_ad_group_are_added_up_without_a_segment(tiny: Served) -> None:
    (row, _) = rows(tiny, "SELECT ad_group.id, metrics.cost_micros FROM ad_group")
    of_campaign = sum(1_230_000 * (index + 1) for index in range(20) if index % 5 != 4)
    assert Decimal(row["metrics"]["costMicros"]) == Decimal(of_campaign) * 2 / 3
