-- Every path shared out by every model that is offered, in whole millionths. Markov goes by the fit
-- of the month in which the record was created, what is older than all fits by the first one, so
-- that a later month changes nothing. What gets nothing has no row.
with fits as (

    select
        fitted_on,
        coalesce(lead(fitted_on) over (order by fitted_on), date 'infinity') as next_fitted_on,
        lag(fitted_on) over (order by fitted_on) is null as is_first
    from (select distinct fitted_on from {{ ref('int_markov_effects__frozen') }}) as fitted

),

paths as (

    select
        paths.record_key as path_id,
        paths.touch_no,
        paths.channel_code,
        paths.seconds_before_conversion,
        {{ is_direct('paths.channel_code') }} as is_direct,
        effects.removal_effect
    from {{ ref('int_paths__matched') }} as paths
    inner join {{ ref('int_crm_records__classified') }} as records
        on paths.record_key = records.record_key
    left join fits
        on
            records.created_on < fits.next_fitted_on
            and (records.created_on >= fits.fitted_on or fits.is_first)
    left join {{ ref('int_markov_effects__frozen') }} as effects
        on fits.fitted_on = effects.fitted_on and paths.channel_code = effects.channel_code

),

weights as (

    {{ attribution_weights('paths', attribution_models()) | indent(4) }}

),

offered as (

    select *
    from weights
    where attribution_model_code <> 'markov' or exists (select 1 from fits)

),

whole as (

    {{ apportioned('offered', '1000000', 'weight_micros') | indent(4) }}

)

select
    path_id as record_key,
    touch_no,
    attribution_model_code,
    weight_micros
from whole
where weight_micros > 0
