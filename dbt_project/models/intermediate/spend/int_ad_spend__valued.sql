-- What placements cost and what is paid beside them, kept apart by spend_kind_code. Lines of one
-- campaign, day and kind are added up first and rounded once.
with stated as (

    {% for kind, model in [('media', 'int_ad_spend__unioned'), ('fee', 'int_fees__allocated')] -%}
        select
            '{{ kind }}' as spend_kind_code,
            platform_code,
            account,
            ad_account_id,
            campaign_id,
            campaign_key,
            channel_code,
            currency_code,
            is_vat_included,
            reported_on,
            ad_account_time_zone,
            impressions_count,
            clicks_count,
            actions_count,
            conversions_count,
            conversion_value_amount,
            spend_amount,
            stated_net_amount
        from {{ ref(model) }}
        {% if not loop.last -%}
            union all
        {% endif -%}
    {% endfor %}
),

summed as (

    select
        spend_kind_code,
        platform_code,
        account,
        ad_account_id,
        campaign_id,
        campaign_key,
        channel_code,
        currency_code,
        is_vat_included,
        reported_on,
        min(ad_account_time_zone) as ad_account_time_zone,
        sum(impressions_count)::bigint as impressions_count,
        sum(clicks_count)::bigint as clicks_count,
        sum(actions_count)::bigint as actions_count,
        sum(conversions_count) as conversions_count,
        sum(conversion_value_amount) as conversion_value_amount,
        sum(spend_amount) as spend_amount,
        case when count(stated_net_amount) = count(*) then sum(stated_net_amount) end
            as stated_net_amount
    from stated
    group by
        spend_kind_code,
        platform_code,
        account,
        ad_account_id,
        campaign_id,
        campaign_key,
        channel_code,
        currency_code,
        is_vat_included,
        reported_on

)

{{ valued_spend('summed') }}
