"""How dimensions, days and clicks of Google Ads are followed, by a manager with two customers."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

from connectors.google_ads import SOURCE
from connectors.google_ads.client import GoogleAds
from connectors.stream import Account
from infra.sandbox.google_ads import levels
from infra.sandbox.google_ads.levels import LevelDay
from infra.sandbox.server import STORE_NAME
from infra.sandbox.store import Store
from tests.connectors.clock import Clock
from tests.connectors.followed import Followed, Ledger, World
from tests.infra.sandbox import google_levels, tiny_world
from tests.infra.sandbox.tiny_world import CUSTOMER, MANAGER

OTHER = "3000000003"
FIRST, AS_OF = date(2026, 8, 26), date(2026, 11, 22)
"""Clicks are served from 88 days before the last complete one."""

RESTATED, GONE = "2026-11-02", "2026-11-03"
CAMPAIGN = (
    "update google_campaign_day set cost_micros = ?, impressions = 0, clicks = 0,"
    " interactions = 0, conversions = '0' where campaign_id = '111' and day = ?"
)
KINDS = {
    "ad_group_days": (levels.AD_GROUP, "1111"),
    "ad_days": (levels.AD, "1111~91"),
    "keyword_days": (levels.KEYWORD, "1111~501"),
    "conversion_days": (levels.ACTION, "111~31"),
}
OBJECTS = {
    "customers": ("google_customer", "customer_id", CUSTOMER, OTHER),
    "campaigns": ("google_campaign", "campaign_id", "111", "222"),
    "ad_groups": ("google_object", "object_id", "1111", "1112"),
    "ads": ("google_object", "object_id", "1111~91", "1112~91"),
}
"""Table, column, and the objects that are restated and vanish."""


def build(folder: Path) -> Ledger:
    days = google_levels.ledger(CUSTOMER)
    clicks = {k: f"{v} MOBILE" for k, v in days["clicks"].items() if k[-10:] >= f"{FIRST}"}
    campaign_days = {
        f"{CUSTOMER}|{campaign}|2026-11-{1 + index:02d}": str(1_230_000 * (index + 1))
        for campaign in ("111", "222")
        for index in range(20)
        if index % 5 != 4
    }
    ads = {
        f"{CUSTOMER}|{group}~{ad}": f"https://romashka.example/?utm_content={ad}"
        for group, ads in google_levels.AD_IDS.items()
        for ad in ads
    }
    tiny_world.build(folder / STORE_NAME)
    with Store.open(folder / STORE_NAME) as store:
        store.add_google(
            customers=[(OTHER, MANAGER, _customer("Лютик"))],
            campaigns=[],
            days=[],
        )
    return {
        **days,
        "clicks": clicks,
        "campaign_days": campaign_days,
        "customers": {CUSTOMER: "Ромашка", OTHER: "Лютик"},
        "campaigns": {f"{CUSTOMER}|{n}": f"Кампания {n}" for n in ("111", "222")},
        "ad_groups": {f"{CUSTOMER}|{n}": f"Группа {n}" for n in google_levels.GROUPS},
        "ads": ads,
    }


def figure(stream: str, row: Any) -> str:
    if stream == "clicks":
        return f"{row['campaign']['id']} {row['segments']['device']}"
    if stream == "ads":
        return row["adGroupAd"]["ad"]["finalUrls"][0]
    if stream in OBJECTS:
        named = {"customers": "customer", "campaigns": "campaign", "ad_groups": "adGroup"}[stream]
        return row[named]["descriptiveName" if stream == "customers" else "name"]
    metrics = row["metrics"]
    return metrics["costMicros"] if "costMicros" in metrics else str(metrics["allConversions"])


def restate(world: World, stream: str) -> tuple[str, str]:
    if stream == "clicks":
        _change(world, "update google_click set payload = replace(payload, 'MOBILE', 'TABLET')"
                " where gclid = 'Cj0KCQtiny-3_0'")  # fmt: skip
        return f"{CUSTOMER}|Cj0KCQtiny-3_0|2026-11-20", "111 TABLET"
    if stream in OBJECTS:
        return _rename(world, stream)
    return _set(world, stream, RESTATED, "7.0" if stream == "conversion_days" else "7")


def vanish(world: World, stream: str) -> str:
    if stream == "clicks":
        _change(world, "delete from google_click where gclid = 'Cj0KCQtiny-3_1'")
        return f"{CUSTOMER}|Cj0KCQtiny-3_1|2026-11-20"
    if stream in OBJECTS:
        table, column, _, gone = OBJECTS[stream]
        _change(world, f"delete from {table} where {column} = ?", gone)  # noqa: S608 - our own words
        return gone if stream == "customers" else f"{CUSTOMER}|{gone}"
    return _set(world, stream, GONE, "0")[0]


def opened(account: Account) -> GoogleAds:
    clock = Clock()
    return GoogleAds(account, patience=clock.patience(), now=clock)


def _customer(name: str) -> dict[str, object]:
    return {
        "id": OTHER,
        "descriptiveName": name,
        "currencyCode": "USD",
        "timeZone": "Europe/Moscow",
        "manager": False,
        "status": "ENABLED",
    }


def _set(world: World, stream: str, day: str, amount: str) -> tuple[str, str]:
    """Set a day's figure; Google tells no day whose figures are all zero."""
    if stream == "campaign_days":
        _change(world, CAMPAIGN, int(amount), day)
        return f"{CUSTOMER}|111|{day}", amount
    kind, object_id = KINDS[stream]
    names = ("conversions", "all_conversions") if kind == levels.ACTION else ("cost_micros",)
    metrics: dict[str, int | str] = dict.fromkeys(names, amount)
    one = LevelDay(kind=kind, customer_id=CUSTOMER, object_id=object_id, day=day, metrics=metrics)
    levels.add(world.here.store, days=[one])
    return f"{CUSTOMER}|{object_id}|{day}", amount


def _rename(world: World, stream: str) -> tuple[str, str]:
    table, column, renamed, _ = OBJECTS[stream]
    before, after = {
        "customers": ("Ромашка", "Иначе"),
        "campaigns": ("Кампания 111", "Иначе"),
        "ad_groups": ("Группа 1111", "Иначе"),
        "ads": ("https://romashka.example/?utm_content=91", "https://romashka.example/"),
    }[stream]
    sql = f"update {table} set payload = replace(payload, ?, ?) where {column} = ?"  # noqa: S608 - our own words
    _change(world, sql, before, after, renamed)
    return (renamed if stream == "customers" else f"{CUSTOMER}|{renamed}"), after


def _change(world: World, sql: str, *values: object) -> None:
    with sqlite3.connect(world.folder / STORE_NAME) as connection:
        assert connection.execute(sql, values).rowcount == 1


FOLLOWED = Followed(
    source=SOURCE,
    first_day=FIRST,
    as_of=AS_OF,
    build=build,
    figure=figure,
    restate=restate,
    vanish=vanish,
    opened=opened,
    # The manager, its customers, and then both of them once for each month, or each day of clicks.
    held={
        **dict.fromkeys(OBJECTS, (":searchStream", 3)),
        **dict.fromkeys(("campaign_days", *KINDS, "clicks"), (":searchStream", 5)),
    },
    environ=lambda world: {
        **world.here.settings,
        "GOOGLE_ADS__MAIN__CUSTOMER_ID": MANAGER,
    },
)
