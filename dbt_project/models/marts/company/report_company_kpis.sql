-- What was created is of the department and day of its creation, what was won or lost of those of
-- its end. A lead is of the pipeline of its first deal. Spend is of a channel and of no department.
with deals as (

    select
        account,
        pipeline_id,
        channel_key,
        lead_key,
        created_department_key,
        department_key,
        created_date_key,
        won_date_key,
        lost_date_key,
        created_at,
        deal_key,
        is_inquiry,
        is_won,
        is_lost,
        sale_no,
        revenue_reporting_amount
    from {{ ref('fct_deals') }}

),

first_deals as (

    select distinct on (lead_key)
        lead_key,
        pipeline_id
    from deals
    where lead_key is not null
    order by lead_key asc, created_at asc, deal_key asc

),

stacked as (

    select
        leads.created_date_key as date_key,
        leads.department_key,
        leads.channel_key,
        leads.account,
        coalesce(first_deals.pipeline_id, '') as pipeline_id,
        count(*) as leads_count,
        count(*) filter (where not leads.is_junk) as quality_leads_count,
        count(*) as inquiries_count,
        0 as deals_count,
        0 as won_deals_count,
        0 as lost_deals_count,
        0 as new_customers_count,
        0 as revenue_reporting_amount,
        null::numeric as spend_reporting_amount
    from {{ ref('fct_leads') }} as leads
    left join first_deals
        on leads.lead_key = first_deals.lead_key
    group by
        leads.created_date_key,
        leads.department_key,
        leads.channel_key,
        leads.account,
        coalesce(first_deals.pipeline_id, '')
    union all
    select
        created_date_key as date_key,
        created_department_key as department_key,
        channel_key,
        account,
        pipeline_id,
        0 as leads_count,
        0 as quality_leads_count,
        count(*) filter (where is_inquiry) as inquiries_count,
        count(*) as deals_count,
        0 as won_deals_count,
        0 as lost_deals_count,
        0 as new_customers_count,
        0 as revenue_reporting_amount,
        null::numeric as spend_reporting_amount
    from deals
    group by created_date_key, created_department_key, channel_key, account, pipeline_id
    union all
    select
        won_date_key as date_key,
        department_key,
        channel_key,
        account,
        pipeline_id,
        0 as leads_count,
        0 as quality_leads_count,
        0 as inquiries_count,
        0 as deals_count,
        count(*) as won_deals_count,
        0 as lost_deals_count,
        count(*) filter (where sale_no = 1) as new_customers_count,
        sum(revenue_reporting_amount) as revenue_reporting_amount,
        null::numeric as spend_reporting_amount
    from deals
    where is_won
    group by won_date_key, department_key, channel_key, account, pipeline_id
    union all
    select
        lost_date_key as date_key,
        department_key,
        channel_key,
        account,
        pipeline_id,
        0 as leads_count,
        0 as quality_leads_count,
        0 as inquiries_count,
        0 as deals_count,
        0 as won_deals_count,
        count(*) as lost_deals_count,
        0 as new_customers_count,
        0 as revenue_reporting_amount,
        null::numeric as spend_reporting_amount
    from deals
    where is_lost
    group by lost_date_key, department_key, channel_key, account, pipeline_id
    union all
    select
        date_key,
        -1 as department_key,
        channel_key,
        '' as account,
        '' as pipeline_id,
        0 as leads_count,
        0 as quality_leads_count,
        0 as inquiries_count,
        0 as deals_count,
        0 as won_deals_count,
        0 as lost_deals_count,
        0 as new_customers_count,
        0 as revenue_reporting_amount,
        sum(spend_reporting_amount) as spend_reporting_amount
    from {{ ref('fct_ad_spend') }}
    group by date_key, channel_key

),

summed as (

    select
        date_key,
        department_key,
        channel_key,
        account,
        pipeline_id,
        sum(leads_count)::bigint as leads_count,
        sum(quality_leads_count)::bigint as quality_leads_count,
        sum(inquiries_count)::bigint as inquiries_count,
        sum(deals_count)::bigint as deals_count,
        sum(won_deals_count)::bigint as won_deals_count,
        sum(lost_deals_count)::bigint as lost_deals_count,
        sum(new_customers_count)::bigint as new_customers_count,
        sum(revenue_reporting_amount) as revenue_reporting_amount,
        sum(spend_reporting_amount) as spend_reporting_amount
    from stacked
    group by date_key, department_key, channel_key, account, pipeline_id

)

select
    summed.date_key,
    summed.department_key,
    summed.channel_key,
    summed.account,
    summed.pipeline_id,
    dates.date_on as report_on,
    departments.department_name,
    departments.department_path,
    channels.channel_code,
    channels.channel_name_ru,
    channels.channel_name_en,
    channels.is_paid as is_paid_channel,
    case
        when summed.pipeline_id = '' then 'Не указана'
        else coalesce(pipelines.pipeline_name, summed.pipeline_id)
    end as pipeline_name,
    summed.leads_count,
    summed.quality_leads_count,
    summed.inquiries_count,
    summed.deals_count,
    summed.won_deals_count,
    summed.lost_deals_count,
    summed.new_customers_count,
    summed.revenue_reporting_amount,
    summed.spend_reporting_amount,
    {{ reporting_currency() }} as reporting_currency_code,
    {{ vat_basis() }} as vat_basis
from summed
inner join {{ ref('dim_date') }} as dates
    on summed.date_key = dates.date_key
inner join {{ ref('dim_department') }} as departments
    on summed.department_key = departments.department_key
inner join {{ ref('dim_channel') }} as channels
    on summed.channel_key = channels.channel_key
left join {{ ref('stg_bitrix24__pipelines') }} as pipelines
    on
        summed.account = pipelines.account
        and summed.pipeline_id = pipelines.pipeline_id
        -- invoices and smart processes have pipelines of their own
        and pipelines.entity_type_id = '2'
