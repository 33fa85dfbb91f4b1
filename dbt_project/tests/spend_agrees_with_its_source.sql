-- Per platform, ad account and day three figures agree to the last digit, or nothing is published.
-- A difference is named in the text of the failure, not only counted: a test can say something only
-- by a value that does not fit its type.
with differing as (

    select
        reported_on,
        platform_code || ', account ' || account
        || coalesce(', ad account ' || nullif(ad_account_id, ''), '')
        || ', ' || reported_on || ': differs by '
        || difference_amount || ' ' || currency_code || ' (source '
        || coalesce(source_amount::text, 'not asked') || ', landing ' || landed_amount
        || ', fact ' || fact_amount || ')' as what
    from {{ ref('report_spend_reconciliation') }}
    where state_code in ('source_differs', 'fact_differs')

),

first_ten as (

    select *
    from differing
    order by reported_on, what
    limit 10

),

said as (

    select string_agg(what, '; ' order by reported_on, what) as what
    from first_ten

)

select
    what,
    (select count(*) from differing) as days_count
from said
where ('spend does not agree: ' || what)::numeric is not null
