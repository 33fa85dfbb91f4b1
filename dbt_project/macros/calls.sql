{#
    Which call of one system is which of another: one to one, rows of left_key, right_key and
    match_method. Both relations hold side_key, match_ids, phone_key, direction and started_at.

    An id that both know decides. What is left is compared by phone, direction and time: calls of
    one phone that follow each other within 15 minutes are a series, and the two series are laid
    against each other in their order, where the distances in time are least and most alike. So a
    clock that is minutes off pairs the second call with the second, not with the nearest; and of
    a call that one system missed, the neighbours still find their own.
#}
{% macro matched_calls(left_side, right_side) -%}
    with marked as (

        select
            left_marks.side_key as left_key,
            right_marks.side_key as right_key,
            min(abs(extract(epoch from right_marks.started_at - left_marks.started_at)))
                as seconds_apart
        from (
            select
                calls.*,
                unnest(calls.match_ids) as match_id
            from {{ left_side }} as calls
        ) as left_marks
        inner join (
            select
                calls.*,
                unnest(calls.match_ids) as match_id
            from {{ right_side }} as calls
        ) as right_marks
            on
                left_marks.match_id = right_marks.match_id
                -- Ids of two systems may be equal by chance, not so on one day and for one phone.
                and right_marks.started_at - left_marks.started_at
                between interval '-1 day' and interval '1 day'
                and coalesce(left_marks.phone_key = right_marks.phone_key, true)
        group by left_marks.side_key, right_marks.side_key

    ),

    ranked as (

        select
            left_key,
            right_key,
            row_number() over (partition by left_key order by seconds_apart, right_key) as right_no,
            row_number() over (partition by right_key order by seconds_apart, left_key) as left_no
        from marked

    ),

    by_id as (

        select
            left_key,
            right_key
        from ranked
        where right_no = 1 and left_no = 1

    ),

    unmatched as (

        select
            true as is_left,
            calls.side_key,
            calls.phone_key,
            calls.direction,
            calls.started_at
        from {{ left_side }} as calls
        left join by_id
            on calls.side_key = by_id.left_key
        where by_id.left_key is null and calls.phone_key is not null
        union all
        select
            false as is_left,
            calls.side_key,
            calls.phone_key,
            calls.direction,
            calls.started_at
        from {{ right_side }} as calls
        left join by_id
            on calls.side_key = by_id.right_key
        where by_id.right_key is null and calls.phone_key is not null

    ),

    followed as (

        select
            unmatched.*,
            coalesce(
                started_at - lag(started_at) over (
                    partition by phone_key, direction order by started_at, side_key
                ) > interval '15 minutes',
                true
            ) as is_new_series
        from unmatched

    ),

    series as (

        select
            followed.*,
            count(*) filter (where is_new_series) over (
                partition by phone_key, direction order by started_at, side_key
            ) as series_no
        from followed

    ),

    numbered as (

        select
            series.*,
            row_number() over (
                partition by phone_key, direction, series_no, is_left
                order by started_at, side_key
            ) as call_no,
            count(*) filter (where is_left) over (
                partition by phone_key, direction, series_no
            ) as left_count,
            count(*) filter (where not is_left) over (
                partition by phone_key, direction, series_no
            ) as right_count
        from series

    ),

    -- Every way to lay the shorter series against the longer one.
    laid as (

        select
            lefts.phone_key,
            lefts.direction,
            lefts.series_no,
            lefts.side_key as left_key,
            rights.side_key as right_key,
            rights.call_no - lefts.call_no as shift_no,
            extract(epoch from rights.started_at - lefts.started_at) as seconds_later
        from numbered as lefts
        inner join numbered as rights
            on
                lefts.phone_key = rights.phone_key
                and lefts.direction = rights.direction
                and lefts.series_no = rights.series_no
                and rights.call_no - lefts.call_no
                between least(rights.right_count - rights.left_count, 0)
                and greatest(rights.right_count - rights.left_count, 0)
        where lefts.is_left and not rights.is_left

    ),

    -- A clock that is off shifts all distances alike: that they differ weighs more than how long
    -- they are.
    weighed as (

        select
            phone_key,
            direction,
            series_no,
            shift_no,
            count(*) filter (where abs(seconds_later) <= 900) as near_count,
            avg(abs(seconds_later)) + 10 * (max(seconds_later) - min(seconds_later)) as distance
        from laid
        group by phone_key, direction, series_no, shift_no

    ),

    chosen as (

        select distinct on (phone_key, direction, series_no)
            phone_key,
            direction,
            series_no,
            shift_no
        from weighed
        order by
            phone_key asc, direction asc, series_no asc,
            near_count desc, distance asc, shift_no asc

    )

    select
        left_key,
        right_key,
        'explicit_id' as match_method
    from by_id
    union all
    select
        laid.left_key,
        laid.right_key,
        'phone_time' as match_method
    from laid
    inner join chosen
        on
            laid.phone_key = chosen.phone_key
            and laid.direction = chosen.direction
            and laid.series_no = chosen.series_no
            and laid.shift_no = chosen.shift_no
    where abs(laid.seconds_later) <= 900
{%- endmacro %}
