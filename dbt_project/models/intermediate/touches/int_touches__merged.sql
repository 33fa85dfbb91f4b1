-- Which touch each one counts as: of one person, channel and campaign, whatever follows within half
-- an hour of the one before is the same touch, and the first one's moment is its moment.
with persons as (

    select
        touch_key,
        min(person_key) as person_key
    from {{ ref('int_touch_parties__identified') }}
    group by touch_key

),

followed as (

    select
        touches.touch_key,
        touches.touched_at,
        touches.touch_kind_code,
        touches.channel_code,
        touches.campaign_key,
        coalesce(
            persons.person_key,
            case
                when touches.phone_key is not null
                    then {{ surrogate_key(["'phone'", 'touches.phone_key']) }}
            end,
            touches.touch_key
        ) as person_key
    from {{ ref('int_touches__collected') }} as touches
    left join persons
        on touches.touch_key = persons.touch_key

),

parted as (

    select
        followed.*,
        coalesce(
            touched_at - lag(touched_at) over in_order > interval '30 minutes', true
        ) as is_first
    from followed
    window
        in_order as (
            partition by person_key, channel_code, campaign_key
            order by touched_at asc, touch_kind_code in ('lead', 'deal') asc, touch_key asc
        )

),

numbered as (

    select
        parted.*,
        count(*) filter (where is_first) over (
            partition by person_key, channel_code, campaign_key
            order by touched_at asc, touch_kind_code in ('lead', 'deal') asc, touch_key asc
        ) as merged_no
    from parted

)

select
    touch_key,
    first_value(touch_key) over (
        partition by person_key, channel_code, campaign_key, merged_no
        order by touched_at asc, touch_kind_code in ('lead', 'deal') asc, touch_key asc
    ) as merged_touch_key
from numbered
