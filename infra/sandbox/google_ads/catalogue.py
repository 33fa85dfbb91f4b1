"""Resources and fields that are served, with their protobuf types.

Types decide the JSON spelling: int64 is a string, double a number, an enum its name.
"""

from __future__ import annotations

import re

from infra.sandbox.google_ads.answer import GoogleError
from infra.sandbox.google_ads.gaql import Query

INT64, DOUBLE, TEXT, BOOL = "int64", "double", "string", "bool"

METRICS = {
    "metrics.cost_micros": INT64,
    "metrics.impressions": INT64,
    "metrics.clicks": INT64,
    "metrics.interactions": INT64,
    "metrics.conversions": DOUBLE,
    "metrics.conversions_value": DOUBLE,
}
ACTION_METRICS = {
    "metrics.conversions": DOUBLE,
    "metrics.conversions_value": DOUBLE,
    "metrics.all_conversions": DOUBLE,
    "metrics.all_conversions_value": DOUBLE,
}
"""What may stand beside a conversion action: no cost and no click belongs to one."""
FIGURES = METRICS | ACTION_METRICS
ACTION = {
    "segments.conversion_action": TEXT,
    "segments.conversion_action_name": TEXT,
    "segments.conversion_action_category": TEXT,
}
CUSTOMER = {
    "customer.resource_name": TEXT,
    "customer.id": INT64,
    "customer.descriptive_name": TEXT,
    "customer.currency_code": TEXT,
    "customer.time_zone": TEXT,
    "customer.manager": BOOL,
    "customer.test_account": BOOL,
    "customer.status": TEXT,
    "customer.auto_tagging_enabled": BOOL,
}
CAMPAIGN = {
    "campaign.resource_name": TEXT,
    "campaign.id": INT64,
    "campaign.name": TEXT,
    "campaign.status": TEXT,
    "campaign.serving_status": TEXT,
    "campaign.advertising_channel_type": TEXT,
    "campaign.advertising_channel_sub_type": TEXT,
    "campaign.bidding_strategy_type": TEXT,
    "campaign.start_date_time": TEXT,
    "campaign.end_date_time": TEXT,
}
CUSTOMER_CLIENT = {
    "customer_client.resource_name": TEXT,
    "customer_client.client_customer": TEXT,
    "customer_client.id": INT64,
    "customer_client.level": INT64,
    "customer_client.hidden": BOOL,
    "customer_client.manager": BOOL,
    "customer_client.test_account": BOOL,
    "customer_client.status": TEXT,
    "customer_client.descriptive_name": TEXT,
    "customer_client.currency_code": TEXT,
    "customer_client.time_zone": TEXT,
}
AD_GROUP = {
    "ad_group.resource_name": TEXT,
    "ad_group.id": INT64,
    "ad_group.name": TEXT,
    "ad_group.status": TEXT,
    "ad_group.type": TEXT,
}
AD = {
    "ad_group_ad.resource_name": TEXT,
    "ad_group_ad.status": TEXT,
    "ad_group_ad.ad.id": INT64,
    "ad_group_ad.ad.name": TEXT,
    "ad_group_ad.ad.type": TEXT,
    "ad_group_ad.ad.final_urls": TEXT,
    "ad_group_ad.ad.tracking_url_template": TEXT,
    "ad_group_ad.ad.final_url_suffix": TEXT,
}
KEYWORD = {
    "keyword_view.resource_name": TEXT,
    "ad_group_criterion.resource_name": TEXT,
    "ad_group_criterion.criterion_id": INT64,
    "ad_group_criterion.status": TEXT,
    "ad_group_criterion.keyword.text": TEXT,
    "ad_group_criterion.keyword.match_type": TEXT,
}
CLICK = {
    "click_view.resource_name": TEXT,
    "click_view.gclid": TEXT,
    "click_view.ad_group_ad": TEXT,
    "click_view.keyword": TEXT,
    "click_view.keyword_info.text": TEXT,
    "click_view.keyword_info.match_type": TEXT,
    "click_view.page_number": INT64,
    "segments.device": TEXT,
    "segments.ad_network_type": TEXT,
    "segments.click_type": TEXT,
    "metrics.clicks": INT64,
}
DAY = "segments.date"
_BY_DAY = METRICS | {DAY: TEXT}
RESOURCES = {
    "customer": CUSTOMER | _BY_DAY,
    "campaign": CAMPAIGN | CUSTOMER | _BY_DAY | ACTION | ACTION_METRICS,
    "ad_group": AD_GROUP | CAMPAIGN | CUSTOMER | _BY_DAY,
    "ad_group_ad": AD | AD_GROUP | CAMPAIGN | CUSTOMER | _BY_DAY,
    "keyword_view": KEYWORD | AD_GROUP | CAMPAIGN | CUSTOMER | _BY_DAY,
    "click_view": CLICK | AD_GROUP | CAMPAIGN | CUSTOMER | {DAY: TEXT},
    "customer_client": CUSTOMER_CLIENT | CUSTOMER,
}
_EVERYTHING = {name for fields in RESOURCES.values() for name in fields}


def check(query: Query) -> None:
    """Refuse a query that names what its resource does not have.

    Raises:
        GoogleError: an unknown resource or field, a field of another resource, or a wrong date.
    """
    fields = RESOURCES.get(query.resource)
    if fields is None:
        message = f"Error in query: resource {query.resource} is not served."
        raise GoogleError(
            kind="queryError",
            code="BAD_RESOURCE_TYPE_IN_FROM_CLAUSE",
            message=message,
            field=query.resource,
        )
    named = [*query.select, *(condition.field for condition in query.where)]
    for name in [*named, *(name for name, _ in query.order)]:
        if name in fields:
            continue
        if name in _EVERYTHING:
            message = f"Cannot select or filter on the following field: '{name}'."
            code = "PROHIBITED_RESOURCE_TYPE_IN_SELECT_CLAUSE"
        else:
            message = f"Unrecognized field in the query: '{name}'."
            code = "UNRECOGNIZED_FIELD"
        raise GoogleError(kind="queryError", code=code, message=message, field=name)
    _check_dates(query)
    _check_action(query, named)


def _check_dates(query: Query) -> None:
    for condition in query.where:
        dates = condition.values if condition.field == DAY else ()
        if not all(re.fullmatch(r"\d{4}-\d{2}-\d{2}", value) for value in dates):
            message = "Invalid date format: expected yyyy-MM-dd."
            raise GoogleError(
                kind="queryError", code="INVALID_DATE_FORMAT", message=message, field=DAY
            )


def _check_action(query: Query, named: list[str]) -> None:
    if not splits_by_action(query):
        return
    for name in named:
        if name.startswith("metrics.") and name not in ACTION_METRICS:
            message = f"Cannot select '{name}' with segments of conversion actions."
            raise GoogleError(
                kind="queryError",
                code="PROHIBITED_SEGMENT_WITH_METRIC_IN_SELECT_OR_WHERE_CLAUSE",
                message=message,
                field=name,
            )


def splits_by_action(query: Query) -> bool:
    """Say whether each row is about one conversion action."""
    return any(name in ACTION for name in query.select)


def type_of(name: str) -> str:
    """Return the protobuf type of a served field."""
    for fields in RESOURCES.values():
        if name in fields:
            return fields[name]
    raise KeyError(name)
