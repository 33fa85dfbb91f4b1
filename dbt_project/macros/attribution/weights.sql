{#
    How each model shares a conversion out over the touches of its path, before any rounding: rows
    of path_id, touch_no, attribution_model_code and weight (numeric, above 0; of one path and model
    they add up to 1). A touch to which a model gives nothing has no row.

    Reads one row per touch:
    path_id                     the path; each has at least one touch
    touch_no                    its order in time; unique within the path, gaps allowed
    channel_code                never null
    is_direct                   for last_non_direct: the credit passes on to an earlier touch
    seconds_before_conversion   for time_decay: 0 or more, never null
    removal_effect              for markov: of the touch's channel, in the fit that the path goes by
                                (`markov_removal_effects`); null where that fit does not know it
    Only the columns of the chosen models are read.
#}
{% macro attribution_weights(touches, models) -%}
    with placed as (

        select
            touches.*,
            row_number() over (partition by path_id order by touch_no) as place,
            count(*) over (partition by path_id) as touches_count,
            count(*) over (partition by path_id, channel_code) as touches_of_channel_count
        from {{ touches }} as touches

    ),

    portions as (

        {% for model in models -%}
        select
            path_id,
            touch_no,
            '{{ model }}' as attribution_model_code,
            {{ _portion(model) | indent(4) }} as portion
        from placed
        {% if not loop.last -%}
        union all
        {% endif -%}
        {%- endfor %}

    )

    select
        path_id,
        touch_no,
        attribution_model_code,
        portion / sum(portion) over (partition by path_id, attribution_model_code) as weight
    from portions
    where portion > 0
{%- endmacro %}

{# Seconds in which a touch loses half of its weight under time_decay: 7 days. #}
{% macro _half_life_seconds() -%}
    604800
{%- endmacro %}

{#
    What a touch weighs beside the others of its path; only the proportions matter.

    last_non_direct  where every touch is direct, the last one takes all
    position         40 % : 20 % shared by those between : 40 %; of two touches half each
    time_decay       counted from the touch nearest to the conversion, so that what is years old
                     cannot vanish altogether
    markov           a channel that touches twice counts twice, as in marketing-attribution-models;
                     where the fit knows none of a path's channels, all touches weigh the same
    shapley          in closed form: with v(S) = conversions of the paths that lie within S, each
                     path is shared equally by its distinct channels; the part of a channel that
                     touches several times is shared equally by these touches
#}
{% macro _portion(model) -%}
    {%- if model == 'first' -%}
        case when place = 1 then 1 else 0 end::numeric
    {%- elif model == 'last' -%}
        case when place = touches_count then 1 else 0 end::numeric
    {%- elif model == 'last_non_direct' -%}
        case
            when
                place = coalesce(
                    max(place) filter (where not is_direct) over (partition by path_id),
                    touches_count
                )
                then 1
            else 0
        end::numeric
    {%- elif model == 'linear' -%}
        1::numeric
    {%- elif model == 'position' -%}
        case
            when touches_count > 2 and place in (1, touches_count) then 2 * (touches_count - 2)
            else 1
        end::numeric
    {%- elif model == 'time_decay' -%}
        power(
            2::numeric,
            (
                min(seconds_before_conversion) over (partition by path_id)
                - seconds_before_conversion
            )::numeric / {{ _half_life_seconds() }}
        )
    {%- elif model == 'markov' -%}
        case
            when sum(removal_effect) over (partition by path_id) > 0
                then coalesce(removal_effect, 0)
            else 1
        end::numeric
    {%- elif model == 'shapley' -%}
        1::numeric / touches_of_channel_count
    {%- else -%}
        {{ exceptions.raise_compiler_error("there is no attribution model '" ~ model ~ "'") }}
    {%- endif -%}
{%- endmacro %}
