-- The days of an action and the days that it is held against, each with what happened on it.
-- Without a baseline of its own an action is held against as many days as it has, just before it;
-- of an action that still runs, both have as many days as have elapsed.
with actions as (

    select
        {{ surrogate_key(['account', 'action_name']) }} as action_key,
        account,
        action_name,
        coalesce(channel_code, '') as channel_code,
        coalesce(product_name, '') as product_name,
        first_on,
        last_on,
        least(last_on, {{ as_of() }}) as elapsed_on,
        coalesce(baseline_first_on, first_on - (last_on - first_on + 1)) as baseline_first_on,
        coalesce(baseline_last_on, first_on - 1) as baseline_last_on
    from {{ ref('stg_company__marketing_actions') }}
    where _deleted_at is null

),

phased as (

    select
        actions.*,
        'action' as phase_code,
        first_on as phase_first_on,
        elapsed_on as phase_last_on
    from actions
    union all
    select
        actions.*,
        'baseline' as phase_code,
        baseline_first_on as phase_first_on,
        case
            when elapsed_on < first_on then null
            when elapsed_on < last_on
                then least(baseline_last_on, baseline_first_on + (elapsed_on - first_on))
            else baseline_last_on
        end as phase_last_on
    from actions

),

dayed as (

    select
        phased.*,
        dates.date_key,
        dates.date_on as report_on,
        dates.date_on - phased.phase_first_on + 1 as day_no
    from phased
    inner join {{ ref('dim_date') }} as dates
        on dates.date_on between phased.phase_first_on and phased.phase_last_on

),

-- The channel '' stands for all of them.
happened as (

    select
        date_key,
        coalesce(channel_code, '') as channel_code,
        sum(inquiries_count) as inquiries_count,
        sum(deals_count) as deals_count,
        sum(won_deals_count) as won_deals_count,
        sum(revenue_reporting_amount) as revenue_reporting_amount,
        sum(spend_reporting_amount) as spend_reporting_amount
    from {{ ref('report_company_kpis') }}
    group by grouping sets ((date_key, channel_code), (date_key))

),

sold as (

    select
        deals.won_date_key as date_key,
        coalesce(channels.channel_code, '') as channel_code,
        product_rows.product_name,
        count(distinct deals.deal_key) as won_deals_count,
        sum(
            round(
                {{ of_vat_basis('product_rows.line_amount', 'product_rows.line_net_amount') }}
                * deals.reporting_rate,
                2
            )
        ) as revenue_reporting_amount
    from {{ ref('int_product_rows__unioned') }} as product_rows
    inner join {{ ref('fct_deals') }} as deals
        on
            product_rows.account = deals.account
            and product_rows.record_id = deals.deal_id
    inner join {{ ref('dim_channel') }} as channels
        on deals.channel_key = channels.channel_key
    where product_rows.entity_type_id = '2' and deals.is_won
    group by
        grouping sets (
            (deals.won_date_key, channels.channel_code, product_rows.product_name),
            (deals.won_date_key, product_rows.product_name)
        )

),

-- Up to which day the spend of a channel, and that of all together, is known: see docs/adr/0008.
known as (

    select
        channel_code,
        complete_on
    from {{ ref('int_ad_channels__completed') }}
    union all
    select
        '' as channel_code,
        min(payback_complete_on) as complete_on
    from {{ ref('int_ad_channels__completed') }}
    having count(payback_complete_on) > 0

)

select
    dayed.action_key,
    dayed.phase_code,
    dayed.date_key,
    coalesce(channels.channel_key, -1) as channel_key,
    dayed.account,
    dayed.action_name,
    case dayed.phase_code when 'action' then 'Акция' else 'До акции' end as phase_name_ru,
    case dayed.phase_code when 'action' then 'Action' else 'Baseline' end as phase_name_en,
    dayed.channel_code,
    coalesce(channels.channel_name_ru, 'Все каналы') as channel_name_ru,
    coalesce(channels.channel_name_en, 'All channels') as channel_name_en,
    dayed.product_name,
    dayed.first_on,
    dayed.last_on,
    dayed.report_on,
    dayed.day_no,
    1::bigint as days_count,
    coalesce(
        happened.spend_reporting_amount,
        case
            when known.channel_code is null or dayed.report_on <= known.complete_on then 0
        end
    )::numeric(18, 2) as spend_reporting_amount,
    coalesce(happened.inquiries_count, 0)::bigint as inquiries_count,
    coalesce(happened.deals_count, 0)::bigint as deals_count,
    case
        when dayed.product_name = '' then coalesce(happened.won_deals_count, 0)
        else coalesce(sold.won_deals_count, 0)
    end::bigint as won_deals_count,
    case
        when dayed.product_name = '' then coalesce(happened.revenue_reporting_amount, 0)
        else coalesce(sold.revenue_reporting_amount, 0)
    end::numeric(18, 2) as revenue_reporting_amount,
    {{ reporting_currency() }} as reporting_currency_code,
    {{ vat_basis() }} as vat_basis
from dayed
left join happened
    on dayed.date_key = happened.date_key and dayed.channel_code = happened.channel_code
left join sold
    on
        dayed.date_key = sold.date_key
        and dayed.channel_code = sold.channel_code
        and dayed.product_name = sold.product_name
left join known
    on dayed.channel_code = known.channel_code
left join {{ ref('dim_channel') }} as channels
    on dayed.channel_code = channels.channel_code
