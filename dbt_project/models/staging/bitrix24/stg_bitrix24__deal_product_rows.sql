{{ bitrix24_product_rows('deal_product_rows', 'stg_bitrix24__deals', 'deal_id') }}
