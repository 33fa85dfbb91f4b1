-- A record that was deleted at its source, is a template or a test stands in no fact.
select
    records.record_type,
    records.record_id,
    records.left_out_reason
from {{ ref('int_crm_records__classified') }} as records
left join {{ ref('fct_deals') }} as deals
    on records.record_key = deals.deal_key
left join {{ ref('fct_leads') }} as leads
    on records.record_key = leads.lead_key
where
    (records.left_out_reason is not null or records.is_test)
    and num_nonnulls(deals.deal_key, leads.lead_key) > 0
