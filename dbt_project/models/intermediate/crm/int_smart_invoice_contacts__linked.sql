{{ config(materialized='view') }}
{{
    bitrix24_links(
        'stg_bitrix24__smart_invoices', 'smart_invoice_id', 'contact_ids', 'contact_id'
    )
}}
