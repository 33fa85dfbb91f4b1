with source as (

    select
        landed._account,
        landed._deleted_at,
        landed._extracted_at,
        payload.*
    from {{ source('bitrix24', 'invoices') }} as landed
    cross join lateral jsonb_to_record(landed._payload) as payload (
        "ID" text,
        "STATUS_ID" text,
        "RESPONSIBLE_ID" text,
        "CREATED_BY" text,
        "EMP_STATUS_ID" text,
        "EMP_PAYED_ID" text,
        "UF_DEAL_ID" text,
        "UF_QUOTE_ID" text,
        "UF_COMPANY_ID" text,
        "UF_CONTACT_ID" text,
        "UF_MYCOMPANY_ID" text,
        "PERSON_TYPE_ID" text,
        "PAY_SYSTEM_ID" text,
        "PR_LOCATION" text,
        "XML_ID" text,
        "ORDER_TOPIC" text,
        "ACCOUNT_NUMBER" text,
        "PAY_VOUCHER_NUM" text,
        "CURRENCY" text,
        "PRICE" text,
        "TAX_VALUE" text,
        "PAYED" text,
        "IS_RECURRING" text,
        "DATE_INSERT" text,
        "DATE_UPDATE" text,
        "DATE_STATUS" text,
        "DATE_PAYED" text,
        "DATE_MARKED" text,
        "DATE_BILL" text,
        "DATE_PAY_BEFORE" text,
        "PAY_VOUCHER_DATE" text
    )

)

select
    -- ids
    _account as account,
    "ID" as invoice_id,
    {{ bitrix24_text('"STATUS_ID"') }} as stage_id,
    {{ bitrix24_id('"RESPONSIBLE_ID"') }} as responsible_id,
    {{ bitrix24_id('"CREATED_BY"') }} as created_by_id,
    {{ bitrix24_id('"EMP_STATUS_ID"') }} as status_changed_by_id,
    {{ bitrix24_id('"EMP_PAYED_ID"') }} as paid_by_id,
    {{ bitrix24_id('"UF_DEAL_ID"') }} as deal_id,
    {{ bitrix24_id('"UF_QUOTE_ID"') }} as quote_id,
    {{ bitrix24_id('"UF_COMPANY_ID"') }} as company_id,
    {{ bitrix24_id('"UF_CONTACT_ID"') }} as contact_id,
    {{ bitrix24_id('"UF_MYCOMPANY_ID"') }} as own_company_id,
    {{ bitrix24_id('"PERSON_TYPE_ID"') }} as payer_type_id,
    {{ bitrix24_id('"PAY_SYSTEM_ID"') }} as payment_form_id,
    {{ bitrix24_id('"PR_LOCATION"') }} as location_id,
    {{ bitrix24_text('"XML_ID"') }} as xml_id,

    -- strings
    {{ bitrix24_text('btrim("ORDER_TOPIC")') }} as invoice_title,
    {{ bitrix24_text('"ACCOUNT_NUMBER"') }} as invoice_number,
    {{ bitrix24_text('"PAY_VOUCHER_NUM"') }} as payment_document_number,
    {{ bitrix24_text('"CURRENCY"') }} as currency_code,

    -- numerics
    coalesce({{ bitrix24_number('"PRICE"') }}, 0) as invoice_amount,
    {{ bitrix24_number('"TAX_VALUE"') }} as tax_amount,

    -- booleans
    {{ bitrix24_flag('"PAYED"') }} as is_paid,
    coalesce({{ bitrix24_flag('"IS_RECURRING"') }}, false) as is_recurring_template,

    -- instants and days; a day is taken as written, its clock time is only the portal's midnight
    {{ bitrix24_at('"DATE_INSERT"') }} as created_at,
    {{ bitrix24_at('"DATE_UPDATE"') }} as updated_at,
    {{ bitrix24_at('"DATE_STATUS"') }} as status_changed_at,
    {{ bitrix24_at('"DATE_PAYED"') }} as paid_at,
    {{ bitrix24_at('"DATE_MARKED"') }} as declined_at,
    {{ bitrix24_on('"DATE_BILL"') }} as begin_on,
    {{ bitrix24_on('"DATE_PAY_BEFORE"') }} as pay_before_on,
    {{ bitrix24_on('"PAY_VOUCHER_DATE"') }} as paid_on,

    -- technical
    _deleted_at,
    _extracted_at
from source
