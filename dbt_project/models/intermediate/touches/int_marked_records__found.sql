-- Leads and deals whose creation is a touch, because they carry a mark that tells where somebody
-- came from. The portal copies the marks of a lead onto its deal: a deal that says nothing new is
-- no second touch.
with records as (

    select
        record_key,
        record_type,
        account,
        record_id,
        lead_key,
        source_id,
        utm_source,
        utm_medium,
        utm_campaign,
        utm_content,
        utm_term,
        created_on
    from {{ ref('int_crm_records__classified') }}
    where left_out_reason is null

),

marks as (

    select
        records.record_key,
        mark.name as mark_name,
        normalised.normalised_value as mark_value
    from records
    cross join
        lateral (
            values
            ('utm_source', records.utm_source),
            ('utm_medium', records.utm_medium),
            ('utm_campaign', records.utm_campaign),
            ('utm_content', records.utm_content),
            ('utm_term', records.utm_term)
        ) as mark (name, value)
    inner join {{ ref('int_utm__normalised') }} as normalised
        on mark.value = normalised.raw_value
    where normalised.normalised_value is not null
    union
    select
        record_key,
        click_id_kind as mark_name,
        click_id as mark_value
    from {{ ref('int_click_ids__collected') }}
    where is_own
    union
    select
        records.record_key,
        fields.mark_name,
        fields.value as mark_value
    from {{ ref('int_origin_fields__valued') }} as fields
    inner join records
        on
            fields.record_type = records.record_type
            and fields.account = records.account
            and fields.record_id = records.record_id
    union
    select
        records.record_key,
        'crm_source' as mark_name,
        rules.asked_value as mark_value
    from records
    inner join {{ ref('int_channel_rules__unioned') }} as rules
        on
            rules.match_method = 'crm_source'
            and upper(records.source_id) = rules.asked_value
            and (rules.portal is null or records.account = rules.portal)
            and records.created_on between rules.valid_from and rules.valid_to

)

select distinct marks.record_key
from marks
inner join records
    on marks.record_key = records.record_key
left join records as leads
    on records.lead_key = leads.record_key
left join marks as lead_marks
    on
        leads.record_key = lead_marks.record_key
        and marks.mark_name = lead_marks.mark_name
        and marks.mark_value = lead_marks.mark_value
where lead_marks.record_key is null
