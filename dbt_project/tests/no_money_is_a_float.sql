-- No column between the landing and the marts is a float: a sum of floats is off by kopecks.
-- Asked when the reports are built, with everything before them.
-- depends_on: {{ ref('report_ad_payback') }}
-- depends_on: {{ ref('report_manager_kpis') }}
select
    attributes.attrelid::regclass::text as relation,
    attributes.attname as column_name
from pg_attribute as attributes
inner join pg_class as relations
    on attributes.attrelid = relations.oid
inner join pg_namespace as schemas
    on relations.relnamespace = schemas.oid
where
    schemas.nspname in ('staging', 'intermediate', 'marts_build')
    and relations.relkind in ('r', 'v')
    and attributes.attnum > 0
    and not attributes.attisdropped
    and attributes.atttypid in ('float4'::regtype, 'float8'::regtype)
    and attributes.attname ~ '(amount|cost|price|spend|revenue|sum)'
