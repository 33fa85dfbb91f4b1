"""What a row of each answer has to hold, and its identity.

Names: developers.google.com/google-ads/api/fields/v26, in their REST spelling. Of a row only what
is named here is checked; whatever else was selected lands as it came.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

import msgspec

Digits = Annotated[str, msgspec.Meta(pattern=r"^[0-9]+\Z")]
Whole = Annotated[str, msgspec.Meta(pattern=r"^-?[0-9]+\Z")]
Word = Annotated[str, msgspec.Meta(pattern=r"^[^|\s]+\Z")]


class _Shape(msgspec.Struct, frozen=True, rename="camel"):
    """Part of a row. What has no default has to come; more may come, minor versions add fields."""


class Customer(_Shape, frozen=True):
    """The customer of a row."""

    id: Digits
    manager: bool = False
    test_account: bool = False
    auto_tagging_enabled: bool = False
    status: str = "ENABLED"
    currency_code: str | None = None


class Campaign(_Shape, frozen=True):
    """The campaign of a row."""

    id: Digits


class AdGroup(_Shape, frozen=True):
    """The ad group of a row."""

    id: Digits


class Ad(_Shape, frozen=True):
    """An ad, which may stand in several ad groups."""

    id: Digits


class AdGroupAd(_Shape, frozen=True):
    """An ad in one ad group."""

    ad: Ad


class AdGroupCriterion(_Shape, frozen=True):
    """A keyword in one ad group; its number is unique only there."""

    criterion_id: Digits


class ClickView(_Shape, frozen=True):
    """One click."""

    gclid: Word


class Segments(_Shape, frozen=True):
    """What a row is split by."""

    date: date


class ActionSegments(_Shape, frozen=True):
    """What a row is split by, an action being named as `customers/<id>/conversionActions/<id>`."""

    date: date
    conversion_action: Annotated[
        str, msgspec.Meta(pattern=r"^customers/[0-9]+/conversionActions/[0-9]+\Z")
    ]


class Metrics(_Shape, frozen=True):
    """The figures of a row: int64 comes as text, double as a number; zero may be left out."""

    cost_micros: Whole = "0"
    impressions: Whole = "0"
    clicks: Whole = "0"


class _OfCustomer(_Shape, frozen=True):
    """Anything that belongs to a customer."""

    customer: Customer

    @property
    def object_id(self) -> str:
        """Its id below the customer, empty for the customer itself."""
        return ""

    @property
    def day(self) -> date | None:
        """The day that it reports, None for what is about no day."""
        return None

    @property
    def key(self) -> str:
        """Its identity: `<customer>|<object>|<day>`, as far as it has them."""
        parts = (self.customer.id, self.object_id, self.day.isoformat() if self.day else "")
        return "|".join(part for part in parts if part)


class CustomerRow(_OfCustomer, frozen=True):
    """One customer."""


class ClientRow(_Shape, frozen=True):
    """One customer under a manager, or the manager itself."""

    customer_client: Customer

    @property
    def day(self) -> date | None:
        """No day."""
        return None

    @property
    def key(self) -> str:
        """The customer's number."""
        return self.customer_client.id


class CampaignRow(_OfCustomer, frozen=True):
    """One campaign."""

    campaign: Campaign

    @property
    def object_id(self) -> str:
        """The campaign's number."""
        return self.campaign.id


class AdGroupRow(_OfCustomer, frozen=True):
    """One ad group."""

    campaign: Campaign
    ad_group: AdGroup

    @property
    def object_id(self) -> str:
        """The ad group's number."""
        return self.ad_group.id


class AdRow(AdGroupRow, frozen=True):
    """One ad in one ad group."""

    ad_group_ad: AdGroupAd

    @property
    def object_id(self) -> str:
        """Both numbers, as in Google's own resource name."""
        return f"{self.ad_group.id}~{self.ad_group_ad.ad.id}"


class CustomerDayRow(_OfCustomer, frozen=True):
    """One customer's day."""

    segments: Segments
    metrics: Metrics

    @property
    def day(self) -> date:
        """The reported day."""
        return self.segments.date


class CampaignDayRow(CustomerDayRow, frozen=True):
    """One campaign's day."""

    campaign: Campaign

    @property
    def object_id(self) -> str:
        """The campaign's number."""
        return self.campaign.id


class AdGroupDayRow(CampaignDayRow, frozen=True):
    """One ad group's day."""

    ad_group: AdGroup

    @property
    def object_id(self) -> str:
        """The ad group's number."""
        return self.ad_group.id


class AdDayRow(AdGroupDayRow, frozen=True):
    """One day of an ad in an ad group."""

    ad_group_ad: AdGroupAd

    @property
    def object_id(self) -> str:
        """Both numbers, as in Google's own resource name."""
        return f"{self.ad_group.id}~{self.ad_group_ad.ad.id}"


class KeywordDayRow(AdGroupDayRow, frozen=True):
    """One day of a keyword in an ad group."""

    ad_group_criterion: AdGroupCriterion

    @property
    def object_id(self) -> str:
        """Both numbers, as in Google's own resource name."""
        return f"{self.ad_group.id}~{self.ad_group_criterion.criterion_id}"


class ConversionDayRow(_OfCustomer, frozen=True):
    """One day of what a campaign brought of one conversion action."""

    campaign: Campaign
    segments: ActionSegments

    @property
    def object_id(self) -> str:
        """The numbers of the campaign and of the action."""
        return f"{self.campaign.id}~{self.segments.conversion_action.rpartition('/')[2]}"

    @property
    def day(self) -> date:
        """The reported day: that of the click, not of the conversion."""
        return self.segments.date


class ClickRow(_OfCustomer, frozen=True):
    """One click."""

    click_view: ClickView
    segments: Segments

    @property
    def object_id(self) -> str:
        """Google's id of the click."""
        return self.click_view.gclid

    @property
    def day(self) -> date:
        """The day of the click."""
        return self.segments.date


Row = (
    CustomerRow
    | ClientRow
    | CampaignRow
    | AdGroupRow
    | AdRow
    | CustomerDayRow
    | CampaignDayRow
    | AdGroupDayRow
    | AdDayRow
    | KeywordDayRow
    | ConversionDayRow
    | ClickRow
)
