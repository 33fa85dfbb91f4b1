select
    {{ surrogate_key([
        'performance.level_code',
        'performance.is_allocated',
        'performance.platform_code',
        'performance.account',
        'performance.ad_account_id',
        'performance.campaign_id',
        'performance.ad_group_id',
        'performance.ad_id',
        'performance.keyword_id',
        'performance.channel_code',
        'performance.currency_code',
        'performance.is_vat_included',
        'performance.reported_on',
    ]) }} as ad_performance_key,
    performance.level_code,
    performance.is_allocated,
    {{ date_key('performance.reported_on') }} as date_key,
    coalesce(channels.channel_key, -1) as channel_key,
    coalesce(campaigns.campaign_key, -1) as campaign_key,
    performance.platform_code,
    performance.account,
    performance.ad_account_id,
    performance.campaign_id,
    performance.ad_group_id,
    performance.ad_group_name,
    performance.ad_id,
    performance.ad_name,
    performance.keyword_id,
    performance.keyword_text,
    performance.reported_on,
    performance.impressions_count,
    performance.clicks_count,
    performance.conversions_count,
    performance.conversion_value_amount,
    performance.spend_amount,
    performance.currency_code,
    performance.is_vat_included,
    performance.reporting_rate,
    performance.spend_gross_reporting_amount,
    performance.spend_net_reporting_amount,
    {{ of_vat_basis(
        'performance.spend_gross_reporting_amount',
        'performance.spend_net_reporting_amount',
    ) }} as spend_reporting_amount,
    {{ reporting_currency() }} as reporting_currency_code
from {{ ref('int_ad_performance__allocated') }} as performance
left join {{ ref('dim_channel') }} as channels
    on performance.channel_code = channels.channel_code
-- A part may stand without its campaign: not listed, and no spend of its own.
left join {{ ref('int_campaigns__unioned') }} as campaigns
    on performance.campaign_key = campaigns.campaign_key
