-- A rate holds from a day to a day. The Central Bank's go first, where they have landed: each holds
-- until the next is set, for 14 days at most; a day after that has no rate, which is an error
-- wherever an amount falls on it. Days after the last complete one have the last rate, as assumed.
-- Once the bank is no longer asked, its last rates hold for their 14 days, then the portal's list.
--
-- Before the bank's first rate, and for currencies that it lacks, the portal's list: from the day
-- on which the portal was first seen with a rate until the day on which it was seen with another. A
-- portal keeps no history, so before the first day seen its earliest rate is assumed, and of a
-- currency without any day its present one.
with asked as (

    select count(*) > 0 as is_asked
    from {{ ref('stg_state__streams') }}
    where source = 'cbr'

),

bank as (

    select distinct on (currency_code, rated_on)
        currency_code,
        rated_on,
        base_rate
    from {{ ref('stg_cbr__rates') }}
    where _deleted_at is null
    order by currency_code asc, rated_on asc, account asc

),

-- The bank counts in roubles: for another reporting currency the rouble is quoted like the others,
-- on each day on which that currency has a rate.
bank_quoted as (

    select
        currency_code,
        rated_on,
        base_rate
    from bank
    where currency_code <> {{ reporting_currency() }}
    union all
    select
        'RUB' as currency_code,
        rated_on,
        1 as base_rate
    from bank
    where currency_code = {{ reporting_currency() }}

),

bank_reporting as (

    select
        rated_on,
        base_rate
    from bank
    where currency_code = {{ reporting_currency() }}
    union all
    select
        date '0001-01-01' as rated_on,
        1 as base_rate
    where {{ reporting_currency() }} = 'RUB'

),

-- A cross rate holds from the later of its two days until the older of its two rates is too old.
bank_chained as (

    select distinct on (quoted.currency_code, greatest(quoted.rated_on, reporting.rated_on))
        quoted.currency_code,
        quoted.base_rate / reporting.base_rate as reporting_rate,
        greatest(quoted.rated_on, reporting.rated_on) as rated_on,
        case
            when {{ reporting_currency() }} = 'RUB' then quoted.rated_on
            else least(quoted.rated_on, reporting.rated_on)
        end + {{ rate_holds_days() }} + 1 as too_old_on
    from bank_quoted as quoted
    inner join bank_reporting as reporting
        on
            ({{ reporting_currency() }} = 'RUB' and quoted.rated_on > reporting.rated_on)
            or abs(quoted.rated_on - reporting.rated_on) <= {{ rate_holds_days() }}
    order by
        quoted.currency_code asc,
        greatest(quoted.rated_on, reporting.rated_on) asc,
        quoted.rated_on desc,
        reporting.rated_on desc

),

bank_bounded as (

    select
        currency_code,
        rated_on,
        reporting_rate,
        least(
            too_old_on,
            coalesce(
                lead(rated_on) over (partition by currency_code order by rated_on),
                date '9999-12-31'
            )
        ) as valid_before,
        row_number() over (partition by currency_code order by rated_on desc) = 1 as is_last
    from bank_chained

),

listed as (

    select
        account,
        currency_code,
        base_amount / nullif(unit_count, 0) as base_rate,
        _deleted_at is not null as is_gone
    from {{ ref('stg_bitrix24__currencies') }}

),

seen as (

    select
        rates.account,
        rates.currency_code,
        rates.rated_on,
        rates.base_rate,
        coalesce(listed.is_gone, true) as is_gone
    from {{ ref('stg_bitrix24__currency_rates') }} as rates
    left join listed
        on rates.account = listed.account and rates.currency_code = listed.currency_code

),

quoted as (

    select
        account,
        currency_code,
        rated_on,
        base_rate,
        is_gone
    from seen
    union all
    select
        listed.account,
        listed.currency_code,
        date 'infinity' as rated_on,
        listed.base_rate,
        listed.is_gone
    from listed
    left join seen
        on listed.account = seen.account and listed.currency_code = seen.currency_code
    where seen.account is null

),

reporting as (

    select
        account,
        rated_on,
        base_rate,
        row_number() over (partition by account order by rated_on desc) = 1 as is_latest
    from quoted
    where currency_code = {{ reporting_currency() }}

),

