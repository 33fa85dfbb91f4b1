"""What each hazard would do to the data, as data: a statement that plants it, and who notices."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """One hazard, planted.

    Args:
        hazard: its number.
        statement: an UPDATE, INSERT or DELETE on what dbt has built.
        test: the dbt test that has to find it.
    """

    hazard: str
    statement: str
    test: str


DEAL = (
    "update marts_build.fct_deals set {} where deal_key ="
    " (select min(deal_key) from marts_build.fct_deals where is_won and customer_key <> -1)"
)
RECORD = (
    "update intermediate.int_crm_records__classified set {} where record_key ="
    " (select min(deal_key) from marts_build.fct_deals where is_won and customer_key <> -1)"
)
SHARE = (
    "update marts_build.fct_attribution set {} where record_key ="
    " (select min(deal_key) from marts_build.fct_deals where is_won and customer_key <> -1)"
)
SPEND = (
    "update marts_build.fct_ad_spend set {} where ad_spend_key ="
    " (select min(ad_spend_key) from marts_build.fct_ad_spend"
    " where spend_amount > 0 and spend_kind_code = 'media')"
)

PLANTED = (
    Planted(
        hazard="H1",
        statement=DEAL.format("created_on = created_on + 1"),
        test="days_are_of_the_companys_zone",
    ),
    Planted(
        hazard="H2",
        statement=DEAL.format("reporting_rate = reporting_rate * 2"),
        test="money_is_amount_times_rate",
    ),
    Planted(
        hazard="H3",
        statement=SPEND.format("spend_net_amount = spend_gross_amount * 2"),
        test="net_is_within_gross",
    ),
    Planted(
        hazard="H4",
        statement=SPEND.format("spend_amount = spend_amount + 1"),
        test="spend_is_kept",
    ),
    Planted(
        hazard="H7",
        statement="alter table marts_build.report_manager_kpis"
        " add column float_amount double precision",
        test="no_money_is_a_float",
    ),
    Planted(
        hazard="H8",
        statement="alter table marts_build.fct_deals alter column deal_amount type numeric;"
        + DEAL.format("deal_amount = 'NaN'"),
        test="money_is_a_number",
    ),
    Planted(
        hazard="H9",
        statement="delete from marts_build.report_ad_payback where spend_reporting_amount > 0"
        " and deals_count = 0",
        test="reports_equal_facts",
    ),
    Planted(
        hazard="H10",
        statement="delete from marts_build.report_ad_payback where spend_reporting_amount = 0"
        " and deals_count > 0",
        test="reports_equal_facts",
    ),
    Planted(
        hazard="H11",
        statement=SHARE.format("weight_micros = weight_micros + 1"),
        test="attribution_adds_up",
    ),
    Planted(
        hazard="H12",
        statement="update marts_build.fct_calls set bitrix24_call_id ="
        " (select min(bitrix24_call_id) from marts_build.fct_calls)",
        test="calls_are_counted_once",
    ),
    Planted(
        hazard="H15",
        statement=RECORD.format("left_out_reason = 'deleted'"),
        test="what_is_left_out_is_in_no_fact",
    ),
    Planted(
        hazard="H17",
        statement=DEAL.format("is_won = false"),
        test="won_revenue_is_kept",
    ),
    Planted(
        hazard="H18",
        statement=DEAL.format("sale_no = 9"),
        test="sales_are_numbered_without_gaps",
    ),
    Planted(
        hazard="H19",
        statement=SHARE.format("revenue_reporting_amount = revenue_reporting_amount + 0.01"),
        test="attribution_adds_up",
    ),
    Planted(
        hazard="H20",
        statement=DEAL.format("utm_campaign = '{campaign_id}'"),
        test="utm_holds_no_macro",
    ),
    Planted(
        hazard="H22",
        statement=RECORD.format("is_test = true"),
        test="what_is_left_out_is_in_no_fact",
    ),
    Planted(
        hazard="H23",
        statement="update marts_build.dim_manager_version set valid_before = valid_before"
        " - interval '1 day' where manager_key <> -1",
        test="one_version_at_a_time",
    ),
    Planted(
        hazard="H24",
        statement=DEAL.format("stage_key = -1"),
        test="deals_stand_in_known_stages",
    ),
    Planted(
        hazard="H30",
        statement="update marts_build.report_ad_payback"
        " set revenue_reporting_amount = revenue_reporting_amount + 1"
        " where won_deals_count > 0",
        test="reports_equal_facts",
    ),
    Planted(
        hazard="H31",
        statement="delete from marts_build.fct_ad_spend where spend_kind_code = 'fee'",
        test="fees_reach_the_fact",
    ),
    Planted(
        hazard="H35",
        statement="delete from marts_build.dim_date where date_on = '2026-02-10'",
        test="the_calendar_has_every_day",
    ),
)

ABSENT = {
    "H5": "an emptied slice is held back when it is loaded; no dbt test sees it",
    "H6": "not planted yet",
    "H13": "no test compares a day with itself a week later",
    "H14": "not planted yet; unit tests of the match of calls and records hold it",
    "H16": "no test of merged contacts and companies",
    "H21": "not planted yet",
    "H25": "no test holds the last entry against the present stage",
    "H26": "no world without leads is built",
    "H27": "no mart of product rows is held against the amount",
    "H28": "no rule for refunds",
    "H29": "not planted yet; unit tests of the payback cut hold it",
    "H32": "no test counts options without a name",
    "H33": "not planted yet",
    "H34": "needs two builds: no dbt test can see it",
}
"""Hazards that no planted case proves, by what is missing."""
