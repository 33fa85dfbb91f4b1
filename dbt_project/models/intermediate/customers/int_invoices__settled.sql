-- Smart invoices and the old ones under one head, each with what became of it and, where it is
-- paid, with the moment of the payment: of a smart invoice the last entry into success, else its
-- last move; of an old one the day of the payment's document, else the moment of the mark.
with entries as (

    select
        account,
        record_id,
        max(entered_at) filter (where stage_semantic = 'S') as paid_at,
        (array_agg(stage_id order by entry_no desc))[1] as last_stage_id,
        (array_agg(stage_semantic order by entry_no desc))[1] as last_stage_semantic
    from {{ ref('int_stage_entries__unioned') }}
    where entity_type_id = '31'
    group by account, record_id

),

smart as (

    select
        invoices.account,
        invoices.smart_invoice_id as invoice_id,
        invoices.invoice_number,
        invoices.deal_id,
        invoices.company_id,
        invoices.contact_id,
        invoices.responsible_id,
        invoices.stage_id,
        coalesce(stages.stage_name, invoices.stage_id) as stage_name,
        coalesce(
            stages.stage_semantic,
            case
                when entries.last_stage_id = invoices.stage_id then entries.last_stage_semantic
            end,
            'P'
        ) as stage_semantic,
        invoices.invoice_amount,
        invoices.currency_code,
        invoices.created_at,
        invoices.pay_before_on,
        coalesce(entries.paid_at, invoices.moved_at) as paid_at,
        (
            coalesce(entries.paid_at, invoices.moved_at) at time zone {{ company_timezone() }}
        )::date as paid_on,
        case
            when entries.paid_at is not null then 'stage_history'
            when invoices.moved_at is not null then 'moved_time'
            else 'unknown'
        end as paid_at_method
    from {{ ref('stg_bitrix24__smart_invoices') }} as invoices
    left join {{ ref('int_stages__listed') }} as stages
        on
            invoices.account = stages.account
            and stages.entity_type_id = '31'
            and invoices.stage_id = stages.stage_id
    left join entries
        on
            invoices.account = entries.account
            and invoices.smart_invoice_id = entries.record_id
    where invoices._deleted_at is null and not invoices.is_recurring_template

),

old as (

    select
        invoices.account,
        invoices.invoice_id,
        invoices.invoice_number,
        invoices.deal_id,
        invoices.company_id,
        invoices.contact_id,
        invoices.responsible_id,
        invoices.stage_id,
        coalesce(stages.stage_name, invoices.stage_id) as stage_name,
        case
            when coalesce(invoices.is_paid, stages.stage_semantic = 'S') then 'S'
            when stages.stage_semantic = 'F' then 'F'
            else 'P'
        end as stage_semantic,
        invoices.invoice_amount,
        invoices.currency_code,
        invoices.created_at,
        invoices.pay_before_on,
        coalesce(
            invoices.paid_on::timestamp at time zone {{ company_timezone() }},
            invoices.paid_at,
            invoices.status_changed_at
        ) as paid_at,
        coalesce(
            invoices.paid_on,
            (
                coalesce(invoices.paid_at, invoices.status_changed_at)
                at time zone {{ company_timezone() }}
            )::date
        ) as paid_on,
        case
            when invoices.paid_on is not null then 'payment_document'
            when invoices.paid_at is not null then 'paid_mark'
            when invoices.status_changed_at is not null then 'moved_time'
            else 'unknown'
        end as paid_at_method
    from {{ ref('stg_bitrix24__invoices') }} as invoices
    left join {{ ref('int_stages__listed') }} as stages
        on
            invoices.account = stages.account
            and stages.entity_type_id = '5'
            and invoices.stage_id = stages.stage_id
    where invoices._deleted_at is null and not invoices.is_recurring_template

),

unioned as (

    select
        'smart' as invoice_kind_code,
        smart.*
    from smart
    union all
    select
        'old' as invoice_kind_code,
        old.*
    from old

)

select
    {{ surrogate_key(["'invoice'", 'invoice_kind_code', 'account', 'invoice_id']) }} as invoice_key,
    account,
    invoice_kind_code,
    invoice_id,
    invoice_number,
    deal_id,
    company_id,
    contact_id,
    responsible_id,
    stage_id,
    stage_name,
    case stage_semantic when 'S' then 'paid' when 'F' then 'declined' else 'open' end
        as invoice_state_code,
    invoice_amount,
    currency_code,
    created_at,
    (created_at at time zone {{ company_timezone() }})::date as created_on,
    pay_before_on,
    stage_semantic = 'S' as is_paid,
    case when stage_semantic = 'S' then paid_at end as paid_at,
    case when stage_semantic = 'S' then paid_on end as paid_on,
    case when stage_semantic = 'S' then paid_at_method end as paid_at_method
from unioned
