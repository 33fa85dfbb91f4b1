-- What was landed and is not counted. Every pair is listed, so that a zero is seen as a zero.
with left_out as (

    select
        record_type as entity,
        left_out_reason as reason
    from {{ ref('int_crm_records__classified') }}
    where left_out_reason is not null
    union all
    select
        'company' as entity,
        case when _deleted_at is not null then 'deleted' else 'own_company' end as reason
    from {{ ref('stg_bitrix24__companies') }}
    where _deleted_at is not null or is_own_company
    union all
    select
        'contact' as entity,
        'deleted' as reason
    from {{ ref('stg_bitrix24__contacts') }}
    where _deleted_at is not null
    union all
    select
        'deal_stage' as entity,
        case
            when entries._deleted_at is not null then 'deleted'
            when records.record_key is null then 'deal_not_landed'
            else 'deal_left_out'
        end as reason
    from {{ ref('stg_bitrix24__deal_stage_history') }} as entries
    left join {{ ref('int_crm_records__classified') }} as records
        on
            records.record_type = 'deal'
            and entries.account = records.account
            and entries.deal_id = records.record_id
    where
        entries._deleted_at is not null
        or records.record_key is null
        or records.left_out_reason is not null
    union all
    select
        'csv_spend_line' as entity,
        'deleted' as reason
    from {{ ref('stg_csv_spend__spend_lines') }}
    where _deleted_at is not null
    {% for system in ['bitrix24', 'calltouch', 'comagic'] -%}
        union all
        select
            'call' as entity,
            'deleted' as reason
        from {{ ref('stg_' ~ system ~ '__calls') }}
        where _deleted_at is not null
    {% endfor %}
),

possible as (

    select *
    from (
        values
        ('lead', 'deleted', 'Лид', 'Удалён в источнике', 'Deleted at the source'),
        ('deal', 'deleted', 'Сделка', 'Удалена в источнике', 'Deleted at the source'),
        ('lead', 'test', 'Лид', 'Тестовая запись', 'Test record'),
        ('deal', 'recurring_template', 'Сделка', 'Шаблон повторения', 'Recurring template'),
        ('deal', 'test', 'Сделка', 'Тестовая запись', 'Test record'),
        ('contact', 'deleted', 'Контакт', 'Удалён в источнике', 'Deleted at the source'),
        ('company', 'deleted', 'Компания', 'Удалена в источнике', 'Deleted at the source'),
        ('company', 'own_company', 'Компания', 'Собственное юрлицо', 'Own legal entity'),
        ('deal_stage', 'deleted', 'Смена стадии', 'Удалена в источнике', 'Deleted at the source'),
        ('deal_stage', 'deal_left_out', 'Смена стадии', 'Сделка не учтена', 'Deal is left out'),
        (
            'deal_stage',
            'deal_not_landed',
            'Смена стадии',
            'Сделка не загружена',
            'Deal is not landed'
        ),
        (
            'csv_spend_line',
            'deleted',
            'Строка расхода',
            'Удалена в источнике',
            'Deleted at the source'
        ),
        ('call', 'deleted', 'Звонок', 'Удалён в источнике', 'Deleted at the source')
    ) as listed (entity, reason, entity_name_ru, reason_name_ru, reason_name_en)

)

select
    possible.entity,
    possible.reason,
    possible.entity_name_ru,
    possible.reason_name_ru,
    possible.reason_name_en,
    count(left_out.entity) as left_out_count
from possible
left join left_out
    on possible.entity = left_out.entity and possible.reason = left_out.reason
group by
    possible.entity,
    possible.reason,
    possible.entity_name_ru,
    possible.reason_name_ru,
    possible.reason_name_en
