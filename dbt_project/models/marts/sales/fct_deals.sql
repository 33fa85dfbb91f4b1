with counted as (

    select
        records.record_key,
        records.account,
        records.record_id,
        records.lead_id,
        records.lead_key,
        records.customer_key,
        records.stage_id,
        records.stage_semantic,
        records.source_id,
        records.is_return_customer,
        records.created_at,
        records.created_on,
        deals.pipeline_id,
        deals.deal_amount,
        deals.tax_amount,
        deals.currency_code,
        coalesce(closed.is_won, false) as is_won,
        closed.won_at,
        closed.won_on,
        closed.won_at_method,
        closed.lost_at,
        closed.lost_on,
        closed.lost_at_method
    from {{ ref('int_crm_records__classified') }} as records
    inner join {{ ref('stg_bitrix24__deals') }} as deals
        on records.account = deals.account and records.record_id = deals.deal_id
    left join {{ ref('int_deals__closed') }} as closed
        on records.account = closed.account and records.record_id = closed.deal_id
    where records.record_type = 'deal' and records.left_out_reason is null

),

-- A won deal is valued on the day of the win, any other on its creation.
valued as (

    select
        counted.*,
        rates.reporting_rate,
        round(counted.deal_amount * rates.reporting_rate, 2) as deal_reporting_amount,
        round((counted.deal_amount - counted.tax_amount) * rates.reporting_rate, 2)
            as deal_net_reporting_amount
    from counted
    left join {{ ref('int_currency_rates__dated') }} as rates
        on
            counted.currency_code = rates.currency_code
            and coalesce(counted.won_on, counted.created_on) >= rates.valid_from
            and coalesce(counted.won_on, counted.created_on) < rates.valid_before

),

sales as (

    select
        record_key,
        row_number() over (
            partition by customer_key
            order by won_at asc nulls last, created_at asc, record_key asc
        ) as sale_no
    from valued
    where is_won and customer_key <> -1

)

select
    valued.record_key as deal_key,
    valued.account,
    valued.record_id as deal_id,
    valued.lead_id,
    leads.lead_key,
    {{ date_key('valued.created_on') }} as created_date_key,
    case when valued.is_won then {{ date_key('valued.won_on') }} end as won_date_key,
    case
        when valued.lost_at_method is not null then {{ date_key('valued.lost_on') }}
    end as lost_date_key,
    coalesce(channels.channel_key, -1) as channel_key,
    resolved.campaign_key,
    coalesce(methods.contact_method_key, -1) as contact_method_key,
    coalesce(managers.manager_key, -1) as manager_key,
    coalesce(placed.department_key, -1) as department_key,
    coalesce(created_managers.manager_key, -1) as created_manager_key,
    coalesce(created_placed.department_key, -1) as created_department_key,
    valued.customer_key,
    coalesce(stages.stage_key, -1) as stage_key,
    valued.pipeline_id,
    coalesce(stages.pipeline_name, valued.pipeline_id) as pipeline_name,
    valued.created_at,
    valued.created_on,
    valued.won_at,
    valued.won_on,
    valued.won_at_method,
    valued.lost_at,
    valued.lost_on,
    valued.lost_at_method,
    case
        when valued.won_at is not null then credited.won_method
        else 'current'
    end as manager_method,
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
    valued.source_id as crm_source_id,
    valued.lead_id is null as is_inquiry,
    valued.is_won,
    valued.lost_at_method is not null as is_lost,
    valued.is_return_customer,
    sales.sale_no::integer as sale_no,
    case
        when valued.won_at >= valued.created_at
            then round(extract(epoch from valued.won_at - valued.created_at) / 86400, 6)
    end as cycle_days,
    coalesce(valued.won_at < valued.created_at, false) as has_negative_cycle,
    valued.deal_amount,
    valued.currency_code,
    valued.reporting_rate,
    valued.deal_reporting_amount,
    case
        when valued.is_won
            then {{ of_vat_basis(
                'valued.deal_reporting_amount', 'valued.deal_net_reporting_amount'
            ) }}
        else 0
    end as revenue_reporting_amount,
    {{ reporting_currency() }} as reporting_currency_code
from valued
inner join {{ ref('int_channels__resolved') }} as resolved
    on valued.record_key = resolved.record_key
inner join {{ ref('int_contact_methods__resolved') }} as contacted
    on valued.record_key = contacted.record_key
inner join {{ ref('int_responsibles__credited') }} as credited
    on valued.record_key = credited.record_key
left join sales
    on valued.record_key = sales.record_key
left join {{ ref('fct_leads') }} as leads
    on valued.lead_key = leads.lead_key
left join {{ ref('dim_channel') }} as channels
    on resolved.channel_code = channels.channel_code
left join {{ ref('dim_contact_method') }} as methods
    on contacted.contact_method_code = methods.contact_method_code
left join {{ ref('dim_manager') }} as managers
    on
        valued.account = managers.account
        and managers.manager_id = case
            when valued.won_at is not null then credited.won_responsible_id
            else credited.present_responsible_id
        end
left join {{ ref('dim_manager') }} as created_managers
    on
        valued.account = created_managers.account
        and credited.created_responsible_id = created_managers.manager_id
left join {{ ref('int_managers__versioned') }} as created_placed
    on
        created_managers.manager_key = created_placed.manager_key
        and valued.created_at >= created_placed.valid_from
        and valued.created_at < created_placed.valid_before
-- A deal that has not ended, or nobody knows when, is in the manager's present department.
left join {{ ref('int_managers__versioned') }} as placed
    on
        managers.manager_key = placed.manager_key
        and case
            when coalesce(valued.won_at, valued.lost_at) is null then placed.is_present
            else
                coalesce(valued.won_at, valued.lost_at) >= placed.valid_from
                and coalesce(valued.won_at, valued.lost_at) < placed.valid_before
        end
left join {{ ref('dim_stage') }} as stages
    on
        valued.account = stages.account
        and stages.record_type = 'deal'
        and valued.stage_id = stages.stage_id
