{#
    What each channel is worth to a set of paths by a Markov chain of order 1: rows of fit_id,
    channel_code, removal_effect and effect_share, one for each channel that touches.

    removal_effect is 1 - P(conversion without the channel) / P(conversion): whoever would have gone
    on to the channel is lost. effect_share is its part of the sum over all channels, by which the
    conversions of the whole set are shared out. Both are rounded to 12 decimals. A fit without a
    conversion has no rows.

    Reads, of paths: fit_id (several sets may be fitted at once), path_id, conversions_count and
    nulls_count, 0 or more; of touches: path_id, touch_no, channel_code.

    A step from a channel to itself is not counted: it changes no chance of ever converting. So
    marketing-attribution-models gives the same with transition_to_same_state False and True.

    One matrix answers for all channels: N, how often each is visited from each other on average.
    Who converts either never meets the channel, or reaches it and converts from there, so that what
    its removal costs is P(reaching it) * P(conversion from it), and P(reaching c) = N(start, c) /
    N(c, c). N is the sum of all powers of the matrix of steps, of which every round below takes
    twice as many, until no step is left that has a chance of 1e-20. That is after some ten rounds:
    the chain takes as many steps on average as the paths have touches.
#}
{% macro markov_removal_effects(paths, touches) -%}
    with recursive counted as (

        select
            fit_id,
            path_id,
            conversions_count,
            nulls_count
        from {{ paths }}
        where conversions_count + nulls_count > 0

    ),

    placed as (

        select
            counted.*,
            touches.channel_code,
            lag(touches.channel_code) over path as from_channel_code,
            lead(touches.channel_code) over path is null as is_last
        from counted
        inner join {{ touches }} as touches
            on counted.path_id = touches.path_id
        window path as (partition by counted.fit_id, counted.path_id order by touches.touch_no)

    ),

    -- States are numbered: 1 is the start, then come the channels.
    channels as (

        select
            fit_id,
            channel_code,
            1 + row_number() over (partition by fit_id order by channel_code) as state_no,
            1 + count(*) over (partition by fit_id) as states_count
        from (select distinct fit_id, channel_code from placed) as touching

    ),

    steps as (

        select
            fit_id,
            from_channel_code,
            channel_code as to_channel_code,
            'touch' as step_kind,
            conversions_count + nulls_count as steps_count
        from placed
        where from_channel_code is distinct from channel_code
        union all
        select
            fit_id,
            channel_code as from_channel_code,
            null as to_channel_code,
            'conversion' as step_kind,
            conversions_count as steps_count
        from placed
        where is_last
        union all
        select
            fit_id,
            channel_code as from_channel_code,
            null as to_channel_code,
            'loss' as step_kind,
            nulls_count as steps_count
        from placed
        where is_last

    ),

    chances as (

        select
            fit_id,
            from_channel_code,
            to_channel_code,
            step_kind,
            (
                sum(steps_count)
                / sum(sum(steps_count)) over (partition by fit_id, from_channel_code)
            )::double precision as chance
        from steps
        group by fit_id, from_channel_code, to_channel_code, step_kind

    ),

    numbered as (

        select
            chances.fit_id,
            chances.step_kind,
            coalesce(origins.state_no, 1) as from_no,
            targets.state_no as to_no,
            chances.chance
        from chances
        left join channels as origins
            on
                chances.fit_id = origins.fit_id
                and chances.from_channel_code = origins.channel_code
        left join channels as targets
            on
                chances.fit_id = targets.fit_id
                and chances.to_channel_code = targets.channel_code

    ),

    fits as (

        select distinct
            fit_id,
            states_count
        from channels

    ),

    cells as (

        select
            fits.fit_id,
            from_state.no as from_no,
            to_state.no as to_no,
            coalesce(numbered.chance, 0) as chance,
            case when from_state.no = to_state.no then 1 else 0 end::double precision as visits
        from fits
        cross join lateral generate_series(1, fits.states_count) as from_state (no)
        cross join lateral generate_series(1, fits.states_count) as to_state (no)
        left join numbered
            on
                fits.fit_id = numbered.fit_id
                and from_state.no = numbered.from_no
                and to_state.no = numbered.to_no

    ),

    lines as (

        select
            fit_id,
            from_no,
            array_agg(chance order by to_no) as chances,
            array_agg(visits order by to_no) as visits
        from cells
        group by fit_id, from_no

    ),

    -- Matrices are arrays of arrays: the planner cannot know how many rows a product of joined rows
    -- has, and was seen to go through all pairs.
    rounds as (

        select
            fit_id,
            count(*) as states_count,
            array_agg(chances order by from_no) as chances,
            array_agg(visits order by from_no) as visits
        from lines
        group by fit_id
        union all
        select
            rounds.fit_id,
            rounds.states_count,
            array(
                select
                    array(
                        select
                            case
                                when sum(rounds.chances[i][k] * rounds.chances[k][j]) >= 1e-20
                                    then sum(rounds.chances[i][k] * rounds.chances[k][j])
                                else 0
                            end
                        from generate_series(1, rounds.states_count) as j
                        cross join generate_series(1, rounds.states_count) as k
                        group by j
                        order by j
                    )
                from generate_series(1, rounds.states_count) as i
                order by i
            ) as chances,
            array(
                select
                    array(
                        select
                            rounds.visits[i][j] + sum(rounds.chances[i][k] * rounds.visits[k][j])
                        from generate_series(1, rounds.states_count) as j
                        cross join generate_series(1, rounds.states_count) as k
                        group by j
                        order by j
                    )
                from generate_series(1, rounds.states_count) as i
                order by i
            ) as visits
        from rounds
        where 0 < any(rounds.chances)

    ),

    visited as (

        select
            fit_id,
            states_count,
            visits
        from rounds
        where not 0 < any(chances)

    ),

    converting as (

        select
            visited.fit_id,
            from_state.no as state_no,
            sum(visited.visits[from_state.no][numbered.from_no] * numbered.chance) as chance
        from visited
        cross join lateral generate_series(1, visited.states_count) as from_state (no)
        inner join numbered
            on visited.fit_id = numbered.fit_id and numbered.step_kind = 'conversion'
        group by visited.fit_id, from_state.no

    ),

    effects as (

        select
            channels.fit_id,
            channels.channel_code,
            visited.visits[1][channels.state_no]
            / visited.visits[channels.state_no][channels.state_no]
            * converting.chance
            / started.chance as removal_effect
        from channels
        inner join visited
            on channels.fit_id = visited.fit_id
        inner join converting
            on channels.fit_id = converting.fit_id and channels.state_no = converting.state_no
        inner join converting as started
            on channels.fit_id = started.fit_id and started.state_no = 1
        where started.chance > 0

    )

    select
        fit_id,
        channel_code,
        round(removal_effect::numeric, 12) as removal_effect,
        round(
            (removal_effect / sum(removal_effect) over (partition by fit_id))::numeric, 12
        ) as effect_share
    from effects
{%- endmacro %}
