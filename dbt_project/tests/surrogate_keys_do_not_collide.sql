-- Two things under one key would be shown as one. Primary keys stop that inside a mart; here are
-- the keys that models group by before a mart is reached.
with keyed as (

    select
        'campaign' as thing,
        campaign_key as key,
        platform_code || '/' || ad_account_id || '/' || campaign_id as identity
    from {{ ref('int_ad_spend__unioned') }}
    union
    select
        'customer' as thing,
        customer_key as key,
        customer_type || '/' || account || '/' || customer_id as identity
    from {{ ref('int_crm_records__classified') }}
    where customer_key <> -1
    union
    select
        'record' as thing,
        record_key as key,
        record_type || '/' || account || '/' || record_id as identity
    from {{ ref('int_crm_records__classified') }}

)

select
    thing,
    key,
    count(*) as things
from keyed
group by thing, key
having count(*) > 1
