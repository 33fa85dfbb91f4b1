with source as (

    select
        landed._account,
        landed._key,
        landed._deleted_at,
        landed._extracted_at,
        payload.*
    from {{ source('bitrix24', 'fields') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        "upperName" text,
        type text,
        title text,
        "formLabel" text,
        "listLabel" text,
        "statusType" text,
        "isDynamic" text,
        "isMultiple" text,
        "isRequired" text,
        "isReadOnly" text,
        "isImmutable" text,
        "isDeprecated" text,
        settings jsonb,
        items jsonb
    )

)

select
    -- ids
    _account as account,
    split_part(_key, '/', 1) as entity_type_id,
    substr(_key, strpos(_key, '/') + 1) as field_code,
    coalesce({{ bitrix24_text('"statusType"') }}, settings ->> 'ENTITY_TYPE') as status_list,

    -- strings
    {{ bitrix24_text('type') }} as field_type,
    -- a label of a form or a list stands for a title that only repeats the code
    coalesce(
        nullif({{ bitrix24_text('btrim(title)') }}, "upperName"),
        {{ bitrix24_text('btrim("formLabel")') }},
        {{ bitrix24_text('btrim("listLabel")') }},
        {{ bitrix24_text('btrim(title)') }}
    ) as field_title,

    -- booleans
    coalesce({{ bitrix24_flag('"isDynamic"') }}, false) as is_custom,
    coalesce({{ bitrix24_flag('"isMultiple"') }}, false) as is_multiple,
    coalesce({{ bitrix24_flag('"isRequired"') }}, false) as is_required,
    coalesce({{ bitrix24_flag('"isReadOnly"') }}, false) as is_read_only,
    coalesce({{ bitrix24_flag('"isImmutable"') }}, false) as is_immutable,
    coalesce({{ bitrix24_flag('"isDeprecated"') }}, false) as is_deprecated,

    -- lists
    case when jsonb_typeof(settings) = 'object' then settings else '{}'::jsonb end as settings,
    {{ bitrix24_list('items') }} as options,

    -- technical
    _deleted_at,
    _extracted_at
from source
