-- dim_date holds each day from its first to its last once, and every day on which something was won
-- or spent inside it.
select 'days are missing' as failure
from {{ ref('dim_date') }}
where date_key <> -1
having count(*) <> max(date_on) - min(date_on) + 1
union all
select 'day of spend ' || spend.reported_on as failure
from {{ ref('fct_ad_spend') }} as spend
left join {{ ref('dim_date') }} as days
    on spend.reported_on = days.date_on
where days.date_key is null or days.date_key <> spend.date_key
union all
select 'day of a win ' || deals.won_on as failure
from {{ ref('fct_deals') }} as deals
left join {{ ref('dim_date') }} as days
    on deals.won_date_key = days.date_key
where deals.won_date_key is not null and deals.won_date_key <> -1 and days.date_on <> deals.won_on
