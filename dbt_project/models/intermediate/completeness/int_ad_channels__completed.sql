{%- set platforms = ['google_ads', 'yandex_direct', 'vk_ads'] %}
-- Up to which day the spend of a channel is known, and up to which day that of all of them is.
-- Every source of spend is asked for the stream that reaches the fact; what is not configured is
-- not asked.
with sources as (

    select
        source,
        account,
        min(complete_on) as complete_on
    from {{ ref('int_streams__completed') }}
    where
        state_code in ('current', 'stale', 'never_loaded')
        and (source = 'csv_spend' or stream = 'campaign_days')
    group by source, account

),

spending as (

    {% for platform in platforms -%}
        select distinct
            '{{ platform }}' as source,
            days.account,
            platforms.channel_code
        from {{ ref('stg_' ~ platform ~ '__campaign_days') }} as days
        inner join {{ ref('ad_platforms') }} as platforms
            on platforms.platform_code = '{{ platform }}'
        union all
    {% endfor -%}
    select distinct
        'csv_spend' as source,
        account,
        channel_code
    from {{ ref('stg_csv_spend__spend_lines') }}

),

-- A platform that never came has no day of spend, and still has its channel.
feeding as (

    select
        sources.source,
        sources.account,
        sources.complete_on,
        spending.channel_code,
        true as is_spending
    from sources
    inner join spending
        on sources.source = spending.source and sources.account = spending.account
    union all
    select
        sources.source,
        sources.account,
        sources.complete_on,
        platforms.channel_code,
        false as is_spending
    from sources
    inner join {{ ref('ad_platforms') }} as platforms
        on sources.source = platforms.platform_code

),

-- The earliest day of all that have ever spent: beyond it payback would flatter.
earliest as (

    select min(complete_on) as payback_complete_on
    from feeding
    where is_spending

)

select
    feeding.channel_code,
    earliest.payback_complete_on,
    min(feeding.complete_on) as complete_on
from feeding
cross join earliest
group by feeding.channel_code, earliest.payback_complete_on
