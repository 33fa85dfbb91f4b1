{#
    Whether a title says no more than that the record is a test: one of a few words, whatever the
    case and the marks around, with a number at most. No pattern is wider: "Тест-драйв" is a sale.
#}
{% macro is_test_title(title) -%}
    coalesce(
        lower({{ title }})
        ~ '^[^[:alnum:]]*(тест|test|test (deal|lead)|тестов(ая (сделка|заявка)|ый лид))[^[:alnum:]]*\d*[^[:alnum:]]*$',
        false
    )
{%- endmacro %}
