"""What is asked in Google's query language, and what a row of each answer has to hold.

Names: developers.google.com/google-ads/api/fields/v26. The names of the resources are left out of
the rows, because they repeat the ids.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

import msgspec

from connectors.stream import Days

_WITHOUT_NAMES = " PARAMETERS omit_unselected_resource_names=true"
_CUSTOMER = (
    "customer.id, customer.descriptive_name, customer.currency_code, customer.time_zone, "
    "customer.manager, customer.test_account, customer.status, customer.auto_tagging_enabled"
)
_CAMPAIGN = "campaign.id, campaign.name, campaign.status, campaign.advertising_channel_type"
_METRICS = (
    "metrics.cost_micros, metrics.impressions, metrics.clicks, metrics.interactions, "
    "metrics.conversions, metrics.conversions_value"
)

Digits = Annotated[str, msgspec.Meta(pattern=r"^[0-9]+\Z")]
Whole = Annotated[str, msgspec.Meta(pattern=r"^-?[0-9]+\Z")]


class _Shape(msgspec.Struct, frozen=True, rename="camel"):
    """Part of a row. What has no default has to come; more may come, minor versions add fields."""


class Customer(_Shape, frozen=True):
    """The customer of a row."""

    id: Digits
    manager: bool = False
    currency_code: str | None = None


class Campaign(_Shape, frozen=True):
    """The campaign of a row."""

    id: Digits


class Segments(_Shape, frozen=True):
    """The day of a row."""

    date: date


class Metrics(_Shape, frozen=True):
    """The figures of a row: int64 comes as text, double as a number; zero may be left out."""

    cost_micros: Whole = "0"
    impressions: Whole = "0"
    clicks: Whole = "0"


class CustomerRow(_Shape, frozen=True):
    """One customer."""

    customer: Customer


class ClientRow(_Shape, frozen=True):
    """One customer under a manager, or the manager itself."""

    customer_client: Customer


class CampaignRow(_Shape, frozen=True):
    """One campaign."""

    customer: Customer
    campaign: Campaign


class CampaignDayRow(_Shape, frozen=True):
    """One campaign's day."""

    customer: Customer
    campaign: Campaign
    segments: Segments
    metrics: Metrics


class CustomerDayRow(_Shape, frozen=True):
    """One customer's day."""

    customer: Customer
    segments: Segments
    metrics: Metrics


Row = CustomerRow | ClientRow | CampaignRow | CampaignDayRow | CustomerDayRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One question.

    Args:
        select: the fields.
        resource: what follows FROM.
        shape: what a row has to hold.
        key: the identity of a row, at the grain of the query.
        is_single: whether the answer is one row, always.
    """

    select: str
    resource: str
    shape: type[Row]
    key: Callable[[Any], str]
    is_single: bool = False

    def gaql(self, days: Days | None = None) -> str:
        """Return the query's text, over some days or without regard to days."""
        where = f" WHERE segments.date BETWEEN '{days.first}' AND '{days.last}'" if days else ""
        return f"SELECT {self.select} FROM {self.resource}{where}{_WITHOUT_NAMES}"


def _of_customer(row: CustomerRow) -> str:
    return row.customer.id


def _of_client(row: ClientRow) -> str:
    return row.customer_client.id


def _of_campaign(row: CampaignRow) -> str:
    return f"{row.customer.id}|{row.campaign.id}"


def _of_campaign_day(row: CampaignDayRow) -> str:
    return f"{row.customer.id}|{row.campaign.id}|{row.segments.date}"


def _of_customer_day(row: CustomerDayRow) -> str:
    return f"{row.customer.id}|{row.segments.date}"


CUSTOMERS = Query(
    select=_CUSTOMER,
    resource="customer",
    shape=CustomerRow,
    key=_of_customer,
    is_single=True,
)
CLIENTS = Query(
    select="customer_client.id, customer_client.manager, customer_client.status",
    resource="customer_client",
    shape=ClientRow,
    key=_of_client,
)
"""All customers under a manager at any depth, the manager itself among them."""

CAMPAIGNS = Query(
    select=f"customer.id, {_CAMPAIGN}, campaign.start_date_time, campaign.end_date_time",
    resource="campaign",
    shape=CampaignRow,
    key=_of_campaign,
)
CAMPAIGN_DAYS = Query(
    select=(
        f"customer.id, customer.currency_code, customer.time_zone, {_CAMPAIGN}, segments.date, "
        f"{_METRICS}"
    ),
    resource="campaign",
    shape=CampaignDayRow,
    key=_of_campaign_day,
)
CUSTOMER_DAYS = Query(
    select="customer.id, customer.currency_code, segments.date, metrics.cost_micros",
    resource="customer",
    shape=CustomerDayRow,
    key=_of_customer_day,
)
"""Google's own totals of a customer's day."""
