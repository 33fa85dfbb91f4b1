{{ config(materialized='view') }}
-- The company's own name wins over the portal's title, and what is there over what was deleted.
-- Where two fields of the same standing claim one name, each bears its code behind it.
with company_names as (

    select
        portal,
        entity_type_id,
        field_code,
        min(field_name) as field_name
    from {{ ref('stg_company__custom_fields') }}
    where _deleted_at is null
    group by portal, entity_type_id, field_code

),

listed as (

    select
        account,
        entity_type_id,
        field_code,
        field_type,
        field_title,
        is_multiple,
        settings,
        _deleted_at is null as is_present
    from {{ ref('stg_bitrix24__fields') }}
    where is_custom or field_code like 'UF\_%'
    union all
    -- named by the company, and not shown by the portal
    select
        names.portal as account,
        names.entity_type_id,
        names.field_code,
        null as field_type,
        null as field_title,
        null as is_multiple,
        '{}'::jsonb as settings,
        true as is_present
    from company_names as names
    left join {{ ref('stg_bitrix24__fields') }} as fields
        on
            names.portal = fields.account
            and names.entity_type_id = fields.entity_type_id
            and names.field_code = fields.field_code
    where names.portal is not null and fields.field_code is null

),

claimed as (

    select
        listed.*,
        coalesce(
            own.field_name, general.field_name, listed.field_title, listed.field_code
        ) as claimed_name,
        case
            when coalesce(own.field_name, general.field_name) is not null then 1
            when listed.is_present then 2
            else 3
        end as standing
    from listed
    left join company_names as own
        on
            listed.account = own.portal
            and listed.entity_type_id = own.entity_type_id
            and listed.field_code = own.field_code
    left join company_names as general
        on
            general.portal is null
            and listed.entity_type_id = general.entity_type_id
            and listed.field_code = general.field_code

),

ranked as (

    select
        claimed.*,
        min(standing) over (partition by account, entity_type_id, claimed_name) as best_standing,
        count(*) over (partition by account, entity_type_id, claimed_name, standing) as rivals
    from claimed

)

select
    account,
    entity_type_id,
    field_code,
    case
        when standing = best_standing and rivals = 1 then claimed_name
        else claimed_name || ' (' || field_code || ')'
    end as field_name,
    field_type,
    is_multiple,
    -- where a link may lead to one kind of item only, the portal leaves its letter out
    case jsonb_path_query_array(settings, '$.keyvalue() ? (@.value == "Y").key') #>> '{}'
        when '["LEAD"]' then '1'
        when '["DEAL"]' then '2'
        when '["CONTACT"]' then '3'
        when '["COMPANY"]' then '4'
        when '["QUOTE"]' then '7'
        when '["SMART_INVOICE"]' then '31'
        else
            substring(
                jsonb_path_query_array(settings, '$.keyvalue() ? (@.value == "Y").key') #>> '{}',
                '^\["DYNAMIC_([0-9]+)"\]$'
            )
    end as link_entity_type_id,
    is_present
from ranked
