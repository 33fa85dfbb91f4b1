-- What the inquiries of a month brought, month after month of wins, beside what that month cost.
-- Every cohort has a row of its own month, which bears the spend: so the spend adds up, and a
-- cohort that brought nothing is seen to bring nothing. Spend has no model of attribution: it
-- stands in full beside each of them.
with won as (

    select
        credits.attribution_model_key,
        credits.channel_key,
        date_trunc('month', coalesce(leads.created_on, deals.created_on))::date as cohort_month_on,
        date_trunc('month', deals.won_on)::date as won_month_on,
        credits.revenue_reporting_amount
    from {{ ref('fct_attribution') }} as credits
    inner join {{ ref('fct_deals') }} as deals
        on credits.deal_key = deals.deal_key
    left join {{ ref('fct_leads') }} as leads
        on deals.lead_key = leads.lead_key
    where deals.is_won

),

spent as (

    select
        channel_key,
        date_trunc('month', reported_on)::date as cohort_month_on,
        sum(spend_reporting_amount) as spend_reporting_amount
    from {{ ref('fct_ad_spend') }}
    group by channel_key, date_trunc('month', reported_on)

),

stacked as (

    select
        models.attribution_model_key,
        spent.channel_key,
        spent.cohort_month_on,
        spent.cohort_month_on as won_month_on,
        spent.spend_reporting_amount,
        0 as revenue_reporting_amount
    from spent
    cross join {{ ref('dim_attribution_model') }} as models
    where models.is_offered
    union all
    select
        attribution_model_key,
        channel_key,
        cohort_month_on,
        won_month_on,
        null as spend_reporting_amount,
        revenue_reporting_amount
    from won
    union all
    select
        attribution_model_key,
        channel_key,
        cohort_month_on,
        cohort_month_on as won_month_on,
        null as spend_reporting_amount,
        0 as revenue_reporting_amount
    from won

),

summed as (

    select
        attribution_model_key,
        channel_key,
        cohort_month_on,
        won_month_on,
        sum(spend_reporting_amount) as spend_reporting_amount,
        sum(revenue_reporting_amount) as revenue_reporting_amount
    from stacked
    group by attribution_model_key, channel_key, cohort_month_on, won_month_on

),

judged as (

    select
        summed.*,
        models.attribution_model_code,
        models.attribution_model_name_ru,
        models.attribution_model_name_en,
        models.is_default as is_default_model,
        channels.channel_code,
        channels.channel_name_ru,
        channels.channel_name_en,
        channels.is_paid as is_paid_channel,
        case
            -- no source feeds the channel, so nothing is awaited
            when completed.channel_code is null then true
            else
                coalesce(
                    least(
                        (summed.cohort_month_on + interval '1 month - 1 day')::date, {{ as_of() }}
                    ) <= completed.complete_on,
                    false
                )
        end as is_spend_complete
    from summed
    inner join {{ ref('dim_attribution_model') }} as models
        on summed.attribution_model_key = models.attribution_model_key
    inner join {{ ref('dim_channel') }} as channels
        on summed.channel_key = channels.channel_key
    left join {{ ref('int_ad_channels__completed') }} as completed
        on channels.channel_code = completed.channel_code

)

select
    attribution_model_key,
    {{ date_key('cohort_month_on') }} as cohort_month_date_key,
    channel_key,
    {{ date_key('won_month_on') }} as won_month_date_key,
    cohort_month_on,
    won_month_on,
    {{ months_between('cohort_month_on', 'won_month_on') }} as month_no,
    attribution_model_code,
    attribution_model_name_ru,
    attribution_model_name_en,
    is_default_model,
    channel_code,
    channel_name_ru,
    channel_name_en,
    is_paid_channel,
    is_spend_complete,
    case
        when spend_reporting_amount is not null then spend_reporting_amount
        -- only the row of the cohort's own month bears spend
        when is_spend_complete or coalesce(won_month_on <> cohort_month_on, true) then 0
    end as spend_reporting_amount,
    revenue_reporting_amount,
    null::numeric as gross_profit_reporting_amount,
    0::numeric as margin_covered_reporting_amount,
    {{ reporting_currency() }} as reporting_currency_code,
    {{ vat_basis() }} as vat_basis
from judged
