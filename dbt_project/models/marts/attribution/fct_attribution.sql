with deals as (

    select
        deal_key as record_key,
        created_date_key,
        won_date_key,
        is_inquiry,
        is_won,
        coalesce(sale_no = 1, false) as is_new_customer,
        revenue_reporting_amount
    from {{ ref('fct_deals') }}

),

leads as (

    select
        lead_key as record_key,
        created_date_key
    from {{ ref('fct_leads') }}

),

shared as (

    select
        weights.record_key as path_id,
        weights.touch_no,
        weights.attribution_model_code,
        weights.weight_micros,
        (coalesce(deals.revenue_reporting_amount, 0) * 100)::bigint as revenue_kopecks
    from {{ ref('int_attribution_weights__apportioned') }} as weights
    left join deals
        on weights.record_key = deals.record_key

),

-- Out of the whole millionths, so that whoever sees a row can reckon it again.
paid as (

    {{ apportioned(
        '(select * from shared where revenue_kopecks <> 0)',
        'revenue_kopecks',
        'share_kopecks',
        'weight_micros / 1000000.0'
    ) | indent(4) }}

),

valued as (

    select
        path_id,
        touch_no,
        attribution_model_code,
        weight_micros,
        share_kopecks
    from paid
    union all
    select
        path_id,
        touch_no,
        attribution_model_code,
        weight_micros,
        0 as share_kopecks
    from shared
    where revenue_kopecks = 0

)

select
    paths.record_key,
    paths.touch_no,
    models.attribution_model_key,
    paths.record_type as record_type_code,
    case when paths.record_type = 'lead' then paths.record_key else -1 end as lead_key,
    case when paths.record_type = 'deal' then paths.record_key else -1 end as deal_key,
    paths.touch_key,
    coalesce(channels.channel_key, -1) as channel_key,
    paths.campaign_key,
    coalesce(deals.created_date_key, leads.created_date_key) as created_date_key,
    deals.won_date_key,
    coalesce(deals.is_inquiry, true) as is_inquiry,
    coalesce(deals.is_won, false) as is_won,
    coalesce(deals.is_new_customer, false) as is_new_customer,
    paths.seconds_before_conversion,
    valued.weight_micros,
    valued.share_kopecks / 100.0 as revenue_reporting_amount,
    {{ reporting_currency() }} as reporting_currency_code
from valued
inner join {{ ref('int_paths__matched') }} as paths
    on valued.path_id = paths.record_key and valued.touch_no = paths.touch_no
inner join {{ ref('dim_attribution_model') }} as models
    on valued.attribution_model_code = models.attribution_model_code
left join deals
    on paths.record_key = deals.record_key
left join leads
    on paths.record_key = leads.record_key
left join {{ ref('dim_channel') }} as channels
    on paths.channel_code = channels.channel_code
