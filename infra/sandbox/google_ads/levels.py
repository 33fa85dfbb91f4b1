"""What lies below the campaign: ad groups, ads, keywords, conversion actions, clicks.

An object's payload holds the parts of a GoogleAdsRow that are its own, spelled as in REST, such as
`{"adGroup": {...}, "adGroupAd": {...}}`; a figure that is zero may be left out of a day.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from infra.sandbox.store import Store

TABLES = """
create table google_object(
    kind text not null, customer_id text not null, object_id text not null,
    campaign_id text not null, payload text not null, primary key(kind, customer_id, object_id)
) without rowid;
create table google_object_day(
    kind text not null, customer_id text not null, object_id text not null, day text not null,
    metrics text not null, primary key(kind, customer_id, object_id, day)
) without rowid;
create table google_click(
    customer_id text not null, day text not null, gclid text not null, campaign_id text not null,
    ad_group_id text not null, payload text not null, primary key(customer_id, day, gclid)
) without rowid;
"""

AD_GROUP, AD, KEYWORD, ACTION = "ad_group", "ad_group_ad", "keyword_view", "conversion_action"
"""Kinds of objects; all but the last are named as the resource that serves them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelObject:
    """One ad group, ad, keyword, or a campaign's conversion action.

    Args:
        kind: one of the constants above.
        customer_id: the customer.
        object_id: `<ad group>`, `<ad group>~<ad>`, `<ad group>~<criterion>`, `<campaign>~<action>`.
        campaign_id: the campaign.
        payload: see above; of an action `{"segments": {...}}`.
    """

    kind: str
    customer_id: str
    object_id: str
    campaign_id: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelDay:
    """The figures of an object on one day, by the names of GAQL without `metrics.`."""

    kind: str
    customer_id: str
    object_id: str
    day: str
    metrics: Mapping[str, int | str] = field(default_factory=dict[str, "int | str"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """One click; `payload` holds `clickView` without the gclid, and `segments`."""

    customer_id: str
    day: str
    gclid: str
    campaign_id: str
    ad_group_id: str
    payload: Mapping[str, Any]


def add(
    store: Store,
    *,
    objects: Iterable[LevelObject] = (),
    days: Iterable[LevelDay] = (),
    clicks: Iterable[Click] = (),
) -> None:
    """Fill a store; a day that is there is replaced."""
    store.add_rows(
        "insert into google_object values (?, ?, ?, ?, ?)",
        ((o.kind, o.customer_id, o.object_id, o.campaign_id, _text(o.payload)) for o in objects),
    )
    store.add_rows(
        "insert or replace into google_object_day values (?, ?, ?, ?, ?)",
        ((d.kind, d.customer_id, d.object_id, d.day, _text(d.metrics)) for d in days),
    )
    store.add_rows(
        "insert into google_click values (?, ?, ?, ?, ?, ?)",
        (
            (c.customer_id, c.day, c.gclid, c.campaign_id, c.ad_group_id, _text(c.payload))
            for c in clicks
        ),
    )


def _text(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
