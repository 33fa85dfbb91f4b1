"""The rows of a query, under their GAQL names and in their REST types."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from infra.sandbox.google_ads import finer, levels
from infra.sandbox.google_ads.access import Customers
from infra.sandbox.google_ads.answer import GoogleError, camel
from infra.sandbox.google_ads.catalogue import (
    DAY,
    DOUBLE,
    FIGURES,
    INT64,
    METRICS,
    check,
    splits_by_action,
    type_of,
)
from infra.sandbox.google_ads.gaql import Condition, Query
from infra.sandbox.store import Store

Row = dict[str, Any]

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def rows(store: Store, customer_id: str, query: Query) -> list[Row]:
    """Return the rows of a checked query, in their order and within their limit.

    Rows that a segment splits and whose metrics are all zero are not there, as in the API: for a
    reader, absence is zero.

    Raises:
        GoogleError: the query is refused.
    """
    check(query)
    # Days are chosen before their metrics are summed; all else applies to the finished rows.
    conditions = [condition for condition in query.where if condition.field != DAY]
    found = _filtered(_unfiltered(store, customer_id, query), conditions)
    ordered = list(found)
    for name, descending in reversed(query.order):
        ordered.sort(key=partial(_sort_value, name), reverse=descending)
    kept = ordered[: query.limit] if query.limit is not None else ordered
    return [_shown(row, query) for row in kept]


def _unfiltered(store: Store, customer_id: str, query: Query) -> Iterator[Row]:
    customers = Customers(store)
    customer = _prefixed("customer", customers.payload(customer_id)) | {
        "customer.resource_name": f"customers/{customer_id}",
        "customer.id": int(customer_id),
    }
    if query.resource == "customer_client":
        yield from (customer | row for row in _clients(customers, customer_id))
        return
    metrics = [name for name in query.select if name in FIGURES]
    if metrics and customer.get("customer.manager"):
        message = "Metrics cannot be requested for a manager account."
        raise GoogleError(kind="queryError", code="REQUESTED_METRICS_FOR_MANAGER", message=message)
    dates = tuple(condition for condition in query.where if condition.field == DAY)
    if query.resource == "click_view":
        campaigns = {row["campaign.id"]: row for row in _campaigns(store, customer_id, customer)}
        yield from finer.clicks(store, customer_id, dates, campaigns)
        return
    for base, days in _bases(store, customer_id, customer, query, dates):
        if not metrics and DAY not in query.select:
            yield base
        else:
            yield from _with_metrics(base, days, metrics, by_day=DAY in query.select)


def _bases(
    store: Store, customer_id: str, customer: Row, query: Query, dates: Sequence[Condition]
) -> Iterator[tuple[Row, Iterator[Row]]]:
    """Yield each object that a query is about, and its chosen days, read only where needed."""
    if query.resource == "customer":
        yield customer, _days(store, customer_id, None, dates)
        return
    campaigns = _campaigns(store, customer_id, customer)
    by_action = splits_by_action(query)
    if query.resource == "campaign" and not by_action:
        for base in campaigns:
            yield base, _days(store, customer_id, base["campaign.id"], dates)
        return
    kind = levels.ACTION if by_action else query.resource
    by_id = {row["campaign.id"]: row for row in campaigns}
    for object_id, base in finer.objects(store, kind, customer_id, by_id):
        yield base, finer.days(store, kind, customer_id, object_id, dates)


def _with_metrics(
    base: Row, days: Iterable[Row], metrics: Sequence[str], *, by_day: bool
) -> Iterator[Row]:
    """Join a resource with its days: one row each, or one row with their sums."""
    if by_day:
        for day in days:
            if not metrics or any(day[name] for name in metrics):
                yield base | day
        return
    total: Row = dict.fromkeys(FIGURES, Decimal(0))
    for day in days:
        total = {name: total[name] + day[name] for name in FIGURES}
    yield base | total


def _clients(customers: Customers, customer_id: str) -> Iterator[Row]:
    for member, level in customers.below(customer_id):
        payload = customers.payload(member)
        yield _prefixed("customer_client", payload) | {
            "customer_client.resource_name": f"customers/{customer_id}/customerClients/{member}",
            "customer_client.client_customer": f"customers/{member}",
            "customer_client.id": int(member),
            "customer_client.level": level,
            "customer_client.hidden": bool(payload.get("hidden", False)),
        }


def _campaigns(store: Store, customer_id: str, customer: Row) -> list[Row]:
    found = store.query(
        "SELECT campaign_id, payload FROM google_campaign WHERE customer_id = ?"
        " ORDER BY CAST(campaign_id AS INTEGER)",
        (customer_id,),
    )
    return [
        customer
        | _prefixed("campaign", json.loads(payload))
        | {
            "campaign.resource_name": f"customers/{customer_id}/campaigns/{campaign_id}",
            "campaign.id": int(campaign_id),
        }
        for campaign_id, payload in found
    ]


def _days(
    store: Store, customer_id: str, campaign_id: int | None, dates: Sequence[Condition]
) -> Iterator[Row]:
    """Yield the chosen days of a campaign, or of all campaigns of the customer together."""
    condition, values = finer.chosen(dates)
    values.insert(0, customer_id)
    if campaign_id is not None:
        condition += " AND campaign_id = ?"
        values.append(str(campaign_id))
    names = ", ".join(name.removeprefix("metrics.") for name in METRICS)
    found = store.query(
        f"SELECT day, {names} FROM google_campaign_day"  # noqa: S608 - marks and our names only
        f" WHERE customer_id = ?{condition} ORDER BY day",
        values,
    )
    merged: Row = {}
    for day, *figures in found:
        amounts = {
            name: Decimal(str(figure)) for name, figure in zip(METRICS, figures, strict=True)
        }
        # Every action of a campaign counts, as far as nothing splits them.
        for name in ("metrics.conversions", "metrics.conversions_value"):
            amounts[name.replace(".", ".all_")] = amounts[name]
        if merged.get(DAY) == day:
            merged |= {name: merged[name] + amount for name, amount in amounts.items()}
            continue
        if merged:
            yield merged
        merged = {DAY: day, **amounts}
    if merged:
        yield merged


def _filtered(found: Iterable[Row], where: Sequence[Condition]) -> Iterator[Row]:
    tests = [_test(condition) for condition in where]
    return (row for row in found if all(test(row) for test in tests))


def _test(condition: Condition) -> Callable[[Row], bool]:
    name = condition.field
    wanted = [_typed(name, value) for value in condition.values]
    if condition.operator == "BETWEEN":
        low, high = wanted
        return lambda row: name in row and low <= row[name] <= high
    if condition.operator == "IN":
        return lambda row: row.get(name) in wanted
    if condition.operator == "NOT IN":
        return lambda row: row.get(name) not in wanted
    compare = _COMPARE[condition.operator]
    return lambda row: name in row and compare(row[name], wanted[0])


def _typed(name: str, value: str) -> object:
    kind = type_of(name)
    if kind in {INT64, DOUBLE}:
        try:
            return Decimal(value)
        except ArithmeticError:
            message = f"Invalid value for field {name}."
            raise GoogleError(
                kind="queryError", code="BAD_NUMBER", message=message, field=name
            ) from None
    return value.lower() == "true" if kind == "bool" else value


def _prefixed(resource: str, payload: Mapping[str, Any]) -> Row:
    """Name the payload's keys, which are spelled as in REST, as GAQL does."""
    return finer.flattened(resource, {camel(resource): payload})


def _sort_value(name: str, row: Row) -> Any:
    return row.get(name, "")


def _shown(row: Row, query: Query) -> Row:
    """Keep what was selected, and the name of every resource that was."""
    names = list(query.select)
    if not query.omit_resource_names:
        resources = {query.resource, *(name.split(".")[0] for name in query.select)}
        names = [f"{resource}.resource_name" for resource in sorted(resources)] + names
    return {name: _spelled(name, row[name]) for name in names if name in row}


def _spelled(name: str, value: Any) -> object:
    kind = type_of(name)
    if kind == INT64:
        return str(int(value))
    return float(value) if kind == DOUBLE else value
