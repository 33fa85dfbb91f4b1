-- VAT comes on top: no spend without it is more than with it.
select ad_spend_key
from {{ ref('fct_ad_spend') }}
where abs(spend_net_amount) > abs(spend_gross_amount)
