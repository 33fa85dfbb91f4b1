with merged as (

    select
        merged_touch_key as touch_key,
        count(*) as observations_count
    from {{ ref('int_touches__merged') }}
    group by merged_touch_key

),

-- The customer that the reports know, the company before its contact.
identified as (

    select distinct on (merged.merged_touch_key)
        merged.merged_touch_key as touch_key,
        parties.match_method,
        coalesce(customers.customer_key, -1) as customer_key
    from {{ ref('int_touch_parties__identified') }} as parties
    inner join {{ ref('int_touches__merged') }} as merged
        on parties.touch_key = merged.touch_key
    left join {{ ref('dim_customer') }} as customers
        on parties.party_key = customers.customer_key
    order by
        merged.merged_touch_key asc,
        parties.step asc,
        customers.customer_type = 'company' desc nulls last,
        customers.customer_key asc nulls last

),

led as (

    select
        touch_key,
        count(*) filter (where record_type = 'lead') as leads_count,
        count(*) filter (where record_type = 'deal') as deals_count
    from {{ ref('int_paths__matched') }}
    where touch_key <> -1
    group by touch_key

),

dated as (

    select
        touches.*,
        (touches.touched_at at time zone {{ company_timezone() }})::date as touched_on
    from {{ ref('int_touches__collected') }} as touches

)

select
    dated.touch_key,
    {{ date_key('dated.touched_on') }} as date_key,
    coalesce(channels.channel_key, -1) as channel_key,
    dated.campaign_key,
    coalesce(methods.contact_method_key, -1) as contact_method_key,
    coalesce(identified.customer_key, -1) as customer_key,
    dated.touch_kind_code,
    dated.account,
    dated.touch_id,
    dated.touched_at,
    dated.touched_on,
    coalesce(identified.match_method, 'none') as match_method,
    identified.touch_key is not null as is_matched,
    dated.channel_match_method,
    dated.channel_rule_id,
    merged.observations_count,
    coalesce(led.leads_count, 0) as leads_count,
    coalesce(led.deals_count, 0) as deals_count
from dated
inner join merged
    on dated.touch_key = merged.touch_key
left join identified
    on dated.touch_key = identified.touch_key
left join led
    on dated.touch_key = led.touch_key
left join {{ ref('dim_channel') }} as channels
    on dated.channel_code = channels.channel_code
left join {{ ref('dim_contact_method') }} as methods
    on dated.contact_method_code = methods.contact_method_code
