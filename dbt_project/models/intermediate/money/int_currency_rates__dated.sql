-- A rate holds from a day to a day. The portal's list knows only the present rate, so its rates
-- hold for ever; a list of daily rates takes its place by giving narrower days, and nothing that
-- joins this model changes.
with quoted as (

    select
        account,
        currency_code,
        base_amount / unit_count as base_rate,
        _deleted_at is not null as is_gone
    from {{ ref('stg_bitrix24__currencies') }}

),

chained as (

    select
        quoted.account,
        quoted.currency_code,
        quoted.is_gone,
        case
            when quoted.currency_code = {{ reporting_currency() }} then 1
            else quoted.base_rate / reporting.base_rate
        end as reporting_rate
    from quoted
    inner join quoted as reporting
        on
            quoted.account = reporting.account
            and reporting.currency_code = {{ reporting_currency() }}

),

listed as (

    select
        account,
        currency_code,
        is_gone,
        reporting_rate,
        'portal' as rate_source
    from chained
    union all
    select
        '' as account,
        {{ reporting_currency() }} as currency_code,
        false as is_gone,
        1 as reporting_rate,
        'identity' as rate_source

),

-- Several portals may quote one currency: the first by name decides for all, so that equal
-- amounts stay equal.
preferred as (

    select distinct on (currency_code)
        currency_code,
        reporting_rate,
        rate_source
    from listed
    order by currency_code asc, is_gone asc, account asc

)

select
    currency_code,
    date '0001-01-01' as valid_from,
    date '9999-12-31' as valid_before,
    reporting_rate,
    rate_source
from preferred
