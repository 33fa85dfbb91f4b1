{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    full_refresh=false,
    tags=['history']
) }}
-- What each channel is worth by Markov's chain, fitted on the first day of each month to what the
-- months before it brought, and never again: a figure of last spring does not move because of this
-- autumn. A deal is lost on the day of its loss, and on its ninetieth day while it is open. The
-- first build makes up for all months at once, from what is known by then.
with months as (

    select month.first_day::date as fitted_on
    from
        generate_series(
            (
                select date_trunc('month', min(created_on))
                from {{ ref('int_crm_records__classified') }}
                where record_type = 'deal' and left_out_reason is null
            ),
            date_trunc('month', {{ as_of() }} + 1),
            interval '1 month'
        ) as month (first_day)
    {% if is_incremental() %}
        where
            month.first_day > (
                select coalesce(max(frozen.fitted_on), date '-infinity')
                from {{ this }} as frozen
            )
    {% endif %}
),

deals as (

    select
        records.record_key,
        records.created_on,
        coalesce(closed.is_won, false) as is_won,
        closed.deal_id is not null as is_closed,
        coalesce(closed.won_on, closed.lost_on) as closed_on
    from {{ ref('int_crm_records__classified') }} as records
    left join {{ ref('int_deals__closed') }} as closed
        on records.account = closed.account and records.record_id = closed.deal_id
    where records.record_type = 'deal' and records.left_out_reason is null

),

ended as (

    select
        record_key,
        closed_on as ended_on,
        null::date as reopened_on,
        is_won
    from deals
    where is_closed
    union all
    select
        record_key,
        created_on + 90 as ended_on,
        closed_on as reopened_on,
        false as is_won
    from deals
    where not is_closed or closed_on > created_on + 90

),

judged as (

    select
        months.fitted_on,
        ended.record_key,
        case when ended.is_won then 1 else 0 end as conversions_count,
        case when ended.is_won then 0 else 1 end as nulls_count
    from months
    inner join ended
        on
            months.fitted_on > ended.ended_on
            and ended.ended_on
            >= months.fitted_on - interval '{{ markov_months() }} months'
            and (ended.reopened_on is null or months.fitted_on <= ended.reopened_on)

),

offered as (

    select fitted_on
    from judged
    group by fitted_on
    having sum(conversions_count) >= {{ markov_least_conversions() }}

),

fitted_paths as (

    select
        judged.fitted_on as fit_id,
        judged.record_key as path_id,
        judged.conversions_count,
        judged.nulls_count
    from judged
    inner join offered
        on judged.fitted_on = offered.fitted_on

),

touches as (

    select
        record_key as path_id,
        touch_no,
        channel_code
    from {{ ref('int_paths__matched') }}
    where record_type = 'deal'

),

effects as (

    {{ markov_removal_effects('fitted_paths', 'touches') | indent(4) }}

)

select
    fit_id as fitted_on,
    channel_code,
    removal_effect,
    effect_share
from effects
