-- A deal that carries no UTM mark of its own takes the lead's, all five together: marks of two
-- visits are not mixed. A click id and the CRM's source code are taken over one by one.
with marks as (

    select
        records.record_key,
        records.record_type,
        records.account,
        records.record_id,
        records.lead_key,
        records.created_on,
        records.is_known_customer,
        source.normalised_value as utm_source,
        medium.normalised_value as utm_medium,
        campaign.normalised_value as utm_campaign,
        content.normalised_value as utm_content,
        term.normalised_value as utm_term,
        records.gclid,
        records.yclid,
        records.source_id,
        coalesce(
            source.normalised_value,
            medium.normalised_value,
            campaign.normalised_value,
            content.normalised_value,
            term.normalised_value
        ) is not null as has_utm
    from {{ ref('int_crm_records__classified') }} as records
    left join {{ ref('int_utm__normalised') }} as source
        on records.utm_source = source.raw_value
    left join {{ ref('int_utm__normalised') }} as medium
        on records.utm_medium = medium.raw_value
    left join {{ ref('int_utm__normalised') }} as campaign
        on records.utm_campaign = campaign.raw_value
    left join {{ ref('int_utm__normalised') }} as content
        on records.utm_content = content.raw_value
    left join {{ ref('int_utm__normalised') }} as term
        on records.utm_term = term.raw_value

)

select
    own.record_key,
    own.record_type,
    own.account,
    own.record_id,
    own.created_on,
    own.is_known_customer,
    case when own.has_utm then own.utm_source else lead.utm_source end as utm_source,
    case when own.has_utm then own.utm_medium else lead.utm_medium end as utm_medium,
    case when own.has_utm then own.utm_campaign else lead.utm_campaign end as utm_campaign,
    case when own.has_utm then own.utm_content else lead.utm_content end as utm_content,
    case when own.has_utm then own.utm_term else lead.utm_term end as utm_term,
    coalesce(own.gclid, lead.gclid) as gclid,
    coalesce(own.yclid, lead.yclid) as yclid,
    coalesce(own.source_id, lead.source_id) as source_id
from marks as own
left join marks as lead
    on own.lead_key = lead.record_key
