-- The ladder of "Channels" in the definitions of metrics: every step that finds a channel for a
-- record, whatever kind of record it is. `mark_rank` orders what a record carries (the newest click
-- id first), `rule_rank` the rules that fit it.
with origins as (

    select * from {{ ref('int_origins__collected') }}

),

rules as (

    select * from {{ ref('int_channel_rules__unioned') }}

),

click_ids as (

    select
        ids.*,
        dense_rank() over (
            partition by ids.record_key order by ids.seen_at desc, ids.is_own desc
        ) as mark_rank
    from {{ ref('int_click_ids__collected') }} as ids

),

channels as (

    select
        channel_code,
        channel_name_ru,
        channel_name_en
    from {{ ref('channels') }}

),

campaigns as (

    select
        platform_code,
        campaign_id,
        channel_code,
        min(campaign_key) as campaign_key
    from {{ ref('int_campaigns__unioned') }}
    where has_platform_id
    group by platform_code, campaign_id, channel_code

),

-- A click that Google knows, by its id; a day is the advertiser's, so the newest row stands.
clicks as (

    select distinct on (gclid)
        gclid,
        {{ surrogate_key(["'google_ads'", 'ad_account_id', 'campaign_id']) }} as campaign_key,
        ad_group_id,
        ad_id,
        keyword_id
    from {{ ref('stg_google_ads__clicks') }}
    where _deleted_at is null and gclid is not null
    order by gclid asc, reported_on desc, ad_account_id asc, campaign_id asc

),

-- An id that two platforms have given out names neither.
campaign_ids as (

    select
        campaign_id,
        min(campaign_key) as campaign_key,
        min(channel_code) as channel_code
    from campaigns
    where campaign_id ~ '^[0-9]+$'
    group by campaign_id
    having count(distinct platform_code) = 1

),

identified_values as (

    select distinct on (spelled.value)
        spelled.value,
        campaign_ids.channel_code,
        campaign_ids.campaign_key
    from (
        select distinct normalised_value as value
        from {{ ref('int_utm__normalised') }}
        where normalised_value ~ '[0-9]'
    ) as spelled
    cross join
        lateral regexp_split_to_table(spelled.value, '[^0-9a-zа-яё]+')
        with ordinality as token (value, position)
    inner join campaign_ids
        on token.value = campaign_ids.campaign_id
    order by spelled.value asc, token.position asc

),

