select
    campaigns.campaign_key,
    campaigns.platform_code,
    campaigns.platform_name_ru,
    campaigns.platform_name_en,
    campaigns.account,
    campaigns.ad_account_id,
    campaigns.ad_account_name,
    campaigns.campaign_id,
    coalesce(campaigns.campaign_name, '(без кампании)') as campaign_name,
    campaigns.campaign_type,
    campaigns.campaign_status,
    coalesce(channels.channel_key, -1) as channel_key,
    campaigns.first_spend_on,
    campaigns.last_spend_on
from {{ ref('int_campaigns__unioned') }} as campaigns
left join {{ ref('dim_channel') }} as channels
    on campaigns.channel_code = channels.channel_code
union all
select
    -1 as campaign_key,
    'unknown' as platform_code,
    'Не определена' as platform_name_ru,
    'Not determined' as platform_name_en,
    '' as account,
    '' as ad_account_id,
    'Не определён' as ad_account_name,
    '' as campaign_id,
    'Не определена' as campaign_name,
    null as campaign_type,
    null as campaign_status,
    -1 as channel_key,
    null as first_spend_on,
    null as last_spend_on
