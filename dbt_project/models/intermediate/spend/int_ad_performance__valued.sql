-- Lines of one object and day are added up first and rounded once.
with summed as (

    select
        'media' as spend_kind_code,
        platform_code,
        level_code,
        account,
        ad_account_id,
        campaign_id,
        campaign_key,
        coalesce(ad_group_id, '') as ad_group_id,
        coalesce(ad_id, '') as ad_id,
        coalesce(keyword_id, '') as keyword_id,
        channel_code,
        currency_code,
        is_vat_included,
        reported_on,
        max(ad_group_name) as ad_group_name,
        max(ad_name) as ad_name,
        max(keyword_text) as keyword_text,
        sum(impressions_count)::bigint as impressions_count,
        sum(clicks_count)::bigint as clicks_count,
        sum(conversions_count) as conversions_count,
        sum(conversion_value_amount) as conversion_value_amount,
        sum(spend_amount) as spend_amount,
        case when count(stated_net_amount) = count(*) then sum(stated_net_amount) end
            as stated_net_amount
    from {{ ref('int_ad_performance__unioned') }}
    group by
        platform_code,
        level_code,
        account,
        ad_account_id,
        campaign_id,
        campaign_key,
        coalesce(ad_group_id, ''),
        coalesce(ad_id, ''),
        coalesce(keyword_id, ''),
        channel_code,
        currency_code,
        is_vat_included,
        reported_on

)

{{ valued_spend('summed') }}