candidates as (

    select
        origins.record_key,
        1 as step,
        1 as mark_rank,
        null::bigint as rule_rank,
        'manual' as match_method,
        null::text as channel_rule_id,
        channels.channel_code,
        null::bigint as campaign_key,
        null::text as ad_group_id,
        null::text as ad_id,
        null::text as keyword_id
    from origins
    inner join channels
        on
            lower(btrim(origins.stated_channel)) in (
                channels.channel_code,
                lower(channels.channel_name_ru),
                lower(channels.channel_name_en)
            )
    where origins.stated_channel is not null
    union all
    select
        click_ids.record_key,
        2 as step,
        click_ids.mark_rank,
        null as rule_rank,
        'click_view' as match_method,
        null as channel_rule_id,
        'google_ads' as channel_code,
        clicks.campaign_key,
        clicks.ad_group_id,
        clicks.ad_id,
        clicks.keyword_id
    from click_ids
    inner join clicks
        on click_ids.click_id_kind = 'gclid' and click_ids.click_id = clicks.gclid
    union all
    select
        origins.record_key,
        3 as step,
        1 as mark_rank,
        null as rule_rank,
        'campaign_id' as match_method,
        null as channel_rule_id,
        platforms.channel_code,
        campaigns.campaign_key,
        origins.platform_ad_group_id as ad_group_id,
        origins.platform_ad_id as ad_id,
        origins.platform_keyword_id as keyword_id
    from origins
    inner join {{ ref('ad_platforms') }} as platforms
        on origins.platform_code = platforms.platform_code
    left join campaigns
        on
            origins.platform_code = campaigns.platform_code
            and origins.platform_campaign_id = campaigns.campaign_id
    union all
    select
        origins.record_key,
        4 as step,
        mark.position as mark_rank,
        null as rule_rank,
        'campaign_id' as match_method,
        null as channel_rule_id,
        identified.channel_code,
        identified.campaign_key,
        null as ad_group_id,
        null as ad_id,
        null as keyword_id
    from origins
    cross join
        lateral (
            values
            (1, origins.utm_campaign),
            (2, origins.utm_content),
            (3, origins.utm_term)
        ) as mark (position, value)
    inner join identified_values as identified
        on mark.value = identified.value
    union all
    select
        origins.record_key,
        5 as step,
        click_ids.mark_rank,
        rules.rule_rank,
        rules.match_method,
        rules.rule_id as channel_rule_id,
        rules.channel_code,
        null as campaign_key,
        null as ad_group_id,
        null as ad_id,
        null as keyword_id
    from click_ids
    inner join origins
        on click_ids.record_key = origins.record_key
    inner join rules
        on
            rules.match_method = 'click_id'
            and click_ids.click_id_kind = rules.click_id_kind
            and (rules.portal is null or origins.account = rules.portal)
            and origins.created_on between rules.valid_from and rules.valid_to
    -- Facebook puts its id on every link that leaves it, paid or not: it says where a visit came
    -- from only where nothing else does.
    where
        click_ids.click_id_kind <> 'fbclid'
        or (
            origins.utm_source is null
            and origins.utm_medium is null
            and not exists (
                select 1
                from click_ids as others
                where
                    others.record_key = click_ids.record_key
                    and others.click_id_kind <> 'fbclid'
            )
        )
    union all
    select
        origins.record_key,
        case rules.match_method
            when 'utm_pair' then 6 when 'utm_medium' then 7 when 'tracked_number' then 8 else 10
        end as step,
        1 as mark_rank,
        rules.rule_rank,
        rules.match_method,
        rules.rule_id as channel_rule_id,
        rules.channel_code,
        null as campaign_key,
        null as ad_group_id,
        null as ad_id,
        null as keyword_id
    from origins
    cross join
        lateral (
            values
            ('utm_pair', origins.utm_source),
            ('utm_medium', origins.utm_medium),
            -- A number of a pool is shown to one visit after another: that visit tells, not it.
            (
                'tracked_number',
                case
                    when origins.session_id is null
                        then {{ phone_key('origins.dialled_number') }}::text
                end
            ),
            ('crm_source', upper(origins.source_id))
        ) as mark (match_method, value)
    inner join rules
        on
            mark.match_method = rules.match_method
            and mark.value = rules.asked_value
            and (
                rules.match_method <> 'utm_pair'
                or rules.utm_medium is null
                or origins.utm_medium = rules.utm_medium
            )
            and (rules.portal is null or origins.account = rules.portal)
            and origins.created_on between rules.valid_from and rules.valid_to
    where mark.value is not null
    union all
    select
        origins.record_key,
        9 as step,
        1 as mark_rank,
        rules.rule_rank,
        'referrer' as match_method,
        rules.rule_id as channel_rule_id,
        rules.channel_code,
        null as campaign_key,
        null as ad_group_id,
        null as ad_id,
        null as keyword_id
    from origins
    inner join {{ ref('int_referrer_domains__listed') }} as domains
        on origins.referrer_host = domains.referrer_host and not domains.is_no_touch
    inner join rules
        on
            rules.match_method = 'referrer'
            and domains.domain_name = rules.referrer_host
            and (rules.portal is null or origins.account = rules.portal)
            and origins.created_on between rules.valid_from and rules.valid_to
    union all
    select
        origins.record_key,
        9 as step,
        2 as mark_rank,
        null as rule_rank,
        'referrer' as match_method,
        null as channel_rule_id,
        'referral' as channel_code,
        null as campaign_key,
        null as ad_group_id,
        null as ad_id,
        null as keyword_id
    from origins
    inner join {{ ref('int_referrer_domains__listed') }} as domains
        on
            origins.referrer_host = domains.domain_name
            and origins.referrer_host = domains.referrer_host
            and not domains.is_no_touch
    union all
    select
        record_key,
        11 as step,
        1 as mark_rank,
        null as rule_rank,
        'session' as match_method,
        null as channel_rule_id,
        'direct' as channel_code,
        null as campaign_key,
        null as ad_group_id,
        null as ad_id,
        null as keyword_id
    from origins
    where session_id is not null and referrer_host is null
    union all
    select
        record_key,
        12 as step,
        case when is_known_customer then 1 else 2 end as mark_rank,
        null as rule_rank,
        case when is_known_customer then 'known_customer' else 'outgoing_call' end as match_method,
        null as channel_rule_id,
        case when is_known_customer then 'existing_base' else 'outbound' end as channel_code,
        null as campaign_key,
        null as ad_group_id,
        null as ad_id,
        null as keyword_id
    from origins
    where is_known_customer or is_own_call_first

)

select * from candidates
