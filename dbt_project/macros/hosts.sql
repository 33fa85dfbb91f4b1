{#
    The host of an address as it is compared: lower case, without scheme, path, port and `www.`.
    Null where there is none.
#}
{% macro host_of(address) -%}
    nullif(
        substring(
            lower(btrim({{ address }}))
            from '^(?:[a-z][a-z0-9+.-]*://)?(?:[^/@]*@)?(?:www\.)?([^/:?#]+)'
        ),
        ''
    )
{%- endmacro %}
