-- A model that is not offered has no rows in the facts: Markov's, until a month has enough wins
-- behind it.
select
    {{ surrogate_key(["'attribution_model'", 'attribution_model_code']) }} as attribution_model_key,
    attribution_model_code,
    attribution_model_name_ru,
    attribution_model_name_en,
    is_default,
    attribution_model_code <> 'markov'
    or exists (select 1 from {{ ref('int_markov_effects__frozen') }}) as is_offered,
    sort_order
from {{ ref('attribution_models') }}
