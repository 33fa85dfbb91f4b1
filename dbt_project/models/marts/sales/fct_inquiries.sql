with won_leads as (

    select distinct lead_key
    from {{ ref('fct_deals') }}
    where is_won and lead_key is not null

),

unioned as (

    select
        leads.lead_key as inquiry_key,
        'lead' as record_type,
        leads.account,
        leads.lead_id as record_id,
        leads.created_date_key,
        leads.channel_key,
        leads.campaign_key,
        leads.contact_method_key,
        leads.manager_key,
        leads.department_key,
        leads.customer_key,
        leads.created_at,
        leads.created_on,
        leads.manager_method,
        leads.is_junk,
        leads.is_return_customer,
        leads.has_deal,
        won_leads.lead_key is not null as has_won_deal
    from {{ ref('fct_leads') }} as leads
    left join won_leads
        on leads.lead_key = won_leads.lead_key
    union all
    select
        deals.deal_key as inquiry_key,
        'deal' as record_type,
        deals.account,
        deals.deal_id as record_id,
        deals.created_date_key,
        deals.channel_key,
        deals.campaign_key,
        deals.contact_method_key,
        deals.created_manager_key as manager_key,
        deals.created_department_key as department_key,
        deals.customer_key,
        deals.created_at,
        deals.created_on,
        credited.created_method as manager_method,
        false as is_junk,
        deals.is_return_customer,
        true as has_deal,
        deals.is_won as has_won_deal
    from {{ ref('fct_deals') }} as deals
    inner join {{ ref('int_responsibles__credited') }} as credited
        on deals.deal_key = credited.record_key
    where deals.is_inquiry

)

select
    unioned.inquiry_key,
    unioned.record_type,
    unioned.account,
    unioned.record_id,
    unioned.created_date_key,
    unioned.channel_key,
    unioned.campaign_key,
    unioned.contact_method_key,
    unioned.manager_key,
    unioned.department_key,
    unioned.customer_key,
    coalesce(responders.manager_key, -1) as answered_by_manager_key,
    unioned.created_at,
    unioned.created_on,
    unioned.manager_method,
    unioned.is_junk,
    unioned.is_return_customer,
    unioned.has_deal,
    unioned.has_won_deal,
    responses.inquiry_key is not null as is_answered,
    responses.answered_at,
    responses.answer_method as answer_method_code,
    responses.first_response_minutes::numeric(12, 2) as first_response_minutes
from unioned
left join {{ ref('int_first_responses__found') }} as responses
    on unioned.inquiry_key = responses.inquiry_key
left join {{ ref('dim_manager') }} as responders
    on responses.account = responders.account and responses.user_id = responders.manager_id
