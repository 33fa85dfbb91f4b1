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
DAY = "segments.date"
RESOURCES = {
    "customer": CUSTOMER | METRICS | {DAY: TEXT},
    "campaign": CAMPAIGN | CUSTOMER | METRICS | {DAY: TEXT},
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
    for condition in query.where:
        dates = condition.values if condition.field == DAY else ()
        if not all(re.fullmatch(r"\d{4}-\d{2}-\d{2}", value) for value in dates):
            message = "Invalid date format: expected yyyy-MM-dd."
            raise GoogleError(
                kind="queryError", code="INVALID_DATE_FORMAT", message=message, field=DAY
            )


def type_of(name: str) -> str:
    """Return the protobuf type of a served field."""
    for fields in RESOURCES.values():
        if name in fields:
            return fields[name]
    raise KeyError(name)
