{{ config(materialized='view') }}
{{ bitrix24_links('stg_bitrix24__deals', 'deal_id', 'contact_ids', 'contact_id') }}
