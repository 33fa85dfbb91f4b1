-- No amount is NaN or infinite: one such value would swallow every total that holds it.
select
    'deal' as thing,
    deal_key as key
from {{ ref('fct_deals') }}
where
    deal_amount in ('NaN', 'Infinity', '-Infinity')
    or revenue_reporting_amount in ('NaN', 'Infinity', '-Infinity')
union all
select
    'spend' as thing,
    ad_spend_key as key
from {{ ref('fct_ad_spend') }}
where
    spend_amount in ('NaN', 'Infinity', '-Infinity')
    or spend_reporting_amount in ('NaN', 'Infinity', '-Infinity')
