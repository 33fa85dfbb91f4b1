-- No two rules of equal standing match one record: which of them wins would be chance. A rule for
-- one portal stands before one for all, the company's before a general one, a pair before its
-- source.
with matched as (

    select
        candidates.record_key,
        candidates.step,
        candidates.mark_rank,
        rules.portal is null as is_for_all,
        rules.rule_origin,
        rules.priority,
        rules.utm_medium is null as is_source_alone,
        candidates.channel_rule_id
    from {{ ref('int_channel_candidates__matched') }} as candidates
    inner join {{ ref('int_channel_rules__unioned') }} as rules
        on candidates.rule_rank = rules.rule_rank

)

select
    step,
    string_agg(distinct channel_rule_id, ', ') as rule_ids,
    count(distinct record_key) as records_count
from matched
group by
    record_key, step, mark_rank, is_for_all, rule_origin, priority, is_source_alone
having count(distinct channel_rule_id) > 1
