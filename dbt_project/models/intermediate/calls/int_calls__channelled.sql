-- The channel of a call, where a tracker knows the visit: the platform's own campaign id, else a
-- click id, else the UTM marks by the same rules as for leads and deals; the first that finds
-- something wins. Telephony alone knows no channel.
with calls as (

    select
        call_key,
        account,
        (started_at at time zone {{ company_timezone() }})::date as started_on,
        gclid,
        yclid,
        platform_code,
        platform_campaign_id,
        {{ utm_normalised('utm_source') }} as utm_source,
        {{ utm_normalised('utm_medium') }} as utm_medium,
        {{ utm_normalised('utm_campaign') }} as utm_campaign,
        {{ utm_normalised('utm_content') }} as utm_content,
        {{ utm_normalised('utm_term') }} as utm_term
    from {{ ref('int_calls__united') }}

),

campaigns as (

    select
        platform_code,
        campaign_id,
        min(campaign_key) as campaign_key
    from {{ ref('int_campaigns__unioned') }}
    where has_platform_id
    group by platform_code, campaign_id

),

candidates as (

    select
        calls.call_key,
        3 as step,
        1 as candidate_rank,
        'campaign_id' as channel_match_method,
        null::text as channel_rule_id,
        platforms.channel_code,
        campaigns.campaign_key
    from calls
    inner join {{ ref('ad_platforms') }} as platforms
        on calls.platform_code = platforms.platform_code
    left join campaigns
        on
            calls.platform_code = campaigns.platform_code
            and calls.platform_campaign_id = campaigns.campaign_id
    union all
    select
        calls.call_key,
        case rules.match_method when 'click_id' then 5 when 'utm_pair' then 6 else 7 end as step,
        rules.rule_rank as candidate_rank,
        rules.match_method as channel_match_method,
        rules.rule_id as channel_rule_id,
        rules.channel_code,
        null::bigint as campaign_key
    from calls
    inner join {{ ref('int_channel_rules__unioned') }} as rules
        on
            case rules.match_method
                when 'click_id'
                    then
                        (rules.click_id_kind = 'gclid' and calls.gclid is not null)
                        or (rules.click_id_kind = 'yclid' and calls.yclid is not null)
                when 'utm_pair'
                    then
                        calls.utm_source = rules.utm_source
                        and (rules.utm_medium is null or calls.utm_medium = rules.utm_medium)
                when 'utm_medium' then calls.utm_medium = rules.utm_medium
                else false
            end
            and (rules.portal is null or calls.account = rules.portal)
            and calls.started_on between rules.valid_from and rules.valid_to
    where num_nonnulls(calls.gclid, calls.yclid, calls.utm_source, calls.utm_medium) > 0

),

winners as (

    select distinct on (call_key)
        call_key,
        channel_match_method,
        channel_rule_id,
        channel_code,
        campaign_key
    from candidates
    order by call_key asc, step asc, candidate_rank asc

)

select
    calls.call_key,
    calls.started_on,
    calls.utm_source,
    calls.utm_medium,
    calls.utm_campaign,
    calls.utm_content,
    calls.utm_term,
    coalesce(winners.channel_code, 'unknown') as channel_code,
    coalesce(winners.channel_match_method, 'none') as channel_match_method,
    winners.channel_rule_id,
    coalesce(winners.campaign_key, -1) as campaign_key
from calls
left join winners
    on calls.call_key = winners.call_key
