"""Puts the demo company's history where the sandbox serves it from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from infra.sandbox import call_ledger, ledger, performance_ledger, trade_ledger
from infra.sandbox.cbr import rates
from infra.sandbox.ledger import CampaignKey, SpendFact
from infra.sandbox.store import COMPANY, CONTACT, DEAL, LEAD, GoogleDay, Store, YandexDay
from infra.sandbox.worlds import advertising, info
from infra.sandbox.worlds.advertising import SpendLine
from infra.sandbox.worlds.demo import (
    company,
    direct_details,
    google_details,
    intentions,
    items,
    marketing,
    own_fields,
    tracker_payloads,
    tracking,
    trade_filling,
    vk_spend,
)
from infra.sandbox.worlds.demo.facts import facts_of
from infra.sandbox.worlds.demo.history import History, chance, live
from infra.sandbox.worlds.demo.level_facts import level_facts
from infra.sandbox.worlds.demo.marketing import Campaign
from infra.sandbox.worlds.demo.numbering import organisations
from infra.sandbox.worlds.demo.records import Lead
from infra.sandbox.worlds.demo.signals import COMPANY_RULES
from infra.sandbox.worlds.demo.trade_facts import trade_facts

INFO = info.WorldInfo(
    name=company.NAME,
    as_of=company.AS_OF,
    timezone=company.TIMEZONE,
    reporting_currency=company.BASE_CURRENCY,
    first_day=company.FIRST_DAY,
)
_LONGEST_HOLIDAYS = timedelta(days=14)
_BY_KEY = {campaign.key: campaign for campaign in marketing.CAMPAIGNS}


def build(folder: Path) -> None:
    """Write the ledger first, then all that is served."""
    history = live()
    calls = history.sales.calls
    seen = tracking.sights(calls)
    google, yandex = list(_google_days(history.spend)), list(_yandex_days(history.spend))
    answers = (
        ledger.compute(facts_of(history.sales, history.spend))
        | trade_ledger.sections(trade_facts(history.sales, history.papers, history.talks))
        | performance_ledger.sections(history.spend, level_facts(google, yandex))
        | call_ledger.sections(tracking.call_facts(calls, seen))
    )
    ledger.write(folder / "ledger.json", answers)
    with Store.create(folder / "store.sqlite") as store:
        store.set_meta(
            info.meta(
                INFO,
                now=company.NOW,
                portal_mode=1,
                google_customer_id=marketing.GOOGLE_CUSTOMER,
            )
            | tracker_payloads.META
        )
        _add_dictionaries(store)
        told = _add_records(store, history)
        tracker_payloads.add(store, seen, history.sales.leads, told)
        _add_google(store, google, history.sales.leads)
        _add_yandex(store, yandex)
        vk_spend.add(store)
        _add_rates(store)
        store.settle()
    lines = [_line(fact) for fact in history.spend if fact.campaign.platform in marketing.CSV_FILES]
    lines.sort(key=lambda line: (line.day, line.platform, line.account, line.campaign))
    files = advertising.by_platform(lines, marketing.CSV_FILES)
    advertising.write_spend(folder / "csv_spend", files)
    advertising.write_rules(folder / "company", COMPANY_RULES)
    advertising.write_plan(folder / "company", intentions.plan())
    advertising.write_actions(folder / "company", intentions.ACTIONS)


def _add_dictionaries(store: Store) -> None:
    more = trade_filling.dictionaries()
    store.add_dictionary("user", company.users())
    store.add_dictionary("department", company.DEPARTMENTS)
    store.add_dictionary("status", company.statuses() + more["status"])
    store.add_dictionary("category", company.pipelines() + more["category"])
    store.add_dictionary("currency", company.currencies())
    store.add_dictionary("type", more["type"])
    store.add_dictionary("field", more["field"])


def _add_records(store: Store, history: History) -> dict[int, dict[str, Any]]:
    """Write what the portal serves, and return its calls by their numbers."""
    rng, own = chance(2), chance(7)
    sales = history.sales
    for is_deleted in (False, True):
        leads = [lead for lead in sales.leads if lead.is_deleted == is_deleted]
        deals = [deal for deal in sales.deals if deal.is_deleted == is_deleted]
        store.add_items(
            LEAD,
            (items.lead(lead) | own_fields.of_lead(lead.lead_id) for lead in leads),
            deleted=is_deleted,
        )
        store.add_items(
            DEAL,
            (items.deal(deal) | own_fields.of_deal(own, deal) for deal in deals),
            deleted=is_deleted,
        )
    store.add_stage_history(LEAD, items.lead_history(sales.leads))
    store.add_stage_history(DEAL, items.deal_history(sales.deals))
    store.add_items(
        CONTACT,
        (
            items.contact(who, when) | {own_fields.CONSENT: "Y" if who.email else "N"}
            for who, when in history.contacts.items()
        ),
    )
    firms = dict.fromkeys(sales.own_companies, company.OPENED)
    firms |= organisations(history.contacts)
    store.add_items(COMPANY, (items.company(firm, when) for firm, when in firms.items()))
    calls = {call.call_id: items.call(rng, call) for call in sales.calls}
    store.add_calls(calls.values())
    trade_filling.add(store, history.papers, history.talks, calls)
    return calls


def _add_google(store: Store, days: Sequence[GoogleDay], leads: Sequence[Lead]) -> None:
    customers = (
        (marketing.GOOGLE_MANAGER, None, "Агентство «Север» (управляющий)", True),
        (marketing.GOOGLE_CUSTOMER, marketing.GOOGLE_MANAGER, "Северный Дом", False),
    )
    store.add_google(
        customers=(
            (
                customer_id,
                manager_id,
                advertising.google_customer(
                    customer_id=customer_id,
                    name=name,
                    currency="USD",
                    timezone=company.TIMEZONE,
                    is_manager=is_manager,
                ),
            )
            for customer_id, manager_id, name, is_manager in customers
        ),
        campaigns=(
            (
                campaign.account,
                campaign.campaign_id,
                advertising.google_campaign(
                    customer_id=campaign.account,
                    campaign_id=campaign.campaign_id,
                    name=campaign.name,
                    kind=campaign.kind,
                    status="ENABLED" if campaign.last == company.AS_OF else "PAUSED",
                ),
            )
            for campaign in _of_platform("google_ads")
        ),
        days=days,
    )
    google_details.add(store, days, leads)


def _google_days(spend: Sequence[SpendFact]) -> Iterator[GoogleDay]:
    rng = chance(3)
    for fact in spend:
        if fact.campaign.platform == "google_ads":
            conversions = sum(rng.random() < 0.03 for _ in range(fact.clicks))
            yield GoogleDay(
                customer_id=fact.campaign.account,
                campaign_id=fact.campaign.campaign_id,
                day=fact.day,
                cost_micros=_micros(fact.spend),
                impressions=fact.impressions,
                clicks=fact.clicks,
                interactions=fact.clicks + rng.randrange(3),
                conversions=f"{conversions}.0",
                conversions_value=f"{conversions * 25}.0",
            )


def _add_yandex(store: Store, days: Sequence[YandexDay]) -> None:
    client = advertising.yandex_client(
        login=marketing.YANDEX_LOGIN, client_id=31415926, name="Северный Дом", currency="RUB"
    )
    store.add_yandex(clients=[(marketing.YANDEX_LOGIN, client)], days=days)
    direct_details.add(store, days)


def _yandex_days(spend: Sequence[SpendFact]) -> Iterator[YandexDay]:
    rng = chance(4)
    for fact in spend:
        if fact.campaign.platform == "yandex_direct":
            yield YandexDay(
                login=fact.campaign.account,
                campaign_id=int(fact.campaign.campaign_id),
                campaign_name=_campaign(fact.campaign).name,
                campaign_type=_campaign(fact.campaign).kind,
                day=fact.day,
                impressions=fact.impressions,
                clicks=fact.clicks,
                cost_micros=_micros(fact.spend),
                vat_percent=marketing.VAT_PERCENT,
                conversions=sum(rng.random() < 0.03 for _ in range(fact.clicks)),
            )


def _add_rates(store: Store) -> None:
    """The bank sets each rate anew and always the same: no figure depends on the day."""
    first = company.FIRST_DAY - _LONGEST_HOLIDAYS
    found = (
        rates.rate(code, day, roubles)
        for code, roubles in company.RATES.items()
        if code != company.BASE_CURRENCY
        for day in rates.rate_days(first, company.AS_OF)
    )
    rates.add(store, found)


def _line(fact: SpendFact) -> SpendLine:
    return SpendLine(
        day=fact.day,
        platform=fact.campaign.platform,
        account=fact.campaign.account,
        campaign=fact.campaign.campaign_id,
        ad_group="",
        ad="",
        impressions=fact.impressions,
        clicks=fact.clicks,
        spend=fact.spend,
        currency=fact.currency,
        channel=fact.channel_code,
    )


def _micros(amount: Decimal) -> int:
    return int(amount * info.MICROS)


def _campaign(key: CampaignKey) -> Campaign:
    return _BY_KEY[key]


def _of_platform(platform: str) -> Iterator[Campaign]:
    return (campaign for campaign in marketing.CAMPAIGNS if campaign.platform == platform)
