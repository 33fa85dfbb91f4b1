{#
    How many days the bank's last rate stands in for those that are missing. The January holidays
    take up to eleven days; what is missing for longer was not read.
#}
{% macro rate_holds_days() -%}
    14
{%- endmacro %}

{#
    The body of a test: of the amounts of a relation (currency_code, needed_on), each has a rate on
    its day. The failure names every currency that lacks one, with the first such day: a test can
    say something only by a value that does not fit its type.
#}
{% macro amounts_without_a_rate(amounts) -%}
select what
from (
    select
        string_agg(
            currency_code
            || case when first_on < date '9999-12-30' then ' for ' || first_on else '' end
            || ' (' || rows_count || ' rows)',
            ', '
            order by currency_code
        ) as what
    from (
        select
            coalesce(amounts.currency_code, 'no currency') as currency_code,
            min(amounts.needed_on) as first_on,
            count(*) as rows_count
        from {{ amounts }} as amounts
        left join {{ ref('int_currency_rates__dated') }} as rates
            on
                amounts.currency_code = rates.currency_code
                and amounts.needed_on >= rates.valid_from
                and amounts.needed_on < rates.valid_before
        where rates.currency_code is null and amounts.needed_on is not null
        group by coalesce(amounts.currency_code, 'no currency')
    ) as lacking
) as said
where ('no rate of ' || what || ': see docs/sources/cbr.md')::numeric is not null
{%- endmacro %}
