-- `news.google.com` lies in itself, in `google.com` and in `com`. A visit from a page of the site
-- itself, or back from where the customer paid, is no touch.
with hosts as (

    select distinct referrer_host
    from {{ ref('int_origins__collected') }}
    where referrer_host is not null

),

parts as (

    select
        hosts.referrer_host,
        array_to_string(split.labels[label.position:], '.') as domain_name
    from hosts
    cross join lateral string_to_array(hosts.referrer_host, '.') as split (labels)
    cross join
        lateral generate_series(1, cardinality(split.labels)) as label (position)

),

no_touch as (

    select referrer_host as domain_name
    from {{ ref('no_touch_hosts') }}
    union
    select site_domain_name as domain_name
    from {{ ref('int_calls__united') }}
    where site_domain_name is not null
    union
    select site_domain_name as domain_name
    from {{ ref('int_messages__unioned') }}
    where site_domain_name is not null

)

select
    parts.referrer_host,
    parts.domain_name,
    coalesce(
        bool_or(no_touch.domain_name is not null) over (partition by parts.referrer_host), false
    ) as is_no_touch
from parts
left join no_touch
    on parts.domain_name = no_touch.domain_name
