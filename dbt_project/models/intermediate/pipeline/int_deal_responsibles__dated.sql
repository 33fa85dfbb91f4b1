-- Who was responsible for a deal on the evenings of which days. The first observation also stands
-- for the time before it, as everywhere: docs/adr/0004-responsible-before-the-first-load.md.
with versions as (

    select
        history.record_key,
        history.responsible_id,
        row_number() over (
            partition by history.record_key order by history.dbt_valid_from
        ) = 1 as is_first,
        (history.dbt_valid_from at time zone 'UTC' at time zone {{ company_timezone() }})::date
            as first_on,
        (history.dbt_valid_to at time zone 'UTC' at time zone {{ company_timezone() }})::date - 1
            as last_on
    from {{ ref('responsible_history') }} as history
    where history.record_type = 'deal'

),

dated as (

    select
        record_key,
        responsible_id,
        case when is_first then date '-infinity' else first_on end as first_on,
        coalesce(last_on, date 'infinity') as last_on
    from versions

)

select
    record_key,
    responsible_id,
    first_on,
    last_on
from dated
where first_on <= last_on
