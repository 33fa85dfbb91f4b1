{#
    Every currency of a column can be turned into the reporting currency. Fails with the currencies
    that cannot; asked before anything is valued, so that no amount silently becomes nothing.
#}
{% test has_rate(model, column_name) %}

select
    amounts.{{ column_name }} as currency_code,
    count(*) as rows_count
from {{ model }} as amounts
left join {{ ref('int_currency_rates__dated') }} as rates
    on amounts.{{ column_name }} = rates.currency_code
where rates.currency_code is null
group by amounts.{{ column_name }}

{% endtest %}
