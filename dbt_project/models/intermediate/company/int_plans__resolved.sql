-- Whose plan a line is. A number without a portal is looked up in all of them and means somebody
-- only where one portal has it: two managers with one number are not guessed between.
with members as (

    select
        'department' as scope_code,
        account,
        department_id as member_id,
        department_name as member_name
    from {{ ref('stg_bitrix24__departments') }}
    union all
    select
        'manager' as scope_code,
        account,
        user_id as member_id,
        coalesce(user_name, user_id) as member_name
    from {{ ref('stg_bitrix24__users') }}
    union all
    select
        'pipeline' as scope_code,
        account,
        pipeline_id as member_id,
        pipeline_name as member_name
    from {{ ref('stg_bitrix24__pipelines') }}
    -- invoices and smart processes have pipelines of their own
    where entity_type_id = '2'

),

counted as (

    select
        members.*,
        count(*) over (partition by scope_code, member_id) as portals_count
    from members

),

valued as (

    select
        lines.*,
        rates.reporting_rate,
        round(lines.plan_value * coalesce(rates.reporting_rate, 1), 2)::numeric(18, 2)
            as plan_reporting_value
    from {{ ref('stg_company__plan') }} as lines
    left join {{ ref('int_currency_rates__dated') }} as rates
        on
            lines.currency_code = rates.currency_code
            and lines.month_start_on >= rates.valid_from
            and lines.month_start_on < rates.valid_before
    where lines._deleted_at is null

)

select
    valued.account as plan_account,
    valued.plan_line_id,
    valued.month_start_on,
    valued.metric_code,
    valued.scope_code,
    counted.account as member_account,
    valued.member_id,
    counted.member_name,
    valued.plan_value,
    valued.currency_code,
    valued.reporting_rate,
    valued.plan_reporting_value
from valued
left join counted
    on
        valued.scope_code = counted.scope_code
        and valued.member_id = counted.member_id
        and (
            valued.portal = counted.account
            or (valued.portal is null and counted.portals_count = 1)
        )
