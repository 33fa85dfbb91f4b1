-- Every counted deal on one line, for tools that read one table.
with products as (

    select
        deal_key,
        count(*) as products_count
    from {{ ref('fct_deal_products') }}
    where is_allocated
    group by deal_key

),

invoices as (

    select
        deal_key,
        count(*) as invoices_count,
        sum(invoice_reporting_amount) as invoiced_reporting_amount,
        sum(paid_reporting_amount) as paid_reporting_amount
    from {{ ref('fct_invoices') }}
    where deal_key <> -1
    group by deal_key

),

calls as (

    select
        deal_key,
        count(*) as calls_count
    from {{ ref('fct_calls') }}
    where deal_key <> -1
    group by deal_key

)

select
    deals.deal_key,
    deals.created_date_key,
    deals.won_date_key,
    deals.channel_key,
    deals.manager_key,
    deals.customer_key,
    deals.account,
    deals.deal_id,
    deals.lead_id,
    case when deals.is_won then 'won' when deals.is_lost then 'lost' else 'open' end
        as deal_state_code,
    deals.pipeline_name,
    stages.stage_name,
    channels.channel_code,
    channels.channel_name_ru,
    channels.channel_name_en,
    channels.is_paid as is_paid_channel,
    campaigns.platform_code,
    campaigns.campaign_name,
    methods.contact_method_name_ru,
    methods.contact_method_name_en,
    deals.crm_source_id,
    managers.manager_name,
    managers.department_name,
    customers.customer_type,
    customers.customer_name,
    deals.created_on,
    deals.won_on,
    deals.lost_on,
    deals.is_inquiry,
    deals.is_return_customer,
    deals.sale_no,
    case
        when deals.won_at >= deals.created_at
            then extract(epoch from deals.won_at - deals.created_at)
    end::bigint as cycle_seconds,
    coalesce(calls.calls_count, 0) as calls_count,
    coalesce(products.products_count, 0) as products_count,
    coalesce(invoices.invoices_count, 0) as invoices_count,
    deals.deal_amount,
    deals.currency_code,
    deals.deal_reporting_amount,
    deals.revenue_reporting_amount,
    coalesce(invoices.invoiced_reporting_amount, 0) as invoiced_reporting_amount,
    coalesce(invoices.paid_reporting_amount, 0) as paid_reporting_amount,
    deals.reporting_currency_code
from {{ ref('fct_deals') }} as deals
inner join {{ ref('dim_stage') }} as stages
    on deals.stage_key = stages.stage_key
inner join {{ ref('dim_channel') }} as channels
    on deals.channel_key = channels.channel_key
inner join {{ ref('dim_campaign') }} as campaigns
    on deals.campaign_key = campaigns.campaign_key
inner join {{ ref('dim_contact_method') }} as methods
    on deals.contact_method_key = methods.contact_method_key
inner join {{ ref('dim_manager') }} as managers
    on deals.manager_key = managers.manager_key
inner join {{ ref('dim_customer') }} as customers
    on deals.customer_key = customers.customer_key
left join products
    on deals.deal_key = products.deal_key
left join invoices
    on deals.deal_key = invoices.deal_key
left join calls
    on deals.deal_key = calls.deal_key
