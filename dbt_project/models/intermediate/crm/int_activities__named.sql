{{ config(materialized='view') }}
select
    activities.*, -- noqa: AM04
    case activities.owner_type_id
        when '1' then 'lead'
        when '2' then 'deal'
        when '3' then 'contact'
        when '4' then 'company'
        when '5' then 'invoice'
        when '7' then 'quote'
        when '31' then 'smart_invoice'
        else 'smart_process'
    end as owner_kind_code,
    responsibles.user_name as responsible_name,
    responsibles.department_id as responsible_department_id,
    responsibles.department_name as responsible_department_name,
    authors.user_name as author_name,
    editors.user_name as editor_name
from {{ ref('stg_bitrix24__activities') }} as activities
left join {{ ref('int_users__placed') }} as responsibles
    on
        activities.account = responsibles.account
        and activities.responsible_id = responsibles.user_id
left join {{ ref('int_users__placed') }} as authors
    on activities.account = authors.account and activities.author_id = authors.user_id
left join {{ ref('int_users__placed') }} as editors
    on activities.account = editors.account and activities.editor_id = editors.user_id
