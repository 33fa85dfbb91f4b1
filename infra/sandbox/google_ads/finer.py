"""Rows below the campaign, under their GAQL names."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from infra.sandbox.google_ads.answer import GoogleError, camel
from infra.sandbox.google_ads.catalogue import DAY, FIGURES, INT64, RESOURCES, type_of
from infra.sandbox.google_ads.gaql import Condition
from infra.sandbox.google_ads.levels import ACTION, AD_GROUP
from infra.sandbox.store import Store

Row = dict[str, Any]

CLICKS_SERVED = timedelta(days=90)
_NAMES = {"ad_group": "adGroups", "ad_group_ad": "adGroupAds", "keyword_view": "keywordViews"}
"""Collections in the names of resources."""


def objects(
    store: Store, kind: str, customer_id: str, campaigns: Mapping[int, Row]
) -> Iterator[tuple[str, Row]]:
    """Yield the objects of a kind with their ids, each joined with what it stands in."""
    groups: dict[str, Row] = {}
    if kind not in {AD_GROUP, ACTION}:
        groups = dict(objects(store, AD_GROUP, customer_id, campaigns))
    found = store.query(
        "select object_id, campaign_id, payload from google_object"
        " where kind = ? and customer_id = ? order by object_id",
        (kind, customer_id),
    )
    for object_id, campaign_id, payload in found:
        group = object_id.partition("~")[0]
        row = campaigns[int(campaign_id)] | groups.get(group, {})
        row |= flattened(_resource(kind), json.loads(payload))
        if kind != ACTION:
            row |= {
                "ad_group.id": int(group),
                "ad_group.resource_name": f"customers/{customer_id}/adGroups/{group}",
                f"{kind}.resource_name": f"customers/{customer_id}/{_NAMES[kind]}/{object_id}",
            }
            if kind == "keyword_view":
                name = f"customers/{customer_id}/adGroupCriteria/{object_id}"
                row["ad_group_criterion.resource_name"] = name
        yield object_id, row


def days(
    store: Store, kind: str, customer_id: str, object_id: str, dates: Sequence[Condition]
) -> Iterator[Row]:
    """Yield the chosen days of an object."""
    condition, values = chosen(dates)
    found = store.query(
        "select day, metrics from google_object_day"  # noqa: S608 - the condition holds marks only
        f" where kind = ? and customer_id = ? and object_id = ?{condition} order by day",
        (kind, customer_id, object_id, *values),
    )
    for day, text in found:
        stated = json.loads(text)
        figures = {
            name: Decimal(str(stated.get(name.removeprefix("metrics."), 0))) for name in FIGURES
        }
        yield {DAY: day, **figures}


def clicks(
    store: Store, customer_id: str, dates: Sequence[Condition], campaigns: Mapping[int, Row]
) -> Iterator[Row]:
    """Yield the clicks of the one day that is asked for.

    Raises:
        GoogleError: not one day, or one that is too long ago.
    """
    day = _single(dates)
    if day < (store.now().date() - CLICKS_SERVED).isoformat():
        raise _too_old()
    groups = dict(objects(store, AD_GROUP, customer_id, campaigns))
    found = store.query(
        "select gclid, campaign_id, ad_group_id, payload from google_click"
        " where customer_id = ? and day = ? order by gclid",
        (customer_id, day),
    )
    for gclid, campaign_id, ad_group_id, payload in found:
        yield {
            **campaigns[int(campaign_id)],
            **groups.get(ad_group_id, {}),
            **flattened("click_view", json.loads(payload)),
            "click_view.resource_name": f"customers/{customer_id}/clickViews/{day}~{gclid}",
            "click_view.gclid": gclid,
            DAY: day,
            "metrics.clicks": Decimal(1),
        }


def chosen(dates: Sequence[Condition]) -> tuple[str, list[str]]:
    """Return conditions on the column `day`, each beginning with AND, and their values."""
    parts: list[str] = []
    values: list[str] = []
    for condition in dates:
        marks = ", ".join("?" * len(condition.values))
        single = {"BETWEEN": "? AND ?", "IN": f"({marks})", "NOT IN": f"({marks})"}
        parts.append(f" AND day {condition.operator} {single.get(condition.operator, '?')}")
        values += condition.values
    return "".join(parts), values


def flattened(resource: str, payload: Mapping[str, Any]) -> Row:
    """Name what a payload holds, which is spelled as in REST, as GAQL does."""
    row: Row = {}
    for name in RESOURCES[resource]:
        value: Any = payload
        for part in name.split("."):
            value = value.get(camel(part)) if isinstance(value, Mapping) else None
        if value is not None:
            row[name] = int(value) if type_of(name) == INT64 else value
    return row


def _resource(kind: str) -> str:
    return "campaign" if kind == ACTION else kind


def _single(dates: Sequence[Condition]) -> str:
    if len(dates) == 1 and dates[0].operator in {"=", "BETWEEN", "IN"}:
        days_named = set(dates[0].values)
        if len(days_named) == 1:
            return days_named.pop()
    message = "Queries of click_view must filter on exactly one day."
    raise GoogleError(
        kind="clickViewError",
        code="EXPECTED_FILTER_ON_A_SINGLE_DAY",
        message=message,
        field=DAY,
    )


def _too_old() -> GoogleError:
    message = "Click data is only available for the last 90 days."
    return GoogleError(kind="clickViewError", code="DATE_TOO_OLD", message=message, field=DAY)
