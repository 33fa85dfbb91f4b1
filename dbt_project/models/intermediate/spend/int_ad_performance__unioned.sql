-- Figures below the campaign, as far as each platform states them. The levels stand beside each
-- other and do not add up across: a click on an ad is also a click on its keyword. A part that has
-- no id, or whose campaign nobody knows, is left to what is not allocated.
{%- set platforms = [
    (
        'google_ads', ['ad_group', 'ad', 'keyword'],
        'days.ad_name', 'days.keyword_text', 'null::numeric'
    ),
    (
        'yandex_direct', ['ad_group', 'ad', 'keyword'],
        'null::text', 'days.keyword', 'days.spend_without_vat_amount'
    ),
    ('vk_ads', ['ad_group', 'ad'], 'days.ad_name', 'null::text', 'null::numeric'),
] %}
with stated as (

    {% for platform, levels, ad_name, keyword_text, net in platforms -%}
        {% for level in levels -%}
            select
                '{{ platform }}' as platform_code,
                '{{ level }}' as level_code,
                days.account,
                days.ad_account_id,
                days.campaign_id,
                days.ad_group_id,
                days.ad_group_name,
                {{ 'days.ad_id' if level == 'ad' else 'null::text' }} as ad_id,
                {{ ad_name if level == 'ad' else 'null::text' }} as ad_name,
                {{ 'days.keyword_id' if level == 'keyword' else 'null::text' }} as keyword_id,
                {{ keyword_text if level == 'keyword' else 'null::text' }} as keyword_text,
                days.reported_on,
                days.impressions_count,
                days.clicks_count,
                days.conversions_count,
                days.conversion_value_amount,
                days.spend_amount,
                {{ net }} as stated_net_amount,
                ad_accounts.currency_code,
                days.is_vat_included,
                null::text as channel_code
            from {{ ref('stg_' ~ platform ~ '__' ~ level ~ '_days') }} as days
            left join {{ ref('int_ad_accounts__unioned') }} as ad_accounts
                on
                    ad_accounts.platform_code = '{{ platform }}'
                    and days.account = ad_accounts.account
                    and days.ad_account_id = ad_accounts.ad_account_id
            where
                days._deleted_at is null
                and days.campaign_id is not null
                and days.{{ level }}_id is not null
            union all
        {% endfor -%}
    {% endfor -%}
    -- A file names its ad groups and ads, or leaves them empty; what it leaves empty is not
    -- allocated.
    select
        lines.platform_code,
        levels.level_code,
        lines.account,
        lines.ad_account_id,
        lines.campaign_id,
        coalesce(lines.ad_group_name, '') as ad_group_id,
        lines.ad_group_name,
        levels.ad_name as ad_id,
        levels.ad_name,
        null::text as keyword_id,
        null::text as keyword_text,
        lines.reported_on,
        lines.impressions_count,
        lines.clicks_count,
        0::numeric as conversions_count,
        0::numeric as conversion_value_amount,
        lines.spend_amount,
        null::numeric as stated_net_amount,
        lines.currency_code,
        lines.is_vat_included,
        lines.channel_code
    from {{ ref('stg_csv_spend__spend_lines') }} as lines
    cross join
        lateral (
            values
            ('ad_group', lines.ad_group_name, null),
            ('ad', lines.ad_name, lines.ad_name)
        ) as levels (level_code, stated_name, ad_name)
    where lines._deleted_at is null and levels.stated_name is not null

)

select
    stated.platform_code,
    stated.level_code,
    stated.account,
    stated.ad_account_id,
    stated.campaign_id,
    {{ surrogate_key(['stated.platform_code', 'stated.ad_account_id', 'stated.campaign_id']) }}
        as campaign_key,
    stated.ad_group_id,
    stated.ad_group_name,
    stated.ad_id,
    stated.ad_name,
    stated.keyword_id,
    stated.keyword_text,
    coalesce(stated.channel_code, platforms.channel_code) as channel_code,
    stated.reported_on,
    stated.impressions_count,
    stated.clicks_count,
    stated.conversions_count,
    stated.conversion_value_amount,
    stated.spend_amount,
    stated.stated_net_amount,
    stated.currency_code,
    stated.is_vat_included
from stated
left join {{ ref('ad_platforms') }} as platforms
    on stated.platform_code = platforms.platform_code