chained as (

    select
        quoted.account,
        quoted.currency_code,
        quoted.rated_on,
        quoted.is_gone,
        quoted.base_rate / reporting.base_rate as reporting_rate,
        'portal' as rate_source
    from quoted
    inner join reporting
        on
            quoted.account = reporting.account
            and (
                quoted.rated_on = reporting.rated_on
                or (quoted.rated_on = date 'infinity' and reporting.is_latest)
            )
    where
        quoted.currency_code <> {{ reporting_currency() }}
        and quoted.base_rate > 0
        and reporting.base_rate > 0
    union all
    select
        '' as account,
        {{ reporting_currency() }} as currency_code,
        date '0001-01-01' as rated_on,
        false as is_gone,
        1 as reporting_rate,
        'identity' as rate_source

),

-- Several portals may quote one currency: the first by name decides for all, so that equal
-- amounts stay equal.
preferred as (

    select distinct on (currency_code)
        currency_code,
        account
    from chained
    order by currency_code asc, is_gone asc, account asc

),

compared as (

    select
        chained.currency_code,
        chained.rated_on,
        chained.reporting_rate,
        chained.rate_source,
        lag(chained.reporting_rate) over (
            partition by chained.currency_code order by chained.rated_on
        ) as rate_before
    from chained
    inner join preferred
        on
            chained.currency_code = preferred.currency_code
            and chained.account = preferred.account

),

bounded as (

    select
        currency_code,
        rated_on,
        reporting_rate,
        rate_source,
        rate_before is null as is_first,
        coalesce(
            lead(rated_on) over (partition by currency_code order by rated_on), date '9999-12-31'
        ) as valid_before
    from compared
    where rate_before is distinct from reporting_rate

),

of_the_portal as (

    select
        currency_code,
        date '0001-01-01' as valid_from,
        least(rated_on, date '9999-12-31') as valid_before,
        reporting_rate,
        rate_source,
        true as is_assumed
    from bounded
    where is_first and rated_on > date '0001-01-01'
    union all
    select
        currency_code,
        rated_on as valid_from,
        valid_before,
        reporting_rate,
        rate_source,
        false as is_assumed
    from bounded
    where rated_on < date '9999-12-31'

),

of_the_bank as (

    select
        bank_bounded.currency_code,
        bank_bounded.rated_on as valid_from,
        case
            when bank_bounded.is_last and asked.is_asked
                then
                    least(
                        bank_bounded.valid_before,
                        greatest({{ as_of() }}, bank_bounded.rated_on) + 1
                    )
            else bank_bounded.valid_before
        end as valid_before,
        bank_bounded.reporting_rate,
        'central_bank' as rate_source,
        false as is_assumed
    from bank_bounded
    cross join asked
    union all
    select
        bank_bounded.currency_code,
        greatest({{ as_of() }}, bank_bounded.rated_on) + 1 as valid_from,
        date '9999-12-31' as valid_before,
        bank_bounded.reporting_rate,
        'central_bank' as rate_source,
        true as is_assumed
    from bank_bounded
    cross join asked
    where bank_bounded.is_last and asked.is_asked

),

bank_years as (

    select
        currency_code,
        min(valid_from) as first_on,
        max(valid_before) as ended_on
    from of_the_bank
    group by currency_code

)

select
    currency_code,
    valid_from,
    valid_before,
    reporting_rate,
    rate_source,
    is_assumed
from of_the_bank
union all
select
    portal.currency_code,
    portal.valid_from,
    least(portal.valid_before, bank_years.first_on) as valid_before,
    portal.reporting_rate,
    portal.rate_source,
    portal.is_assumed
from of_the_portal as portal
left join bank_years
    on portal.currency_code = bank_years.currency_code
where bank_years.first_on is null or portal.valid_from < bank_years.first_on
union all
select
    portal.currency_code,
    greatest(portal.valid_from, bank_years.ended_on) as valid_from,
    portal.valid_before,
    portal.reporting_rate,
    portal.rate_source,
    portal.is_assumed
from of_the_portal as portal
inner join bank_years
    on portal.currency_code = bank_years.currency_code
where portal.valid_before > bank_years.ended_on
