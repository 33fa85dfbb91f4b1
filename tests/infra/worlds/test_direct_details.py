"""What stands below the demo company's campaigns in Direct adds up to them, to the millionth."""

from __future__ import annotations

from typing import Any


def test_leaves_add_up_to_their_campaigns_days(demo: Any) -> None:
    different = demo.store.query(
        "select campaign.campaign_id, campaign.day from yandex_campaign_day as campaign"
        " left join yandex_leaf_day as leaf using (login, campaign_id, day)"
        " where campaign.campaign_id <> 708312406"
        " group by campaign.campaign_id, campaign.day"
        " having sum(leaf.cost_micros) is not campaign.cost_micros"
        " or sum(leaf.impressions) is not campaign.impressions"
        " or sum(leaf.clicks) is not campaign.clicks"
        " or sum(leaf.conversions) is not campaign.conversions limit 3"
    )
    assert different == []
    assert demo.count("select count(*) from yandex_leaf_day") > 10_000


def test_the_wizards_campaign_shows_nothing_below_itself(demo: Any) -> None:
    assert demo.count("select count(*) from yandex_leaf_day where campaign_id = 708312406") == 0
    assert demo.count("select count(*) from yandex_campaign_day where campaign_id = 708312406") > 0


def test_goals_are_the_conversions_told_apart(demo: Any) -> None:
    whole = demo.count("select sum(conversions) from yandex_campaign_day")
    assert demo.count("select sum(conversions) from yandex_goal_day") == whole


def test_revenue_below_a_campaign_is_that_of_its_goals(demo: Any) -> None:
    below = demo.count("select sum(revenue_micros) from yandex_leaf_day")
    wizard = demo.count(
        "select sum(revenue_micros) from yandex_goal_day where campaign_id = 708312406"
    )
    assert below + wizard == demo.count("select sum(revenue_micros) from yandex_goal_day")
    assert below > 0
