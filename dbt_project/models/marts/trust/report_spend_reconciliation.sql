{%- set platforms = ['google_ads', 'yandex_direct', 'vk_ads'] %}
-- One money, counted three times apart: by the platform itself, asked for the ad account's total;
-- in the landing, row by row; in the fact, fees aside. Files have nobody to ask. Of an ad account
-- that was closed a platform tells no more: its days are shown, and held against nothing.
with ad_accounts as (

    select * from {{ ref('int_ad_accounts__unioned') }}

),

landed as (

    {% for platform in platforms -%}
        select
            '{{ platform }}' as platform_code,
            days.account,
            days.ad_account_id,
            ad_accounts.currency_code,
            days.reported_on,
            days.spend_amount
        from {{ ref('stg_' ~ platform ~ '__campaign_days') }} as days
        left join ad_accounts
            on
                ad_accounts.platform_code = '{{ platform }}'
                and days.account = ad_accounts.account
                and days.ad_account_id = ad_accounts.ad_account_id
        where days._deleted_at is null
        union all
    {% endfor -%}
    select
        platform_code,
        account,
        ad_account_id,
        currency_code,
        reported_on,
        spend_amount
    from {{ ref('stg_csv_spend__spend_lines') }}
    where _deleted_at is null

),

stacked as (

    select
        totals.source as platform_code,
        totals.account,
        totals.ad_account_id,
        coalesce(totals.currency_code, ad_accounts.currency_code) as currency_code,
        totals.reported_on,
        totals.total_value as source_amount,
        totals.total_value is null as is_untold,
        null::numeric as landed_amount,
        null::numeric as fact_amount
    from {{ ref('stg_state__source_totals') }} as totals
    left join ad_accounts
        on
            totals.source = ad_accounts.platform_code
            and totals.account = ad_accounts.account
            and totals.ad_account_id = ad_accounts.ad_account_id
    where
        totals.stream = 'campaign_days'
        and totals.measure = 'spend'
        and totals.reported_on is not null
    union all
    select
        platform_code,
        account,
        ad_account_id,
        currency_code,
        reported_on,
        null::numeric as source_amount,
        false as is_untold,
        spend_amount as landed_amount,
        null::numeric as fact_amount
    from landed
    union all
    select
        platform_code,
        account,
        ad_account_id,
        currency_code,
        reported_on,
        null::numeric as source_amount,
        false as is_untold,
        null::numeric as landed_amount,
        spend_amount as fact_amount
    from {{ ref('fct_ad_spend') }}
    where spend_kind_code = 'media'

),

-- A platform's zero of a day that is neither landed nor counted is no news.
summed as (

    select
        platform_code,
        account,
        ad_account_id,
        coalesce(currency_code, '') as currency_code,
        reported_on,
        sum(source_amount) as source_amount,
        bool_or(is_untold) as is_untold,
        coalesce(sum(landed_amount), 0) as landed_amount,
        coalesce(sum(fact_amount), 0) as fact_amount
    from stacked
    group by platform_code, account, ad_account_id, coalesce(currency_code, ''), reported_on
    having count(landed_amount) + count(fact_amount) > 0 or sum(source_amount) <> 0

)

select
    platform_code,
    account,
    ad_account_id,
    currency_code,
    reported_on,
    {{ date_key('reported_on') }} as date_key,
    source_amount,
    landed_amount,
    fact_amount,
    -- The wider of the two gaps, signed: what the source states more than is shown.
    case
        when
            abs(coalesce(source_amount, landed_amount) - fact_amount)
            >= abs(landed_amount - fact_amount)
            then coalesce(source_amount, landed_amount) - fact_amount
        else landed_amount - fact_amount
    end as difference_amount,
    case
        when source_amount <> landed_amount then 'source_differs'
        when landed_amount <> fact_amount then 'fact_differs'
        when is_untold then 'source_silent'
        when source_amount is null then 'source_not_asked'
        else 'agrees'
    end as state_code
from summed
