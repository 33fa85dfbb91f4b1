"""What is asked in Google's query language.

Names: developers.google.com/google-ads/api/fields/v26. The names of the resources are left out of
the rows, because they repeat the ids. Averages and rates are not asked for: they do not add up.
"""

from __future__ import annotations

from dataclasses import dataclass

from connectors.google_ads.rows import (
    AdDayRow,
    AdGroupDayRow,
    AdGroupRow,
    AdRow,
    CampaignDayRow,
    CampaignRow,
    ClickRow,
    ClientRow,
    ConversionDayRow,
    CustomerDayRow,
    CustomerRow,
    KeywordDayRow,
    Row,
)
from connectors.stream import Days

_WITHOUT_NAMES = " PARAMETERS omit_unselected_resource_names=true"
_CUSTOMER = (
    "customer.id, customer.descriptive_name, customer.currency_code, customer.time_zone, "
    "customer.manager, customer.test_account, customer.status, customer.auto_tagging_enabled"
)
_OF_CUSTOMER = "customer.id, customer.currency_code, customer.time_zone"
_CAMPAIGN = "campaign.id, campaign.name, campaign.status, campaign.advertising_channel_type"
_AD_GROUP = "ad_group.id, ad_group.name, ad_group.status, ad_group.type"
_AD = "ad_group_ad.ad.id, ad_group_ad.ad.name, ad_group_ad.ad.type, ad_group_ad.status"
_KEYWORD = (
    "ad_group_criterion.criterion_id, ad_group_criterion.keyword.text, "
    "ad_group_criterion.keyword.match_type, ad_group_criterion.status"
)
_METRICS = (
    "metrics.cost_micros, metrics.impressions, metrics.clicks, metrics.interactions, "
    "metrics.conversions, metrics.conversions_value"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One question.

    Args:
        select: the fields.
        resource: what follows FROM.
        shape: what a row has to hold; says what a row's identity is.
        is_single: whether the answer is one row, always.
        is_daily: whether one question covers one day only.
    """

    select: str
    resource: str
    shape: type[Row]
    is_single: bool = False
    is_daily: bool = False

    def gaql(self, days: Days | None = None) -> str:
        """Return the query's text, over some days or without regard to days."""
        return f"SELECT {self.select} FROM {self.resource}{self._where(days)}{_WITHOUT_NAMES}"

    def _where(self, days: Days | None) -> str:
        if days is None:
            return ""
        if self.is_daily:
            return f" WHERE segments.date = '{days.first}'"
        return f" WHERE segments.date BETWEEN '{days.first}' AND '{days.last}'"


CUSTOMERS = Query(select=_CUSTOMER, resource="customer", shape=CustomerRow, is_single=True)
CLIENTS = Query(
    select=(
        "customer_client.id, customer_client.manager, customer_client.status, "
        "customer_client.currency_code"
    ),
    resource="customer_client",
    shape=ClientRow,
)
"""All customers under a manager at any depth, the manager itself among them."""

CAMPAIGNS = Query(
    select=f"customer.id, {_CAMPAIGN}, campaign.start_date_time, campaign.end_date_time",
    resource="campaign",
    shape=CampaignRow,
)
AD_GROUPS = Query(
    select=f"customer.id, campaign.id, {_AD_GROUP}",
    resource="ad_group",
    shape=AdGroupRow,
)
ADS = Query(
    select=(
        f"customer.id, campaign.id, ad_group.id, {_AD}, ad_group_ad.ad.final_urls, "
        "ad_group_ad.ad.tracking_url_template, ad_group_ad.ad.final_url_suffix"
    ),
    resource="ad_group_ad",
    shape=AdRow,
)
CUSTOMER_DAYS = Query(
    select="customer.id, customer.currency_code, segments.date, metrics.cost_micros",
    resource="customer",
    shape=CustomerDayRow,
)
"""Google's own totals of a customer's day."""

CAMPAIGN_DAYS = Query(
    select=f"{_OF_CUSTOMER}, {_CAMPAIGN}, segments.date, {_METRICS}",
    resource="campaign",
    shape=CampaignDayRow,
)
AD_GROUP_DAYS = Query(
    select=f"{_OF_CUSTOMER}, {_CAMPAIGN}, {_AD_GROUP}, segments.date, {_METRICS}",
    resource="ad_group",
    shape=AdGroupDayRow,
)
AD_DAYS = Query(
    select=(
        f"{_OF_CUSTOMER}, campaign.id, campaign.name, ad_group.id, ad_group.name, {_AD}, "
        f"segments.date, {_METRICS}"
    ),
    resource="ad_group_ad",
    shape=AdDayRow,
)
KEYWORD_DAYS = Query(
    select=(
        f"{_OF_CUSTOMER}, campaign.id, campaign.name, ad_group.id, ad_group.name, {_KEYWORD}, "
        f"segments.date, {_METRICS}"
    ),
    resource="keyword_view",
    shape=KeywordDayRow,
)
CONVERSION_DAYS = Query(
    select=(
        f"{_OF_CUSTOMER}, campaign.id, campaign.name, segments.date, segments.conversion_action, "
        "segments.conversion_action_name, segments.conversion_action_category, "
        "metrics.conversions, metrics.conversions_value, metrics.all_conversions, "
        "metrics.all_conversions_value"
    ),
    resource="campaign",
    shape=ConversionDayRow,
)
"""Cost and clicks belong to no conversion action; Google refuses them beside that segment."""

CLICKS = Query(
    select=(
        "customer.id, click_view.gclid, click_view.ad_group_ad, click_view.keyword, "
        "click_view.keyword_info.text, click_view.keyword_info.match_type, campaign.id, "
        "ad_group.id, segments.date, segments.device, segments.ad_network_type, metrics.clicks"
    ),
    resource="click_view",
    shape=ClickRow,
    is_daily=True,
)
