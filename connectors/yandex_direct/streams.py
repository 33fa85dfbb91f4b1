"""The streams of Yandex Direct, as data."""

from __future__ import annotations

from datetime import timedelta

from connectors.stream import Stream, WriteMode
from connectors.yandex_direct.levels import (
    ACCOUNT_DAYS,
    AD_DAYS,
    AD_GROUP_DAYS,
    CAMPAIGN_DAYS,
    GOAL_DAYS,
    KEYWORD_DAYS,
)
from connectors.yandex_direct.objects import Listing

_CAMPAIGN_STATES = ("ARCHIVED", "CONVERTED", "ENDED", "OFF", "ON", "SUSPENDED")
_AD_STATES = ("ARCHIVED", "OFF", "OFF_BY_MONITORING", "ON", "SUSPENDED")
_AD_FIELDS = ("Id", "CampaignId", "AdGroupId", "Type", "Subtype", "State", "Status")

CAMPAIGNS = Listing(
    service="campaigns",
    member="Campaigns",
    fields={
        "FieldNames": (
            *("Id", "Name", "Type", "State", "Status", "StatusPayment"),
            *("StartDate", "EndDate", "Currency", "TimeZone", "ClientInfo"),
        ),
        "UnifiedCampaignFieldNames": ("CounterIds", "TrackingParams", "AttributionModel"),
    },
    criteria={"States": _CAMPAIGN_STATES},
)
"""Archived ones are asked for by name (yandex.com/dev/direct/doc/en/campaigns/get)."""

CAMPAIGN_IDS = Listing(
    service="campaigns",
    member="Campaigns",
    fields={"FieldNames": ("Id",)},
    criteria={"States": _CAMPAIGN_STATES},
)

AD_GROUPS = Listing(
    service="adgroups",
    member="AdGroups",
    fields={
        "FieldNames": (
            *("Id", "Name", "CampaignId", "Type", "Subtype", "Status", "ServingStatus"),
            "TrackingParams",
        ),
    },
    per_campaign=True,
)

ADS = Listing(
    service="ads",
    member="Ads",
    fields={
        "FieldNames": _AD_FIELDS,
        "TextAdFieldNames": ("Title", "Title2", "Text", "Href"),
        "ResponsiveAdFieldNames": ("Titles", "Texts", "Href"),
        "TextImageAdFieldNames": ("Href",),
        "TextAdBuilderAdFieldNames": ("Href",),
        "CpmBannerAdBuilderAdFieldNames": ("Href",),
    },
    criteria={"States": _AD_STATES},
    per_campaign=True,
)
"""The address that an ad leads to, whatever kind of ad it is."""


def _days(name: str, description: str, **request: object) -> Stream:
    return Stream(
        name=name,
        description=description,
        write=WriteMode.REPLACE_WINDOW,
        request=request,
        # Figures settle within three days; conversions come later, refunds of fraud later still.
        lookback=timedelta(days=7),
        weekly_lookback=timedelta(days=35),
        # Three years are served, counted from the first day of the month.
        history=timedelta(days=1095),
    )


def _listed(name: str, description: str, **request: object) -> Stream:
    return Stream(name=name, description=description, write=WriteMode.REPLACE_ALL, request=request)


STREAMS = (
    _listed("clients", "One record per advertiser, with the currency of its amounts."),
    _listed(
        "campaigns",
        "One record per campaign, archived and unified ones among them.",
        listing=CAMPAIGNS,
    ),
    _listed("ad_groups", "One record per ad group of a campaign.", listing=AD_GROUPS),
    _listed("ads", "One record per ad, with the address that it leads to.", listing=ADS),
    _days(
        "campaign_days",
        "One record per campaign and day in Moscow: cost with and without VAT in the advertiser's "
        "currency, impressions, clicks, conversions, revenue.",
        report=CAMPAIGN_DAYS,
        totals=ACCOUNT_DAYS,
    ),
    _days(
        "ad_group_days",
        "One record per ad group and day in Moscow; campaigns of the wizard have no group.",
        report=AD_GROUP_DAYS,
    ),
    _days(
        "ad_days",
        "One record per ad and day in Moscow; campaigns of the wizard have no ad.",
        report=AD_DAYS,
    ),
    _days(
        "keyword_days",
        "One record per ad group's criterion (a key phrase, an audience, autotargeting) and day in "
        "Moscow; campaigns of the wizard have none.",
        report=KEYWORD_DAYS,
    ),
    _days(
        "goal_days",
        "One record per campaign and day in Moscow: conversions and revenue of each goal of the "
        "setting GOALS.",
        report=GOAL_DAYS,
        of_goals=True,
    ),
)
