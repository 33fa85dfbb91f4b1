-- The first step that finds something wins, within a step what the record carries first and then
-- the first rule; a record that no step finds anything for is of the unknown channel.
with winners as (

    select distinct on (record_key)
        record_key,
        match_method,
        channel_rule_id,
        channel_code,
        campaign_key,
        ad_group_id,
        ad_id,
        keyword_id
    from {{ ref('int_channel_candidates__matched') }}
    order by
        record_key asc,
        step asc,
        mark_rank asc,
        rule_rank asc nulls first,
        campaign_key asc nulls last
),

-- Of the kinds of an advertising network; Facebook's stands on every link.
click_ids as (

    select
        record_key,
        count(distinct click_id_kind) filter (where click_id_kind <> 'fbclid') > 1
            as has_several_click_ids
    from {{ ref('int_click_ids__collected') }}
    group by record_key

),

-- A name fills in the campaign, never the channel, and only where no other campaign has it.
campaign_names as (

    select
        channel_code,
        normalised_name,
        min(campaign_key) as campaign_key
    from {{ ref('int_campaigns__unioned') }}
    where normalised_name is not null
    group by channel_code, normalised_name
    having count(*) = 1

),

-- Google lists a click of a campaign that it does not list.
known_campaigns as (

    select campaign_key from {{ ref('int_campaigns__unioned') }}

)

select
    origins.record_key,
    origins.record_type,
    origins.account,
    origins.record_id,
    origins.created_on,
    origins.origin_call_key,
    origins.utm_source,
    origins.utm_medium,
    origins.utm_campaign,
    origins.utm_content,
    origins.utm_term,
    coalesce(winners.channel_code, 'unknown') as channel_code,
    winners.channel_rule_id,
    coalesce(winners.match_method, 'none') as channel_match_method,
    coalesce(click_ids.has_several_click_ids, false) as has_several_click_ids,
    coalesce(known_campaigns.campaign_key, campaign_names.campaign_key, -1) as campaign_key,
    winners.ad_group_id,
    winners.ad_id,
    winners.keyword_id
from {{ ref('int_origins__collected') }} as origins
left join winners
    on origins.record_key = winners.record_key
left join click_ids
    on origins.record_key = click_ids.record_key
left join known_campaigns
    on winners.campaign_key = known_campaigns.campaign_key
left join campaign_names
    on
        winners.channel_code = campaign_names.channel_code
        and origins.utm_campaign = campaign_names.normalised_name
