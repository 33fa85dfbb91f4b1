-- Fees beside the spend, brought down to the campaign's day in the vocabulary of spend.
--
-- A fee is rounded once: what runs up to a row is rounded, and the row gets the difference. So the
-- rows add up to the fee to the kopeck, none is off by more than one, and what came before stays as
-- it is when another day comes.
--
-- A percentage is of the spend of a month and currency. An amount a month is spread evenly over the
-- days of that month, then over the day's campaigns by their spend; a day without spend has it
-- without a campaign.
with fees as (

    select *
    from {{ ref('stg_csv_spend__fees') }}
    where _deleted_at is null

),

campaign_days as (

    select
        spend.platform_code,
        spend.account,
        spend.ad_account_id,
        spend.campaign_id,
        spend.campaign_key,
        spend.channel_code,
        spend.currency_code,
        spend.reported_on,
        min(spend.campaign_name) as campaign_name,
        sum(spend.spend_amount) as spend_amount,
        sum(spend.spend_amount * coalesce(rates.reporting_rate, 0)) as weight
    from {{ ref('int_ad_spend__unioned') }} as spend
    left join {{ ref('int_currency_rates__dated') }} as rates
        on
            spend.currency_code = rates.currency_code
            and spend.reported_on >= rates.valid_from
            and spend.reported_on < rates.valid_before
    group by
        spend.platform_code,
        spend.account,
        spend.ad_account_id,
        spend.campaign_id,
        spend.campaign_key,
        spend.channel_code,
        spend.currency_code,
        spend.reported_on

),

-- A day without spend is the ad account's day too.
time_zones as (

    select
        platform_code,
        ad_account_id,
        min(ad_account_time_zone) as ad_account_time_zone
    from {{ ref('int_ad_spend__unioned') }}
    group by platform_code, ad_account_id

),

charged as (

    select
        fees.account as fee_account,
        fees.fee_id,
        fees.fee_percent,
        campaign_days.*,
        sum(campaign_days.spend_amount) over (
            partition by
                fees.account,
                fees.fee_id,
                campaign_days.currency_code,
                date_trunc('month', campaign_days.reported_on)
            order by
                campaign_days.reported_on,
                campaign_days.account,
                campaign_days.ad_account_id,
                campaign_days.campaign_id,
                campaign_days.channel_code
            rows unbounded preceding
        ) as spend_so_far
    from fees
    inner join campaign_days
        on
            fees.platform_code = campaign_days.platform_code
            and fees.ad_account_id in ('', campaign_days.ad_account_id)
            and fees.valid_from <= campaign_days.reported_on
            and coalesce(fees.valid_to, campaign_days.reported_on) >= campaign_days.reported_on
    where fees.fee_percent is not null

),

by_percent as (

    select
        fee_account,
        fee_id,
        account,
        ad_account_id,
        campaign_id,
        campaign_name,
        channel_code,
        currency_code,
        reported_on,
        round(spend_so_far * fee_percent / 100, 2)
        - round((spend_so_far - spend_amount) * fee_percent / 100, 2) as fee_amount
    from charged

),

days as (

    select
        fees.account as fee_account,
        fees.fee_id,
        fees.platform_code,
        fees.ad_account_id,
        fees.currency_code,
        fees.monthly_amount,
        series.day::date as reported_on,
        extract(day from series.day) as day_of_month,
        extract(day from date_trunc('month', series.day) + interval '1 month - 1 day')
            as days_in_month
    from fees
    cross join
        lateral generate_series(
            fees.valid_from::timestamp,
            least(coalesce(fees.valid_to, {{ as_of() }}), {{ as_of() }})::timestamp,
            interval '1 day'
        ) as series (day)
    where fees.monthly_amount is not null

),

daily as (

    select
        fee_account,
        fee_id,
        platform_code,
        ad_account_id,
        currency_code,
        reported_on,
        round(monthly_amount * day_of_month / days_in_month, 2)
        - round(monthly_amount * (day_of_month - 1) / days_in_month, 2) as day_amount
    from days

),

weighed as (

    select
        daily.fee_account,
        daily.fee_id,
        daily.currency_code,
        daily.reported_on,
        daily.day_amount,
        coalesce(campaign_days.account, daily.fee_account) as account,
        coalesce(campaign_days.ad_account_id, daily.ad_account_id) as ad_account_id,
        coalesce(campaign_days.campaign_id, '') as campaign_id,
        campaign_days.campaign_name,
        campaign_days.channel_code,
        campaign_days.weight,
        sum(campaign_days.weight) over (
            partition by daily.fee_account, daily.fee_id, daily.reported_on
        ) as weight_of_day,
        sum(campaign_days.weight) over (
            partition by daily.fee_account, daily.fee_id, daily.reported_on
            order by
                campaign_days.account,
                campaign_days.ad_account_id,
                campaign_days.campaign_id,
                campaign_days.channel_code,
                campaign_days.currency_code
            rows unbounded preceding
        ) as weight_so_far
    from daily
    left join campaign_days
        on
            daily.platform_code = campaign_days.platform_code
            and daily.ad_account_id in ('', campaign_days.ad_account_id)
            and daily.reported_on = campaign_days.reported_on
            and campaign_days.weight > 0

),

by_month as (

    select
        fee_account,
        fee_id,
        account,
        ad_account_id,
        campaign_id,
        campaign_name,
        channel_code,
        currency_code,
        reported_on,
        case
            when weight is null then day_amount
            else
                round(day_amount * weight_so_far / weight_of_day, 2)
                - round(day_amount * (weight_so_far - weight) / weight_of_day, 2)
        end as fee_amount
    from weighed

),

allocated as (

    select * from by_percent
    union all
    select * from by_month

)

select
    allocated.fee_account,
    allocated.fee_id,
    fees.fee_name,
    fees.platform_code,
    allocated.account,
    allocated.ad_account_id,
    allocated.campaign_id,
    {{ surrogate_key([
        'fees.platform_code',
        'allocated.ad_account_id',
        'allocated.campaign_id',
    ]) }} as campaign_key,
    allocated.campaign_name,
    null::text as campaign_type,
    coalesce(fees.channel_code, allocated.channel_code, platforms.channel_code, 'unknown')
        as channel_code,
    allocated.reported_on,
    time_zones.ad_account_time_zone,
    0::bigint as impressions_count,
    0::bigint as clicks_count,
    0::bigint as actions_count,
    0::numeric as conversions_count,
    0::numeric as conversion_value_amount,
    allocated.fee_amount as spend_amount,
    null::numeric as stated_net_amount,
    allocated.currency_code,
    fees.is_vat_included
from allocated
inner join fees
    on allocated.fee_account = fees.account and allocated.fee_id = fees.fee_id
left join {{ ref('ad_platforms') }} as platforms
    on fees.platform_code = platforms.platform_code
left join time_zones
    on
        fees.platform_code = time_zones.platform_code
        and allocated.ad_account_id = time_zones.ad_account_id
where allocated.fee_amount <> 0
