{{ config(materialized='view') }}
{{ bitrix24_links('stg_bitrix24__leads', 'lead_id', 'contact_ids', 'contact_id') }}
