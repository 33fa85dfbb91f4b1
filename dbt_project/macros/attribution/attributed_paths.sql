{#
    A set of paths shared out by each of the models: rows of attribution_model_code, channel_code,
    conversions_count and value_amount, one for each model and channel, also where it gets nothing.
    By markov the conversions of the whole set are shared out by the channels' `effect_share`; a set
    without a conversion has no rows of it.

    Reads, of paths: path_id, conversions_count, nulls_count and value_amount, all three the path's
    totals; of touches what `attribution_weights` reads of them. Weights are not rounded; what comes
    out is, to 12 decimals.
#}
{% macro attributed_paths(paths, touches, models) -%}
    with weights as (

        {{ attribution_weights(touches, models | reject('equalto', 'markov') | list) }}

    ),

    fitted_paths as (

        select
            0 as fit_id,
            path_id,
            conversions_count,
            nulls_count
        from {{ paths }}

    ),

    effects as (

        {{ markov_removal_effects('fitted_paths', touches) }}

    ),

    shares as (

        select
            weights.attribution_model_code,
            touches.channel_code,
            sum(weights.weight * paths.conversions_count) as conversions_count,
            sum(weights.weight * paths.value_amount) as value_amount
        from weights
        inner join {{ touches }} as touches
            on weights.path_id = touches.path_id and weights.touch_no = touches.touch_no
        inner join {{ paths }} as paths
            on weights.path_id = paths.path_id
        group by weights.attribution_model_code, touches.channel_code
        {%- if 'markov' in models %}
        union all
        select
            'markov' as attribution_model_code,
            effects.channel_code,
            effects.effect_share * sum(paths.conversions_count) as conversions_count,
            effects.effect_share * sum(paths.value_amount) as value_amount
        from effects
        cross join {{ paths }} as paths
        group by effects.channel_code, effects.effect_share
        {%- endif %}

    ),

    models as (

        select distinct attribution_model_code from shares

    ),

    channels as (

        select distinct channel_code from {{ touches }}

    )

    select
        models.attribution_model_code,
        channels.channel_code,
        trim_scale(round(coalesce(shares.conversions_count, 0), 12)) as conversions_count,
        trim_scale(round(coalesce(shares.value_amount, 0), 12)) as value_amount
    from models
    cross join channels
    left join shares
        on
            models.attribution_model_code = shares.attribution_model_code
            and channels.channel_code = shares.channel_code
{%- endmacro %}
