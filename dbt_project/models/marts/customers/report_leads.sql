-- Every counted lead on one line, with what its deals brought.
with deals as (

    select
        lead_key,
        count(*) filter (where is_won) as won_deals_count,
        sum(revenue_reporting_amount) as revenue_reporting_amount
    from {{ ref('fct_deals') }}
    where lead_key is not null
    group by lead_key

)

select
    leads.lead_key,
    leads.created_date_key,
    leads.channel_key,
    leads.manager_key,
    leads.customer_key,
    leads.account,
    leads.lead_id,
    case
        when leads.is_converted then 'converted'
        when leads.is_junk then 'junk'
        else 'open'
    end as lead_state_code,
    stages.stage_name,
    channels.channel_code,
    channels.channel_name_ru,
    channels.channel_name_en,
    channels.is_paid as is_paid_channel,
    campaigns.platform_code,
    campaigns.campaign_name,
    methods.contact_method_name_ru,
    methods.contact_method_name_en,
    leads.crm_source_id,
    managers.manager_name,
    managers.department_name,
    customers.customer_type,
    customers.customer_name,
    leads.created_on,
    leads.is_return_customer,
    leads.deals_count::bigint as deals_count,
    coalesce(deals.won_deals_count, 0) as won_deals_count,
    coalesce(deals.revenue_reporting_amount, 0) as revenue_reporting_amount,
    {{ reporting_currency() }} as reporting_currency_code
from {{ ref('fct_leads') }} as leads
inner join {{ ref('dim_stage') }} as stages
    on leads.stage_key = stages.stage_key
inner join {{ ref('dim_channel') }} as channels
    on leads.channel_key = channels.channel_key
inner join {{ ref('dim_campaign') }} as campaigns
    on leads.campaign_key = campaigns.campaign_key
inner join {{ ref('dim_contact_method') }} as methods
    on leads.contact_method_key = methods.contact_method_key
inner join {{ ref('dim_manager') }} as managers
    on leads.manager_key = managers.manager_key
inner join {{ ref('dim_customer') }} as customers
    on leads.customer_key = customers.customer_key
left join deals
    on leads.lead_key = deals.lead_key
