-- The steps of "Channels" in the definitions of metrics, as far as this warehouse reads the marks
-- they need; the first step that finds something wins, within a step the first rule.
with origins as (

    select * from {{ ref('int_origins__collected') }}

),

rules as (

    select * from {{ ref('int_channel_rules__unioned') }}

),

campaigns as (

    select * from {{ ref('int_campaigns__unioned') }}

),

-- An id that two platforms have given out names neither.
campaign_ids as (

    select
        campaign_id,
        min(campaign_key) as campaign_key,
        min(channel_code) as channel_code
    from campaigns
    where has_platform_id and campaign_id ~ '^[0-9]+$'
    group by campaign_id
    having count(distinct platform_code) = 1

),

marks as (

    select
        origins.record_key,
        origins.account,
        origins.created_on,
        mark.position,
        mark.value
    from origins
    cross join
        lateral (
            values
            (1, origins.utm_campaign),
            (2, origins.utm_content),
            (3, origins.utm_term),
            (4, origins.utm_source),
            (5, origins.utm_medium)
        ) as mark (position, value)
    where mark.value is not null

),

by_campaign_id as (

    select
        marks.record_key,
        4 as step,
        marks.position * 1000 + token.position as candidate_rank,
        'campaign_id' as match_method,
        null::text as channel_rule_id,
        campaign_ids.channel_code,
        campaign_ids.campaign_key
    from marks
    cross join
        lateral regexp_split_to_table(marks.value, '[^0-9a-zа-яё]+')
        with ordinality as token (value, position)
    inner join campaign_ids
        on token.value = campaign_ids.campaign_id
    where marks.position <= 3 and marks.value ~ '[0-9]'

),

click_ids as (

    select
        record_key,
        account,
        created_on,
        'gclid' as click_id_kind
    from origins
    where gclid is not null
    union all
    select
        record_key,
        account,
        created_on,
        'yclid' as click_id_kind
    from origins
    where yclid is not null
    union all
    select
        marks.record_key,
        marks.account,
        marks.created_on,
        found.parts[1] as click_id_kind
    from marks
    cross join
        lateral regexp_matches(
            marks.value,
            '(?:^|[^0-9a-z_])(gclid|gbraid|wbraid|yclid|rb_clickid)[=:][0-9a-z_-]{5}',
            'g'
        ) as found (parts)
    where marks.value ~ '(gclid|braid|yclid|clickid)'

),

by_rule as (

    select
        click_ids.record_key,
        5 as step,
        rules.rule_rank as candidate_rank,
        rules.match_method,
        rules.rule_id as channel_rule_id,
        rules.channel_code
    from click_ids
    inner join rules
        on
            rules.match_method = 'click_id'
            and click_ids.click_id_kind = rules.click_id_kind
            and (rules.portal is null or click_ids.account = rules.portal)
            and click_ids.created_on between rules.valid_from and rules.valid_to
    union all
    select
        origins.record_key,
        6 as step,
        rules.rule_rank as candidate_rank,
        rules.match_method,
        rules.rule_id as channel_rule_id,
        rules.channel_code
    from origins
    inner join rules
        on
            rules.match_method = 'utm_pair'
            and origins.utm_source = rules.utm_source
            and (rules.utm_medium is null or origins.utm_medium = rules.utm_medium)
            and (rules.portal is null or origins.account = rules.portal)
            and origins.created_on between rules.valid_from and rules.valid_to
    union all
    select
        origins.record_key,
        7 as step,
        rules.rule_rank as candidate_rank,
        rules.match_method,
        rules.rule_id as channel_rule_id,
        rules.channel_code
    from origins
    inner join rules
        on
            rules.match_method = 'utm_medium'
            and origins.utm_medium = rules.utm_medium
            and (rules.portal is null or origins.account = rules.portal)
            and origins.created_on between rules.valid_from and rules.valid_to
    union all
    select
        origins.record_key,
        10 as step,
        rules.rule_rank as candidate_rank,
        rules.match_method,
        rules.rule_id as channel_rule_id,
        rules.channel_code
    from origins
    inner join rules
        on
            rules.match_method = 'crm_source'
            and upper(origins.source_id) = rules.source_id
            and (rules.portal is null or origins.account = rules.portal)
            and origins.created_on between rules.valid_from and rules.valid_to

),

candidates as (

    select
        record_key,
        step,
        candidate_rank,
        match_method,
        channel_rule_id,
        channel_code,
        campaign_key
    from by_campaign_id
    union all
    select
        record_key,
        step,
        candidate_rank,
        match_method,
        channel_rule_id,
        channel_code,
        null::bigint as campaign_key
    from by_rule
    union all
    select
        record_key,
        12 as step,
        1 as candidate_rank,
        'known_customer' as match_method,
        null as channel_rule_id,
        'existing_base' as channel_code,
        null::bigint as campaign_key
    from origins
    where is_known_customer

),

winners as (

    select distinct on (record_key)
        record_key,
        match_method,
        channel_rule_id,
        channel_code,
        campaign_key
    from candidates
    order by record_key asc, step asc, candidate_rank asc

),

-- A name fills in the campaign, never the channel, and only where no other campaign has it.
campaign_names as (

    select
        channel_code,
        normalised_name,
        min(campaign_key) as campaign_key
    from campaigns
    where normalised_name is not null
    group by channel_code, normalised_name
    having count(*) = 1

)

select
    origins.record_key,
    origins.record_type,
    origins.account,
    origins.record_id,
    origins.utm_source,
    origins.utm_medium,
    origins.utm_campaign,
    origins.utm_content,
    origins.utm_term,
    coalesce(winners.channel_code, 'unknown') as channel_code,
    winners.channel_rule_id,
    coalesce(winners.match_method, 'none') as match_method,
    coalesce(winners.campaign_key, campaign_names.campaign_key, -1) as campaign_key
from origins
left join winners
    on origins.record_key = winners.record_key
left join campaign_names
    on
        winners.channel_code = campaign_names.channel_code
        and origins.utm_campaign = campaign_names.normalised_name
