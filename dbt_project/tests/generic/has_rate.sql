{#
    Every currency of a column can be turned into the reporting currency, on the day of its amount
    where `day` says which that is; asked before anything is valued, so that no amount silently
    becomes nothing. The text of the failure names each currency with the first day it lacks: a
    test can say something only by a value that does not fit its type.
#}
{% test has_rate(model, column_name, day=none) %}

with amounts as (

    select
        coalesce({{ column_name }}, 'no currency') as currency_code,
        {{ day if day is not none else "date '9999-12-30'" }} as needed_on
    from {{ model }}

),

lacking as (

    select
        amounts.currency_code,
        min(amounts.needed_on) as first_on,
        count(*) as rows_count
    from amounts
    left join {{ ref('int_currency_rates__dated') }} as rates
        on
            amounts.currency_code = rates.currency_code
            and amounts.needed_on >= rates.valid_from
            and amounts.needed_on < rates.valid_before
    where rates.currency_code is null and amounts.needed_on is not null
    group by amounts.currency_code

),

said as (

    select
        string_agg(
            currency_code
            || case when first_on < date '9999-12-30' then ' for ' || first_on else '' end
            || ' (' || rows_count || ' rows)',
            ', '
            order by currency_code
        ) as what
    from lacking

)

select what
from said
where ('no rate of ' || what || ': see docs/sources/cbr.md')::numeric is not null

{% endtest %}
