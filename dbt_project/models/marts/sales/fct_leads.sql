with lead_deals as (

    select
        lead_key,
        count(*) as deals_count
    from {{ ref('int_crm_records__classified') }}
    where record_type = 'deal' and left_out_reason is null and lead_key is not null
    group by lead_key

)

select
    records.record_key as lead_key,
    records.account,
    records.record_id as lead_id,
    {{ date_key('records.created_on') }} as created_date_key,
    coalesce(channels.channel_key, -1) as channel_key,
    resolved.campaign_key,
    coalesce(methods.contact_method_key, -1) as contact_method_key,
    coalesce(managers.manager_key, -1) as manager_key,
    coalesce(placed.department_key, -1) as department_key,
    records.customer_key,
    coalesce(stages.stage_key, -1) as stage_key,
    records.created_at,
    records.created_on,
    credited.created_method as manager_method,
    resolved.channel_match_method,
    resolved.channel_rule_id,
    resolved.ad_group_id,
    resolved.ad_id,
    resolved.keyword_id,
    resolved.has_several_click_ids,
    resolved.utm_source,
    resolved.utm_medium,
    resolved.utm_campaign,
    resolved.utm_content,
    resolved.utm_term,
    records.source_id as crm_source_id,
    coalesce(records.stage_semantic = 'F', false) as is_junk,
    coalesce(records.stage_semantic = 'S', false) as is_converted,
    records.is_return_customer,
    coalesce(lead_deals.deals_count, 0) > 0 as has_deal,
    coalesce(lead_deals.deals_count, 0)::integer as deals_count
from {{ ref('int_crm_records__classified') }} as records
inner join {{ ref('int_channels__resolved') }} as resolved
    on records.record_key = resolved.record_key
inner join {{ ref('int_contact_methods__resolved') }} as contacted
    on records.record_key = contacted.record_key
inner join {{ ref('int_responsibles__credited') }} as credited
    on records.record_key = credited.record_key
left join lead_deals
    on records.record_key = lead_deals.lead_key
left join {{ ref('dim_channel') }} as channels
    on resolved.channel_code = channels.channel_code
left join {{ ref('dim_contact_method') }} as methods
    on contacted.contact_method_code = methods.contact_method_code
left join {{ ref('dim_manager') }} as managers
    on
        records.account = managers.account
        and credited.created_responsible_id = managers.manager_id
left join {{ ref('int_managers__versioned') }} as placed
    on
        managers.manager_key = placed.manager_key
        and records.created_at >= placed.valid_from
        and records.created_at < placed.valid_before
left join {{ ref('dim_stage') }} as stages
    on
        records.account = stages.account
        and stages.record_type = 'lead'
        and records.stage_id = stages.stage_id
where records.record_type = 'lead' and records.left_out_reason is null
