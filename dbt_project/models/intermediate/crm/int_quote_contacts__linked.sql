{{ config(materialized='view') }}
{{ bitrix24_links('stg_bitrix24__quotes', 'quote_id', 'contact_ids', 'contact_id') }}
