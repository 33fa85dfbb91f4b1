{#
    Percent-decode a text in plain SQL, once.

    The text is cut into runs of complete, valid UTF-8 escapes and everything else; only the runs
    are decoded. So a broken or truncated sequence (`%D0%`, `%FF`), a `%` of its own and `%00`
    survive as written, where convert_from would abort the whole statement.
    The alternation is greedy by the POSIX rule of the longest match, so a run always wins over
    a single `%`. Byte ranges: RFC 3629, section 4.
    convert_from takes its encoding as a `name`, whose collation is C, in which lower() knows no
    Cyrillic: hence the collation of the database by name.
#}
{% macro url_decoded(text) -%}
    {%- set tail = '%[89ab][0-9a-f]' -%}
    {%- set characters = [
        '%(?:0[1-9a-f]|[1-7][0-9a-f])',
        '%(?:c[2-9a-f]|d[0-9a-f])' ~ tail,
        '%e0%[ab][0-9a-f]' ~ tail,
        '%e[1-9abcef]' ~ tail ~ tail,
        '%ed%[89][0-9a-f]' ~ tail,
        '%f0%[9ab][0-9a-f]' ~ tail ~ tail,
        '%f[1-3]' ~ tail ~ tail ~ tail,
        '%f4%8[0-9a-f]' ~ tail ~ tail,
    ] -%}
    (
        select string_agg(
            case
                when piece.parts[1] is null then piece.parts[2]
                else
                    convert_from(decode(replace(piece.parts[1], '%', ''), 'hex'), 'UTF8')
                    collate "default"
            end,
            '' order by piece.position
        )
        from regexp_matches(
            {{ text }},
            '((?:{{ characters | join("|") }})+)|(%|[^%]+)',
            'gi'
        ) with ordinality as piece (parts, position)
    )
{%- endmacro %}

{#
    One UTM value as it is compared: decoded twice (`%25D0` is common after a redirect), `+` as a
    space, NFKC, trimmed, lower case. A placeholder that nobody filled in is no value.
#}
{% macro utm_normalised(raw) -%}
    {%- set clean -%}
        lower(btrim(
            normalize(
                replace(
                    case
                        when {{ raw }} like '%\%%'
                            then {{ url_decoded(url_decoded(raw)) }}
                        else {{ raw }}
                    end,
                    '+', ' '
                ),
                nfkc
            ),
            E' \t\r\n'
        ))
    {%- endset -%}
    (
        select
            case
                when cleaned.value in ('', '(not set)', '<не указано>') then null
                when cleaned.value ~ '^\{.*\}$' then null
                else cleaned.value
            end
        from (select {{ clean }} as value) as cleaned
    )
{%- endmacro %}
