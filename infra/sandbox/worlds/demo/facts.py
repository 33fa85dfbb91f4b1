"""The demo company's business objects as facts for the ledger. Store rows play no part here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import replace
from datetime import datetime

from infra.sandbox.ledger import UNKNOWN, DealFact, Facts, LeadFact, SpendFact, reporting
from infra.sandbox.worlds.demo import google_details
from infra.sandbox.worlds.demo.company import BASE_CURRENCY, OFFICE, RATES, SELLERS
from infra.sandbox.worlds.demo.people import Organisation, Person
from infra.sandbox.worlds.demo.records import Deal, Lead, Sales
from infra.sandbox.worlds.demo.signals import Signals

_PEOPLE = {str(p.user_id): f"{p.last_name} {p.name}" for p in (*OFFICE, *SELLERS)}


def facts_of(sales: Sales, spend: Sequence[SpendFact]) -> Facts:
    """State what a correct report of leads, deals and spend must find."""
    counted = [deal for deal in sales.deals if not deal.is_deleted and not deal.is_recurring]
    first_deals = _first_deals(counted)
    clicks = {google_details.listed_click(lead) for lead in sales.leads} - {None}
    return Facts(
        reporting_currency=BASE_CURRENCY,
        spend=spend,
        leads=[_lead(lead, first_deals, clicks) for lead in sales.leads if not lead.is_deleted],
        deals=[_deal(deal, first_deals, clicks) for deal in counted],
        manager_names=dict(_PEOPLE),
        left_out=_left_out(sales),
        not_loadable=Counter(
            {
                ("deal", "deleted_before_first_load"): sum(d.is_deleted for d in sales.deals),
                ("lead", "deleted_before_first_load"): sum(d.is_deleted for d in sales.leads),
            }
        ),
    )


def _left_out(sales: Sales) -> Counter[tuple[str, str]]:
    """What is served and not counted; the stage history of such deals is served as well."""
    counts = Counter({("company", "own_company"): len(sales.own_companies)})
    for deal in sales.deals:
        if deal.is_deleted:
            counts["deal_stage", "deal_not_landed"] += len(deal.served_entries)
        elif deal.is_recurring:
            counts["deal", "recurring_template"] += 1
            counts["deal_stage", "deal_left_out"] += len(deal.served_entries)
    return counts


def customer_of(person: Person | None) -> Organisation | Person | None:
    """Who a deal is sold to: the firm, else the person."""
    return None if person is None else person.organisation or person


def _first_deals(deals: Sequence[Deal]) -> dict[object, datetime]:
    """When each customer's first deal that counts was created."""
    first: dict[object, datetime] = {}
    for deal in deals:
        customer = customer_of(deal.person)
        if customer is not None:
            first[customer] = min(first.get(customer, deal.created), deal.created)
    return first


def _is_known(record: Lead | Deal, first_deals: dict[object, datetime]) -> bool:
    first = first_deals.get(customer_of(record.person))
    return first is not None and first < record.created


def manager_of(manager_id: int | None) -> str:
    """Return who a record is counted for; people whom the portal does not have are nobody."""
    name = str(manager_id)
    return name if name in _PEOPLE else UNKNOWN


def _method(signals: Signals, clicks: Set[str | None]) -> str:
    """How the channel is found; a click that Google lists comes before one that nobody knows."""
    is_listed = signals.gclid is not None and signals.gclid in clicks
    return "click_view" if is_listed else signals.match_method


def _lead(lead: Lead, first_deals: dict[object, datetime], clicks: Set[str | None]) -> LeadFact:
    signals = lead.signals
    fact = LeadFact(
        manager_id=manager_of(lead.manager_id),
        channel_code=signals.channel_code,
        match_method=_method(signals, clicks),
        campaign=signals.campaign,
    )
    if signals.is_silent and _is_known(lead, first_deals):
        return replace(fact, channel_code="existing_base", match_method="known_customer")
    return fact


def _deal(deal: Deal, first_deals: dict[object, datetime], clicks: Set[str | None]) -> DealFact:
    origin = deal.origin
    won_on = deal.won_on
    fact = DealFact(
        manager_id=manager_of(deal.manager_id),
        pipeline_id=str(deal.pipeline),
        channel_code=origin.channel_code,
        match_method=_method(origin, clicks),
        campaign=origin.campaign,
        is_inquiry=deal.lead is None,
        won_month=None,
        won_at_method=None,
        revenue_reporting=reporting(deal.amount, RATES[deal.currency]) * deal.is_won,
    )
    if deal.is_won:
        month = UNKNOWN if won_on is None else f"{won_on:%Y-%m}"
        fact = replace(fact, won_month=month, won_at_method=deal.dated_by)
    if origin.is_silent and _is_known(deal, first_deals):
        return replace(fact, channel_code="existing_base", match_method="known_customer")
    return fact
