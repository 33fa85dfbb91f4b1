{{
    bitrix24_product_rows(
        'smart_invoice_product_rows', 'stg_bitrix24__smart_invoices', 'smart_invoice_id'
    )
}}
