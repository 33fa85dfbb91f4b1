"""A company given as files, as facts for the ledger. Store rows play no part here.

Which channel a deal has follows from the world file: its source's channel, else a deal that the
same contact made before, else unknown. A campaign is filled in where the deal's campaign mark,
normalised, is the name of exactly one campaign of that channel.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from urllib.parse import unquote

from infra.sandbox.ledger import (
    UNKNOWN,
    CampaignKey,
    DealFact,
    Facts,
    SpendFact,
    reporting,
)
from infra.sandbox.worlds.files.definition import Definition
from infra.sandbox.worlds.files.records import Company, Deal, SpendRow
from infra.sandbox.worlds.info import GOOGLE_ADS

PIPELINE = "0"
_PLACEHOLDERS = ("", "(not set)", "<не указано>")


def facts_of(
    definition: Definition,
    company: Company,
    users: Mapping[str, int],
    spend: Sequence[SpendFact],
    names: Mapping[CampaignKey, str],
) -> Facts:
    """State what a correct report must find; `names` are the campaigns' names."""
    first_deals = _first_deals(company.deals)
    campaigns = _by_name(definition, names)
    return Facts(
        reporting_currency=definition.currency,
        spend=spend,
        leads=[],
        deals=[_deal(definition, deal, users, first_deals, campaigns) for deal in company.deals],
        manager_names={str(user_id): name for name, user_id in users.items()},
        left_out=Counter(),
        not_loadable=company.left_out,
    )


def spend_facts(
    definition: Definition, rows: Sequence[SpendRow], campaign_ids: Mapping[str, str]
) -> list[SpendFact]:
    """Rows added up to campaign-days; a day is converted once, after adding up."""
    days: dict[tuple[str, str, str], list[SpendRow]] = defaultdict(list)
    for row in rows:
        days[row.source, row.campaign, row.day].append(row)
    facts: list[SpendFact] = []
    for (source_name, campaign, day), parts in sorted(days.items()):
        amount = sum((part.spend for part in parts), Decimal(0))
        facts.append(
            SpendFact(
                campaign=campaign_key(definition, source_name, campaign, campaign_ids),
                channel_code=spend_channel(definition, source_name),
                day=day,
                currency=definition.currency,
                spend=amount,
                spend_reporting=reporting(amount, Decimal(1)),
                impressions=sum(part.impressions for part in parts),
                clicks=sum(part.clicks for part in parts),
            )
        )
    return facts


def campaign_key(
    definition: Definition, source: str, campaign: str, campaign_ids: Mapping[str, str]
) -> CampaignKey:
    """How reports identify a campaign of a source."""
    if definition.sources[source].spend == GOOGLE_ADS and definition.google_ads is not None:
        return CampaignKey(
            platform=GOOGLE_ADS,
            account=definition.google_ads.customer_id,
            campaign_id=campaign_ids[campaign],
        )
    account = "" if definition.spend is None else definition.spend.account
    return CampaignKey(platform=source, account=account, campaign_id=campaign)


def normalised(mark: str | None) -> str | None:
    """A UTM value as it is compared; None for a placeholder or nothing."""
    text = unquote(unquote(mark or "")).replace("+", " ")
    text = unicodedata.normalize("NFKC", text).strip().lower()
    return None if text in _PLACEHOLDERS or re.fullmatch(r"\{.*\}", text) else text


def spend_channel(definition: Definition, source_name: str) -> str:
    """The channel that a source's spend belongs to."""
    source = definition.sources[source_name]
    if source.spend == GOOGLE_ADS:
        return GOOGLE_ADS
    return source.spend_channel or source.channel or UNKNOWN


def _by_name(
    definition: Definition, names: Mapping[CampaignKey, str]
) -> dict[tuple[str, str], set[CampaignKey]]:
    campaigns: dict[tuple[str, str], set[CampaignKey]] = defaultdict(set)
    for key, written in names.items():
        is_google = key.platform == GOOGLE_ADS
        channel = GOOGLE_ADS if is_google else spend_channel(definition, key.platform)
        name = normalised(written)
        if name is not None:
            campaigns[channel, name].add(key)
    return campaigns


def _first_deals(deals: Sequence[Deal]) -> dict[int, datetime]:
    first: dict[int, datetime] = {}
    for deal in deals:
        if deal.contact_id is not None:
            first[deal.contact_id] = min(first.get(deal.contact_id, deal.created), deal.created)
    return first


def _deal(
    definition: Definition,
    deal: Deal,
    users: Mapping[str, int],
    first_deals: Mapping[int, datetime],
    campaigns: Mapping[tuple[str, str], set[CampaignKey]],
) -> DealFact:
    source = definition.sources.get(deal.source or "")
    channel, method = UNKNOWN, "none"
    if source is not None and source.channel is not None:
        channel, method = source.channel, "crm_source"
    elif deal.contact_id is not None and first_deals[deal.contact_id] < deal.created:
        channel, method = "existing_base", "known_customer"
    named = campaigns.get((channel, normalised(deal.marks["campaign"]) or ""), set())
    is_won = deal.semantics == "S"
    won_month = None
    if is_won:
        won_month = UNKNOWN if deal.closed is None else f"{deal.closed:%Y-%m}"
    return DealFact(
        manager_id=str(users[deal.owner]) if deal.owner is not None else UNKNOWN,
        pipeline_id=PIPELINE,
        channel_code=channel,
        match_method=method,
        campaign=next(iter(named)) if len(named) == 1 else None,
        is_inquiry=True,
        won_month=won_month,
        won_at_method=("close_date" if deal.closed else UNKNOWN) if is_won else None,
        revenue_reporting=reporting(deal.amount, Decimal(1)) * is_won,
    )
