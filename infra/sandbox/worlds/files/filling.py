"""Puts a company that is given as files where the sandbox serves it from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from infra.sandbox import ledger
from infra.sandbox.ledger import CampaignKey, SpendFact
from infra.sandbox.store import GoogleDay, Store
from infra.sandbox.worlds import advertising, info
from infra.sandbox.worlds.advertising import Rule, SpendLine
from infra.sandbox.worlds.files import portal, records
from infra.sandbox.worlds.files.definition import Definition
from infra.sandbox.worlds.files.facts import campaign_key, facts_of, spend_channel, spend_facts
from infra.sandbox.worlds.files.records import Company, SpendRow
from infra.sandbox.worlds.info import GOOGLE_ADS, MICROS

_FIRST_USER = 11


def build(definition: Definition, data: Path, folder: Path) -> None:
    """Read the files, write the ledger, then all that is served.

    Raises:
        WorldFileError: the data is not as the world file says.
    """
    company = records.read(definition, data)
    users = dict(zip(company.owners(), range(_FIRST_USER, 10**6), strict=False))
    ids = _campaign_ids(definition, company.spend)
    spend = _reportable(definition, company, ids)
    names = {
        campaign_key(definition, row.source, row.campaign, ids): row.campaign
        for row in company.spend
    }
    facts = facts_of(definition, company, users, spend, names)
    ledger.write(folder / "ledger.json", ledger.compute(facts))
    with Store.create(folder / "store.sqlite") as store:
        _describe(store, definition)
        portal.add_dictionaries(store, definition, users)
        portal.add_records(store, definition, company, users)
        if definition.google_ads is not None:
            _add_google(store, definition, spend, names)
        store.settle()
    _write_files(folder, definition, company.spend)


def _campaign_ids(definition: Definition, spend: Sequence[SpendRow]) -> dict[str, str]:
    """The export has only names of Google's campaigns; ids are given in their order."""
    if definition.google_ads is None:
        return {}
    names = sorted({r.campaign for r in spend if definition.sources[r.source].spend == GOOGLE_ADS})
    first = definition.google_ads.first_campaign_id
    return {name: str(first + number) for number, name in enumerate(names)}


def _reportable(
    definition: Definition, company: Company, ids: Mapping[str, str]
) -> list[SpendFact]:
    """Campaign-days as platforms report them: Google Ads has no row for a day of zeros."""
    facts = spend_facts(definition, company.spend, ids)
    silent = {
        (fact.campaign, fact.day)
        for fact in facts
        if fact.campaign.platform == GOOGLE_ADS
        and not (fact.spend or fact.impressions or fact.clicks)
    }
    company.left_out["spend", "nothing_happened"] += sum(
        (campaign_key(definition, row.source, row.campaign, ids), row.day) in silent
        for row in company.spend
    )
    return [fact for fact in facts if (fact.campaign, fact.day) not in silent]


def _describe(store: Store, definition: Definition) -> None:
    evening = datetime.combine(definition.as_of + timedelta(days=1), time(4))
    google = definition.google_ads
    store.set_meta(
        info.meta(
            definition.info,
            now=evening.replace(tzinfo=ZoneInfo(definition.timezone)).astimezone(UTC),
            portal_mode=2,
            google_customer_id=None if google is None else google.customer_id,
        )
    )


def _add_google(
    store: Store,
    definition: Definition,
    spend: Sequence[SpendFact],
    names: Mapping[CampaignKey, str],
) -> None:
    google = definition.google_ads
    if google is None:
        return
    store.add_google(
        customers=(
            (
                customer_id,
                manager_id,
                advertising.google_customer(
                    customer_id=customer_id,
                    name=definition.title,
                    currency=definition.currency,
                    timezone=definition.timezone,
                    is_manager=manager_id is None,
                ),
            )
            for customer_id, manager_id in (
                (google.manager_id, None),
                (google.customer_id, google.manager_id),
            )
        ),
        campaigns=(
            (
                key.account,
                key.campaign_id,
                advertising.google_campaign(
                    customer_id=key.account, campaign_id=key.campaign_id, name=name, kind="SEARCH"
                ),
            )
            for key, name in sorted(names.items(), key=lambda pair: pair[0].campaign_id)
            if key.platform == GOOGLE_ADS
        ),
        days=_google_days(spend),
    )


def _google_days(spend: Sequence[SpendFact]) -> Iterator[GoogleDay]:
    for fact in spend:
        if fact.campaign.platform == GOOGLE_ADS:
            yield GoogleDay(
                customer_id=fact.campaign.account,
                campaign_id=fact.campaign.campaign_id,
                day=fact.day,
                cost_micros=int(fact.spend * MICROS),
                impressions=fact.impressions,
                clicks=fact.clicks,
                interactions=fact.clicks,
                conversions="0.0",
                conversions_value="0.0",
            )


def _write_files(folder: Path, definition: Definition, spend: Sequence[SpendRow]) -> None:
    lines = [
        SpendLine(
            day=row.day,
            platform=row.source,
            account=definition.spend.account,
            campaign=row.campaign,
            ad_group=row.ad_group,
            ad=row.ad,
            impressions=row.impressions,
            clicks=row.clicks,
            spend=row.spend,
            currency=definition.currency,
            channel=spend_channel(definition, row.source),
        )
        for row in spend
        if definition.spend is not None and definition.sources[row.source].spend == "csv"
    ]
    files = {row.platform: f"{definition.sources[row.platform].code.lower()}.csv" for row in lines}
    advertising.write_spend(folder / "csv_spend", advertising.by_platform(lines, files))
    rules = (
        Rule(channel_code=source.channel, source_id=source.code)
        for source in definition.sources.values()
        if source.channel is not None
    )
    advertising.write_rules(folder / "company", rules)
