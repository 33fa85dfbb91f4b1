{{ custom_fields_gathered('stg_bitrix24__smart_invoices', 'smart_invoice_id', kind='31') }}
