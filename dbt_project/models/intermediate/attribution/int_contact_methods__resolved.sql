-- How somebody got in touch, which is not where they came from: the CRM's source code, where it
-- tells (open lines write theirs as `1|TELEGRAM`), else a form of the CRM, else the call that the
-- record began with. A deal has its own, else its lead's.
with told as (

    select
        records.record_key,
        records.lead_key,
        coalesce(
            rules.contact_method_code,
            case when records.webform_id is not null then 'form' end,
            case
                when calls.call_key is not null
                    then case when calls.is_callback then 'callback' else 'call' end
            end
        ) as contact_method_code
    from {{ ref('int_crm_records__classified') }} as records
    left join {{ ref('contact_method_rules') }} as rules
        on
            rules.record_kind = 'crm_source'
            and regexp_replace(upper(records.source_id), '^[0-9]+\|', '') = rules.record_code
    left join {{ ref('int_origin_calls__found') }} as calls
        on records.record_key = calls.record_key

)

select
    own.record_key,
    coalesce(own.contact_method_code, lead.contact_method_code, 'unknown') as contact_method_code
from told as own
left join told as lead
    on own.lead_key = lead.record_key
