{{ bitrix24_product_rows('lead_product_rows', 'stg_bitrix24__leads', 'lead_id') }}
