-- P(win by the horizon | pipeline, stage, bucket of age): of the evenings that deals spent there in
-- eighteen months, the part that a win followed within as many working days as the horizon is far.
-- A loss ends the evenings and never counts as a win. Every evening counted has been followed for
-- that long, so nothing after the origin is read. Twenty deals of the pipeline's mean are added.
{% set added_deals = 20 %}
with evenings as (

    select
        origins.origin_on,
        origins.horizon_code,
        spans.account,
        spans.pipeline_id,
        spans.stage_id,
        spans.age_bucket_code,
        greatest(spans.first_on, origins.learns_from_on) as first_on,
        least(spans.last_on, origins.learns_through_on) as last_on,
        -- a win on working day n lies in the horizon of evenings from n - far to before n - near
        case
            when spans.won_on <= origins.origin_on
                then spans.won_no - (origins.end_no - origins.origin_no)
        end as first_no,
        case
            when origins.before_no > origins.origin_no
                then spans.won_no - (origins.before_no - origins.origin_no)
        end as before_no
    from {{ ref('int_forecast_origins__listed') }} as origins
    inner join {{ ref('int_open_spans__aged') }} as spans
        on
            origins.learns_through_on >= spans.first_on
            and origins.learns_from_on <= spans.last_on

),

counted as (

    select
        evenings.origin_on,
        evenings.horizon_code,
        evenings.account,
        evenings.pipeline_id,
        evenings.stage_id,
        evenings.age_bucket_code,
        evenings.last_on - evenings.first_on + 1 as open_days,
        case
            when first_days.date_on is null then 0
            else greatest(
                least(evenings.last_on, before_days.date_on - 1)
                - greatest(evenings.first_on, first_days.date_on) + 1,
                0
            )
        end as win_days
    from evenings
    left join {{ ref('int_calendar_days__numbered') }} as first_days
        on evenings.first_no = first_days.working_day_no and first_days.is_working_day
    left join {{ ref('int_calendar_days__numbered') }} as before_days
        on evenings.before_no = before_days.working_day_no and before_days.is_working_day

),

summed as (

    select
        origin_on,
        horizon_code,
        account,
        pipeline_id,
        stage_id,
        age_bucket_code,
        count(*) as deals_count,
        sum(open_days) as open_days,
        sum(win_days) as win_days
    from counted
    group by origin_on, horizon_code, account, pipeline_id, stage_id, age_bucket_code

),

with_means as (

    select
        summed.*,
        sum(win_days) over pipeline / sum(open_days) over pipeline as pipeline_chance
    from summed
    window pipeline as (partition by origin_on, horizon_code, account, pipeline_id)

)

select
    origin_on,
    horizon_code,
    account,
    pipeline_id,
    stage_id,
    age_bucket_code,
    deals_count,
    open_days,
    win_days,
    round(pipeline_chance, 6) as pipeline_chance,
    round(
        (deals_count::numeric * win_days / open_days + {{ added_deals }} * pipeline_chance)
        / (deals_count + {{ added_deals }}),
        6
    ) as win_chance
from with_means
