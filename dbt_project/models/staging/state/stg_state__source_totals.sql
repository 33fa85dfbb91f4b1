select
    -- ids
    totals.source,
    totals.account,
    totals.stream,
    totals.ad_account_id,
    totals.run_id,

    -- strings
    totals.measure,
    totals.currency_code,

    -- numerics; empty where the source tells of it no more
    totals.value as total_value,

    -- days and instants; the day is the source's own, empty for a total over everything
    totals.day as reported_on,
    totals.observed_at
from {{ source('state', 'source_totals') }} as totals
