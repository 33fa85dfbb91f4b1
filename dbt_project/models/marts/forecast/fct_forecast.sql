-- The forecast in parts that add up: open deals by manager, and deals to come, which nobody has.
with names as (

    select distinct
        account,
        pipeline_id,
        pipeline_name
    from {{ ref('fct_deals') }}

),

parts as (

    select
        parts.horizon_code,
        parts.account,
        parts.pipeline_id,
        coalesce(managers.manager_key, -1) as manager_key,
        parts.part_code,
        origins.origin_on,
        origins.starts_on,
        origins.ends_on,
        sum(parts.open_deals_count)::bigint as open_deals_count,
        sum(parts.open_reporting_amount) as open_reporting_amount,
        sum(parts.expected_won_deals_count) as expected_won_deals_count,
        sum(parts.expected_revenue_reporting_amount) as expected_revenue_reporting_amount
    from {{ ref('int_forecast_parts__expected') }} as parts
    inner join {{ ref('int_forecast_origins__listed') }} as origins
        on
            parts.origin_on = origins.origin_on
            and parts.horizon_code = origins.horizon_code
            and not origins.is_trial
    left join {{ ref('dim_manager') }} as managers
        on parts.account = managers.account and parts.responsible_id = managers.manager_id
    group by
        parts.horizon_code,
        parts.account,
        parts.pipeline_id,
        managers.manager_key,
        parts.part_code,
        origins.origin_on,
        origins.starts_on,
        origins.ends_on

)

select
    parts.horizon_code,
    parts.account,
    parts.pipeline_id,
    parts.manager_key,
    parts.part_code,
    names.pipeline_name,
    parts.origin_on as forecast_on,
    parts.starts_on,
    parts.ends_on,
    parts.open_deals_count,
    parts.open_reporting_amount,
    parts.expected_won_deals_count,
    parts.expected_revenue_reporting_amount,
    {{ reporting_currency() }} as reporting_currency_code
from parts
left join names
    on parts.account = names.account and parts.pipeline_id = names.pipeline_id
