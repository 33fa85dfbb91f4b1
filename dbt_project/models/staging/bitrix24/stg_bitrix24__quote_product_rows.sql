{{ bitrix24_product_rows('quote_product_rows', 'stg_bitrix24__quotes', 'quote_id') }}
