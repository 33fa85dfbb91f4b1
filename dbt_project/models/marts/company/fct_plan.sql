-- A plan whose department, manager or pipeline no portal has stays, as the unknown member's.
select
    {{ surrogate_key(['plans.plan_account', 'plans.plan_line_id']) }} as plan_key,
    {{ date_key('plans.month_start_on') }} as date_key,
    plans.month_start_on,
    plans.metric_code,
    plans.scope_code,
    coalesce(channels.channel_key, -1) as channel_key,
    coalesce(departments.department_key, -1) as department_key,
    coalesce(managers.manager_key, -1) as manager_key,
    coalesce(plans.member_account, '') as account,
    case when plans.scope_code = 'pipeline' then plans.member_id else '' end as pipeline_id,
    coalesce(plans.member_id, '') as member_id,
    case plans.scope_code
        when 'company' then 'Вся компания'
        when 'channel' then channels.channel_name_ru
        else coalesce(plans.member_name, plans.member_id)
    end as member_name_ru,
    case plans.scope_code
        when 'company' then 'The company'
        when 'channel' then channels.channel_name_en
        else coalesce(plans.member_name, plans.member_id)
    end as member_name_en,
    plans.scope_code in ('company', 'channel') or plans.member_account is not null
        as is_member_known,
    case when plans.currency_code is null then 'number' else 'money' end as unit_code,
    plans.plan_value::numeric(18, 2) as plan_value,
    plans.currency_code,
    plans.reporting_rate,
    plans.plan_reporting_value,
    {{ reporting_currency() }} as reporting_currency_code
from {{ ref('int_plans__resolved') }} as plans
left join {{ ref('dim_channel') }} as channels
    on plans.scope_code = 'channel' and plans.member_id = channels.channel_code
left join {{ ref('dim_department') }} as departments
    on
        plans.scope_code = 'department'
        and plans.member_account = departments.account
        and plans.member_id = departments.department_id
left join {{ ref('dim_manager') }} as managers
    on
        plans.scope_code = 'manager'
        and plans.member_account = managers.account
        and plans.member_id = managers.manager_id
