-- Stages as the portal lists them now, and those that only facts still name.
with listed as (

    select
        account,
        case entity_type_id when '1' then 'lead' else 'deal' end as record_type,
        pipeline_id,
        stage_id,
        stage_name,
        stage_semantic,
        sort_order,
        is_listed
    from {{ ref('int_stages__listed') }}
    where entity_type_id in ('1', '2')

),

seen as (

    select
        account,
        record_type,
        stage_id,
        stage_semantic
    from {{ ref('int_crm_records__classified') }}
    union
    select
        account,
        'deal' as record_type,
        stage_id,
        stage_semantic
    from {{ ref('int_deal_stages__sequenced') }}

),

unlisted as (

    select
        seen.account,
        seen.record_type,
        case
            when seen.record_type = 'lead' then null
            else coalesce(substring(seen.stage_id from '^C([0-9]+):'), '0')
        end as pipeline_id,
        seen.stage_id,
        seen.stage_id as stage_name,
        -- one meaning per stage: an end that somebody has seen outweighs an open one
        min(seen.stage_semantic) filter (where seen.stage_semantic <> 'P') as ended_semantic
    from seen
    left join listed
        on
            seen.account = listed.account
            and seen.record_type = listed.record_type
            and seen.stage_id = listed.stage_id
    where listed.stage_id is null and seen.stage_id is not null
    group by seen.account, seen.record_type, seen.stage_id

),

unioned as (

    select * from listed
    union all
    select
        account,
        record_type,
        pipeline_id,
        stage_id,
        stage_name,
        coalesce(ended_semantic, 'P') as stage_semantic,
        null::integer as sort_order,
        false as is_listed
    from unlisted

)

select
    {{ surrogate_key(['unioned.record_type', 'unioned.account', 'unioned.stage_id']) }}
        as stage_key,
    unioned.account,
    unioned.record_type,
    unioned.pipeline_id,
    pipelines.pipeline_name,
    unioned.stage_id,
    unioned.stage_name,
    unioned.stage_semantic,
    case unioned.stage_semantic
        when 'S' then 'успех'
        when 'F' then 'провал'
        else 'в работе'
    end as stage_semantic_ru,
    case unioned.stage_semantic
        when 'S' then 'won'
        when 'F' then 'lost'
        else 'in progress'
    end as stage_semantic_en,
    unioned.sort_order,
    unioned.is_listed
from unioned
left join {{ ref('stg_bitrix24__pipelines') }} as pipelines
    on
        unioned.account = pipelines.account
        and unioned.pipeline_id = pipelines.pipeline_id
        -- invoices and smart processes have pipelines of their own
        and pipelines.entity_type_id = '2'
union all
select
    -1 as stage_key,
    '' as account,
    'unknown' as record_type,
    null as pipeline_id,
    null as pipeline_name,
    '' as stage_id,
    'Не определена' as stage_name,
    'P' as stage_semantic,
    'в работе' as stage_semantic_ru,
    'in progress' as stage_semantic_en,
    null as sort_order,
    false as is_listed
