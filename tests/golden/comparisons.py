"""Which mart gives which table of answers, as data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A table of answers beside the query that has to give it.

    Args:
        answers: name of the table.
        keys: the columns that name a row.
        query: gives the keys and what is compared, under the names of the answers' columns.
        only: values of the first key that the query is asked for; none is all of them.
    """

    answers: str
    keys: tuple[str, ...]
    query: str
    only: tuple[str, ...] = ()


MODELS = ("first", "last", "last_non_direct", "linear", "position", "time_decay", "shapley")
SHARES = ",".join(
    f"""
    coalesce(sum(weight_micros) filter (where attribution_model_code = '{model}'), 0)
        as {model}_micros,
    coalesce(
        sum(attributed.revenue_reporting_amount * 100)
        filter (where attribution_model_code = '{model}'), 0
    ) as {model}_kopecks"""
    for model in MODELS
)
ATTRIBUTED = ",".join(
    f"""
    sum(revenue_reporting_amount) filter (where attribution_model_code = '{model}') as {model}"""
    for model in MODELS
)

COMPARISONS = (
    Comparison(
        answers="deals",
        keys=("deal",),
        query="""
            select
                deal_id as deal,
                deals.created_on,
                case when is_won then 'won' when is_lost then 'lost' else 'open' end as outcome,
                case when is_won then coalesce(won_on::text, 'unknown') end as won_on,
                won_at_method,
                lost_on,
                reporting_rate as rate,
                deal_reporting_amount,
                revenue_reporting_amount,
                sale_no,
                case
                    when deals.customer_key <> -1 then customer_type || ':' || customer_id
                end as customer,
                channel_code as channel,
                channel_match_method as match_method,
                campaign_id as campaign,
                managers.manager_id as manager,
                manager_method,
                creators.manager_id as created_manager,
                round(extract(epoch from won_at - created_at) / 86400, 2) as cycle_days,
                case when is_inquiry then 'yes' else 'no' end as is_inquiry
            from fct_deals as deals
            join dim_customer using (customer_key)
            join dim_channel using (channel_key)
            join dim_campaign using (campaign_key)
            join dim_manager as managers on deals.manager_key = managers.manager_key
            join dim_manager as creators on deals.created_manager_key = creators.manager_key
        """,
    ),
    Comparison(
        answers="leads",
        keys=("lead",),
        query="""
            select
                lead_id as lead,
                created_on,
                channel_code as channel,
                channel_match_method as match_method,
                campaign_id as campaign,
                manager_id as manager,
                manager_method,
                case when is_junk then 'yes' else 'no' end as is_junk,
                deals_count
            from fct_leads as leads
            join dim_channel using (channel_key)
            join dim_campaign using (campaign_key)
            join dim_manager using (manager_key)
        """,
    ),
    Comparison(
        answers="stages",
        keys=("deal", "entry_no"),
        query="""
            select
                deal_id as deal,
                entry_no,
                entry_id as entry,
                stage_id as stage,
                stage_name,
                entries.stage_semantic as meaning,
                date_on as entered_on,
                duration_seconds
            from fct_deal_stages as entries
            join fct_deals using (deal_key)
            join dim_stage on entries.stage_key = dim_stage.stage_key
            join dim_date on entered_date_key = date_key
        """,
    ),
    Comparison(
        answers="calls",
        keys=("call",),
        query="""
            select
                coalesce(calltouch_call_id, comagic_call_id, bitrix24_call_id) as call,
                case
                    when coalesce(calltouch_call_id, comagic_call_id) is not null
                        then bitrix24_call_id
                end as also,
                match_method,
                systems_count as systems,
                started_on,
                direction_code as direction,
                case when is_answered then 'yes' else 'no' end as is_answered,
                channel_code as channel,
                channel_match_method,
                campaign_id as campaign,
                manager_id as manager
            from fct_calls
            join dim_channel using (channel_key)
            join dim_campaign using (campaign_key)
            join dim_manager using (manager_key)
        """,
    ),
    Comparison(
        answers="spend",
        keys=("kind", "platform", "campaign", "day"),
        query="""
            select
                spend_kind_code as kind,
                platform_code as platform,
                campaign_id as campaign,
                reported_on as day,
                channel_code as channel,
                clicks_count as clicks,
                actions_count as actions,
                spend_amount,
                currency_code as currency,
                reporting_rate as rate,
                spend_reporting_amount,
                spend_net_reporting_amount as net_reporting_amount
            from fct_ad_spend as spend
            join dim_channel using (channel_key)
        """,
    ),
    Comparison(
        answers="channels",
        keys=("month", "channel"),
        query="""
            select
                year_month as month,
                channel_code as channel,
                sum(spend_reporting_amount) as spend,
                sum(clicks_count) as clicks,
                sum(leads_count) as leads,
                sum(quality_leads_count) as quality_leads,
                sum(inquiries_count) as inquiries,
                sum(deals_count) as deals,
                sum(won_deals_count) as won,
                sum(new_customers_count) as new_customers,
                sum(revenue_reporting_amount) as revenue
            from report_ad_payback
            join dim_date using (date_key)
            group by 1, 2
        """,
    ),
    Comparison(
        answers="managers",
        keys=("month", "manager"),
        query="""
            select
                year_month as month,
                manager_id as manager,
                sum(leads_count) as leads,
                sum(quality_leads_count) as quality_leads,
                sum(leads_with_deal_count) as leads_with_deal,
                sum(inquiries_count) as inquiries,
                sum(deals_count) as deals,
                sum(won_deals_count) as won,
                sum(zero_won_deals_count) as zero_won,
                sum(lost_deals_count) as lost,
                sum(revenue_reporting_amount) as revenue
            from report_manager_kpis
            join dim_date using (date_key)
            group by 1, 2
        """,
    ),
    Comparison(
        answers="pipeline_daily",
        keys=("day", "manager", "stage"),
        query="""
            select
                report_on as day,
                manager_id as manager,
                stage_id as stage,
                sum(open_deals_count) as open_deals,
                sum(open_reporting_amount) as open_amount,
                sum(days_in_stage_count) as age_days,
                sum(open_under_3_days_count) as under_3_days,
                sum(open_3_to_7_days_count) as from_3_to_7_days,
                sum(open_8_to_14_days_count) as from_8_to_14_days,
                sum(open_15_to_30_days_count) as from_15_to_30_days,
                sum(open_from_31_days_count) as from_31_days
            from fct_pipeline_daily
            join dim_manager using (manager_key)
            join dim_stage using (stage_key)
            where report_on in ('2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30')
            group by 1, 2, 3
        """,
    ),
    Comparison(
        answers="first_responses",
        keys=("inquiry",),
        query="""
            select
                record_type || record_id as inquiry,
                created_on,
                managers.manager_id as responsible,
                to_char(answered_at at time zone 'Europe/Moscow', 'YYYY-MM-DD HH24:MI')
                    as answered_at,
                responders.manager_id as answered_by,
                first_response_minutes as minutes
            from fct_inquiries as inquiries
            join dim_manager as managers on inquiries.manager_key = managers.manager_key
            join dim_manager as responders
                on inquiries.answered_by_manager_key = responders.manager_key
        """,
    ),
    Comparison(
        answers="customers",
        keys=("customer",),
        query="""
            select
                customer_type || ':' || customer_id as customer,
                first_record_on,
                first_won_on,
                last_won_on,
                count(*) filter (where is_won) as sales
            from dim_customer
            left join fct_deals using (customer_key)
            where customer_key <> -1
            group by 1, 2, 3, 4
        """,
    ),
    Comparison(
        answers="staff",
        keys=("manager",),
        query="""
            select
                manager_id as manager,
                manager_name as name,
                managers.department_name as department,
                department_path as path,
                case when is_active then 'yes' else 'no' end as is_active
            from dim_manager as managers
            join dim_department using (department_key)
        """,
    ),
    Comparison(
        answers="touches",
        keys=("deal", "touch_no"),
        query=f"""
            select
                deal_id as deal,
                touch_no,
                coalesce(
                    case when touch_kind_code in ('lead', 'deal') then touch_kind_code else '' end
                    || touch_id,
                    'none'
                ) as touch,
                to_char(touched_at at time zone 'Asia/Yekaterinburg', 'YYYY-MM-DD HH24:MI')
                    as touched_at,
                channel_code as channel,
                campaign_id as campaign,
                case
                    when attributed.touch_key <> -1
                        then round(seconds_before_conversion / 86400.0, 6)
                end as days_before,
                {SHARES}
            from fct_attribution as attributed
            join fct_deals using (deal_key)
            join dim_attribution_model using (attribution_model_key)
            join dim_channel on attributed.channel_key = dim_channel.channel_key
            join dim_campaign on attributed.campaign_key = dim_campaign.campaign_key
            left join fct_touches on attributed.touch_key = fct_touches.touch_key
            group by 1, 2, 3, 4, 5, 6, 7
        """,  # noqa: S608
    ),
    Comparison(
        answers="attributed",
        keys=("channel",),
        query=f"""
            select channel_code as channel, {ATTRIBUTED}
            from report_attribution
            group by 1
        """,  # noqa: S608
    ),
    Comparison(
        answers="deal_products",
        keys=("deal", "product"),
        query="""
            select
                deal_id as deal,
                product_name as product,
                quantity,
                line_amount,
                line_tax_amount as line_tax,
                sum(line_amount) over deals as rows_amount,
                deals.deal_amount,
                sum(line_amount) over deals - deals.deal_amount as difference
            from fct_deal_products as products
            join fct_deals as deals using (deal_key, account, deal_id)
            join dim_product using (product_key)
            where is_allocated
            window deals as (partition by deal_key)
        """,
    ),
    Comparison(
        answers="payments",
        keys=("invoice",),
        query="""
            select
                invoice_id as invoice,
                deal_id as deal,
                paid_on,
                paid_reporting_amount as paid_amount
            from fct_payments
        """,
    ),
    Comparison(
        answers="cohorts",
        keys=("cohort", "channel", "month_no"),
        query="""
            select
                year_month as cohort,
                channel_code as channel,
                month_no,
                sum(spend_reporting_amount) over cohorts as spend,
                revenue_reporting_amount as revenue,
                sum(revenue_reporting_amount) over so_far as cumulative_revenue,
                case
                    when sum(spend_reporting_amount) over cohorts = 0 then ''
                    when
                        sum(revenue_reporting_amount) over so_far
                        >= sum(spend_reporting_amount) over cohorts
                        then 'yes'
                    else 'no'
                end as is_paid_back
            from report_cohorts
            join dim_date on cohort_month_date_key = date_key
            where attribution_model_code = 'last_non_direct' and month_no is not null
            window
                cohorts as (partition by cohort_month_date_key, channel_key),
                so_far as (partition by cohort_month_date_key, channel_key order by month_no)
        """,
    ),
    Comparison(
        answers="left_out",
        keys=("entity", "reason"),
        query='select entity, reason, left_out_count as "count" from report_left_out',
    ),
    Comparison(
        answers="metrics",
        keys=("metric", "slice"),
        only=(
            "plan_completion",
            *("spend", "revenue", "won", "deals", "inquiries", "leads_new", "leads_quality"),
        ),
        query="""
            select
                'plan_completion' as metric,
                'month=' || to_char(held.month_start_on, 'YYYY-MM')
                || ' metric=' || held.metric_code || ' '
                || concat_ws('=', held.scope_code, nullif(plans.member_id, '')) as slice,
                held.fact_value as numerator,
                held.plan_value as denominator,
                coalesce(round(held.fact_value / nullif(held.plan_value, 0), 6)::text, 'NULL')
                    as value
            from report_plan_completion as held
            join fct_plan as plans using (plan_key)
            union all
            select
                measures.metric,
                'month=' || year_month as slice,
                sum(measures.value) as numerator,
                null as denominator,
                sum(measures.value)::text as value
            from report_company_kpis
            join dim_date using (date_key)
            cross join lateral (
                values
                ('spend', coalesce(spend_reporting_amount, 0)),
                ('revenue', revenue_reporting_amount),
                ('won', won_deals_count),
                ('deals', deals_count),
                ('inquiries', inquiries_count),
                ('leads_new', leads_count),
                ('leads_quality', quality_leads_count)
            ) as measures (metric, value)
            where year_month >= '2025-12'
            group by measures.metric, year_month
            union all
            select
                'revenue' as metric,
                'from=' || min(date_on) || ' to=' || max(date_on) as slice,
                sum(revenue_reporting_amount) as numerator,
                null as denominator,
                sum(revenue_reporting_amount)::text as value
            from bridge_period_days as days
            join dim_date using (date_key)
            left join report_company_kpis using (date_key)
            where
                days.period_kind_code = 'month'
                and days.side_code = 'previous'
                and days.period_start_on = '2026-02-01'
        """,
    ),
)
