select
    {{ surrogate_key([
        'spend.platform_code',
        'spend.account',
        'spend.ad_account_id',
        'spend.campaign_id',
        'spend.channel_code',
        'spend.currency_code',
        'spend.is_vat_included',
        'spend.reported_on',
    ]) }} as ad_spend_key,
    {{ date_key('spend.reported_on') }} as date_key,
    coalesce(channels.channel_key, -1) as channel_key,
    spend.campaign_key,
    spend.platform_code,
    spend.account,
    spend.ad_account_id,
    spend.campaign_id,
    spend.reported_on,
    spend.impressions_count,
    spend.clicks_count,
    spend.actions_count,
    spend.spend_amount,
    spend.currency_code,
    spend.is_vat_included,
    spend.reporting_rate,
    spend.spend_reporting_amount,
    {{ reporting_currency() }} as reporting_currency_code
from {{ ref('int_ad_spend__valued') }} as spend
left join {{ ref('dim_channel') }} as channels
    on spend.channel_code = channels.channel_code
