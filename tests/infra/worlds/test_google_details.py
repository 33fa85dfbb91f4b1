"""What stands below the demo company's campaigns in Google Ads."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

PMAX = "21034567003"


def days(demo: Any, kind: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield campaign, day and figures of each object's day."""
    found = demo.store.query(
        "select campaign_id, day, metrics from google_object_day"
        " join google_object using (kind, customer_id, object_id) where kind = ?",
        (kind,),
    )
    return ((campaign, day, json.loads(text)) for campaign, day, text in found)


def costs(demo: Any, kind: str) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = defaultdict(int)
    for campaign, day, metrics in days(demo, kind):
        found[campaign, day] += metrics["cost_micros"]
    return found


def of_campaigns(demo: Any) -> dict[tuple[str, str], int]:
    rows = demo.store.query("select campaign_id, day, cost_micros from google_campaign_day")
    return {(campaign, day): cost for campaign, day, cost in rows}


@pytest.mark.parametrize("kind", ["ad_group", "ad_group_ad"])
def test_ad_groups_and_ads_add_up_save_of_performance_max(demo: Any, kind: str) -> None:
    whole = {key: cost for key, cost in of_campaigns(demo).items() if key[0] != PMAX}
    assert len(whole) > 1_500
    assert costs(demo, kind) == whole


def test_keywords_hold_less_than_their_campaign(demo: Any) -> None:
    whole = of_campaigns(demo)
    found = costs(demo, "keyword_view")
    assert {campaign for campaign, _ in found} >= {"21034567001", "21034567002"}
    assert all(cost <= whole[key] for key, cost in found.items())
    assert 0 < sum(found.values()) < sum(whole[key] for key in found)


def test_an_action_holds_what_its_campaign_counts(demo: Any) -> None:
    rows = demo.store.query("select campaign_id, day, conversions from google_campaign_day")
    whole = {(c, day): number for c, day, number in rows if float(number)}
    found = {(c, day): m["conversions"] for c, day, m in days(demo, "conversion_action")}
    assert found == whole


def test_inquiries_of_the_last_days_find_their_click(demo: Any) -> None:
    clicks = dict(demo.store.query("select gclid, campaign_id from google_click"))
    assert len(clicks) > 500
    oldest, newest = demo.store.query("select min(day), max(day) from google_click")[0]
    assert (oldest, newest) == ("2026-08-08", "2026-10-31")
    inquiries = demo.store.query(
        "select json_extract(payload, '$.UF_CRM_GCLID') from item"
        " where entity_type_id = 1 and json_extract(payload, '$.UF_CRM_GCLID') is not null"
    )
    assert {gclid for (gclid,) in inquiries} & clicks.keys()
