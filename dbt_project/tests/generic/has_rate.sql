{#
    Every currency of a column can be turned into the reporting currency, on the day of its amount
    where `day` says which that is; asked before anything is valued, so that no amount silently
    becomes nothing.
#}
{% test has_rate(model, column_name, day=none) %}

with amounts_of_the_model as (

    select
        {{ column_name }} as currency_code,
        {{ day if day is not none else "date '9999-12-30'" }} as needed_on
    from {{ model }}

)

{{ amounts_without_a_rate('amounts_of_the_model') }}

{% endtest %}
