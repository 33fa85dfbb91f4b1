-- Each model that is offered shares out every lead and deal in whole, and the revenue of every deal
-- to the kopeck.
with records as (

    select
        deal_key as record_key,
        revenue_reporting_amount
    from {{ ref('fct_deals') }}
    union all
    select
        lead_key as record_key,
        0 as revenue_reporting_amount
    from {{ ref('fct_leads') }}

),

expected as (

    select
        models.attribution_model_key,
        records.record_key,
        records.revenue_reporting_amount
    from records
    cross join {{ ref('dim_attribution_model') }} as models
    where models.is_offered

),

shared as (

    select
        attribution_model_key,
        record_key,
        sum(weight_micros) as weight_micros,
        sum(revenue_reporting_amount) as revenue_reporting_amount
    from {{ ref('fct_attribution') }}
    group by attribution_model_key, record_key

)

select
    coalesce(expected.attribution_model_key, shared.attribution_model_key)
        as attribution_model_key,
    coalesce(expected.record_key, shared.record_key) as record_key,
    shared.weight_micros,
    expected.revenue_reporting_amount as deal_amount,
    shared.revenue_reporting_amount as shared_amount
from expected
full join shared
    on
        expected.attribution_model_key = shared.attribution_model_key
        and expected.record_key = shared.record_key
where
    shared.weight_micros is distinct from 1000000
    or expected.revenue_reporting_amount is distinct from shared.revenue_reporting_amount
