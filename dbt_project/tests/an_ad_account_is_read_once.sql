-- The same advertiser read through two accesses (an agency's and its own) would count twice.
select
    platform_code,
    ad_account_id,
    min(account) as one_access,
    max(account) as another_access
from {{ ref('int_ad_spend__unioned') }}
group by platform_code, ad_account_id, reported_on
having min(account) <> max(account)
