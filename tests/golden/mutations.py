"""Rules of the models turned wrong, as data: which text, and which answers have to notice."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """One rule turned wrong.

    Args:
        rule: what is turned.
        model: the model whose compiled SQL is patched.
        right: the text of the rule; stands in the SQL at least once.
        wrong: what it becomes.
        breaks: table of answers, key and column of cells that must differ then.
    """

    rule: str
    model: str
    right: str
    wrong: str
    breaks: tuple[tuple[str, str, str], ...]


MUTATIONS = (
    Mutation(
        rule="won date: the last entry into success",
        model="int_deals__closed",
        right="max(entered_at)",
        wrong="min(entered_at)",
        breaks=(("deals", "4", "won_on"), ("deals", "5", "won_on"), ("deals", "11", "won_on")),
    ),
    Mutation(
        rule="reopened: what a deal once was does not count",
        model="int_deals__closed",
        right="stage_semantic = 'S' as is_won",
        wrong=(
            "deal_id in (select deal_id from intermediate.int_deal_stages__sequenced"
            " where stage_semantic = 'S') as is_won"
        ),
        breaks=(("deals", "6", "outcome"), ("managers", "2026-02 11", "revenue")),
    ),
    Mutation(
        rule="repeat: sales in the order of their wins",
        model="fct_deals",
        right="order by won_at asc nulls last",
        wrong="order by won_at desc nulls last",
        breaks=(("deals", "28", "sale_no"), ("channels", "2025-12 yandex_direct", "new_customers")),
    ),
    Mutation(
        rule="currency date: the day of the win",
        model="fct_deals",
        right="coalesce(counted.won_on, counted.created_on)",
        wrong="counted.created_on",
        breaks=(("deals", "15", "rate"), ("deals", "16", "revenue_reporting_amount")),
    ),
    Mutation(
        rule="VAT basis of revenue",
        model="fct_deals",
        right="'gross' = 'gross'",
        wrong="valued.tax_amount is null",
        breaks=(("deals", "1", "revenue_reporting_amount"), ("managers", "2025-12 10", "revenue")),
    ),
    Mutation(
        rule="VAT basis of spend",
        model="fct_ad_spend",
        right="'gross' = 'gross'",
        wrong="'net' = 'gross'",
        breaks=(("channels", "2026-01 yandex_direct", "spend"),),
    ),
    Mutation(
        rule="tie: of two wins in one second the deal created first",
        model="fct_deals",
        right="nulls last, created_at asc",
        wrong="nulls last, created_at desc",
        breaks=(("deals", "37", "sale_no"), ("deals", "38", "sale_no")),
    ),
    Mutation(
        rule="junk: a lead that ended in failure",
        model="fct_leads",
        right="coalesce(records.stage_semantic = 'F', false)",
        wrong="coalesce(records.stage_semantic = 'S', false)",
        breaks=(("leads", "70", "is_junk"), ("channels", "2026-02 google_ads", "quality_leads")),
    ),
    Mutation(
        rule="junk: counts as an inquiry",
        model="report_ad_payback",
        right="leads_count as inquiries_count",
        wrong="quality_leads_count as inquiries_count",
        breaks=(("channels", "2026-02 google_ads", "inquiries"),),
    ),
    Mutation(
        rule="manager credit: the one responsible at the win",
        model="fct_deals",
        right="credited.won_responsible_id",
        wrong="credited.present_responsible_id",
        breaks=(("deals", "40", "manager"), ("deals", "43", "manager")),
    ),
    Mutation(
        rule="channel order: the first step that finds something",
        model="int_channels__resolved",
        right="step asc",
        wrong="step desc",
        breaks=(("deals", "47", "channel"), ("deals", "44", "channel")),
    ),
    Mutation(
        rule="deleted and merged: left out",
        model="int_crm_records__classified",
        right="unioned._deleted_at is not null then 'deleted'",
        wrong="false then 'deleted'",
        breaks=(("deals", "19", "(row)"), ("deals", "20", "(row)"), ("leads", "69", "(row)")),
    ),
    Mutation(
        rule="recurring templates: left out",
        model="int_crm_records__classified",
        right="unioned.is_recurring_template then 'recurring_template'",
        wrong="false then 'recurring_template'",
        breaks=(("deals", "25", "(row)"),),
    ),
    Mutation(
        rule="test deals: left out",
        model="int_crm_records__classified",
        right="unioned.is_test then 'test'",
        wrong="false then 'test'",
        breaks=(("deals", "22", "(row)"), ("deals", "23", "(row)"), ("leads", "72", "(row)")),
    ),
    Mutation(
        rule="reporting date: the company's zone",
        model="int_crm_records__classified",
        right="created_at at time zone 'Europe/Moscow'",
        wrong="created_at at time zone 'Asia/Yekaterinburg'",
        breaks=(("deals", "3", "created_on"), ("leads", "73", "created_on")),
    ),
    Mutation(
        rule="rates: by the nominal",
        model="stg_cbr__rates",
        right=' / "Nominal"',
        wrong="",
        breaks=(("deals", "16", "rate"), ("deals", "17", "rate")),
    ),
    Mutation(
        rule="window: 90 days",
        model="int_paths__matched",
        right="interval '2160 hours'",
        wrong="interval '2184 hours'",
        breaks=(("touches", "61 1", "touch"),),
    ),
    Mutation(
        rule="30-minute merge",
        model="int_touches__merged",
        right="interval '30 minutes'",
        wrong="interval '29 minutes'",
        breaks=(("touches", "60 2", "touch"), ("touches", "60 4", "(row)")),
    ),
    Mutation(
        rule="last non-direct",
        model="int_attribution_weights__apportioned",
        right="in ('direct', 'unknown')",
        wrong="in ('direct')",
        breaks=(("touches", "64 2", "last_non_direct_micros"),),
    ),
    Mutation(
        rule="tie: the odd kopeck goes to the earliest touch",
        model="fct_attribution",
        right="touch_no asc",
        wrong="touch_no desc",
        breaks=(("touches", "57 1", "linear_kopecks"), ("touches", "63 3", "linear_kopecks")),
    ),
    Mutation(
        rule="repeat purchase: touches after the purchase before",
        model="int_paths__matched",
        right="records.purchased_at < parties.touched_at",
        wrong="records.purchased_at is not null",
        breaks=(("touches", "29 1", "touch"), ("touches", "32 1", "touch")),
    ),
    Mutation(
        rule="shared office numbers: nobody's",
        model="int_phones__owned",
        right="count(distinct customer_key) <= 1",
        wrong="count(distinct customer_key) <= 2",
        breaks=(("touches", "33 1", "touch"),),
    ),
)
