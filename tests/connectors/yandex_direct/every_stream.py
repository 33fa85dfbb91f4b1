"""How clients, objects, days and goals of an agency in Yandex Direct are followed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from connectors.stream import Account
from connectors.yandex_direct import SOURCE
from connectors.yandex_direct.client import YandexDirect
from infra.sandbox.server import STORE_NAME
from tests.connectors.clock import Clock
from tests.connectors.followed import Followed, Ledger, World
from tests.connectors.yandex_direct import direct_world
from tests.connectors.yandex_direct.direct_world import (
    AGENCY_TOKEN,
    FIRST,
    GOAL,
    LAST,
    LUTIK,
    OTHER,
    ROMASHKA,
    TEXT,
    UNIFIED,
    WIZARD,
)

LEAF = {"ad_group_days": "81", "ad_days": "81:8101", "keyword_days": "81:9801"}
"""What `lutik-ads` shows, below its one campaign."""

LEVELS = ("campaign_days", *LEAF)
DAY = LAST.replace(day=LAST.day - 1)
_OF_DAY = " where login = ? and day = ?"


def build(folder: Path) -> Ledger:
    ledger = direct_world.build(folder / STORE_NAME)
    days = {
        level: {
            key: f"{charged:.2f} {bare:.2f}"
            for key, (charged, bare) in ledger.of(level, ROMASHKA, LUTIK).items()
        }
        for level in LEVELS
    }
    goals = {
        key: "2 1500.50" if key.startswith(f"{ROMASHKA}|{TEXT}|") else "none"
        for key in days["campaign_days"]
    }
    groups = {71: ROMASHKA, 72: ROMASHKA, 73: ROMASHKA, 81: LUTIK}
    ads = {7101: ROMASHKA, 7102: ROMASHKA, 7201: ROMASHKA, 7301: ROMASHKA, 8101: LUTIK}
    campaigns = {TEXT: ROMASHKA, UNIFIED: ROMASHKA, WIZARD: ROMASHKA, OTHER: LUTIK}
    return {
        **days,
        "goal_days": goals,
        "clients": {ROMASHKA: "RUB", LUTIK: "RUB"},
        "campaigns": {
            f"{login}|{n}": "ARCHIVED" if n == UNIFIED else "ON" for n, login in campaigns.items()
        },
        "ad_groups": {f"{login}|{n}": f"Группа {n}" for n, login in groups.items()},
        "ads": {f"{login}|{n}": f"https://romashka.example/?ad={n}" for n, login in ads.items()},
    }


def figure(stream: str, row: Any) -> str:
    if stream in LEVELS:
        return f"{Decimal(row['Cost']):.2f} {Decimal(row['CostWithoutVat']):.2f}"
    if stream == "goal_days":
        brought, earned = row[f"Conversions_{GOAL}_AUTO"], row[f"Revenue_{GOAL}_AUTO"]
        return "none" if brought is None else f"{brought} {Decimal(earned):.2f}"
    if stream == "ads":
        return row["TextAd"]["Href"]
    return row[{"clients": "Currency", "campaigns": "State", "ad_groups": "Name"}[stream]]


def restate(world: World, stream: str) -> tuple[str, str]:
    if stream == "clients":
        sql = "update yandex_client set payload = replace(payload, 'RUB', 'USD') where login = ?"
        _change(world, sql, ROMASHKA)
        return ROMASHKA, "USD"
    if stream == "goal_days":
        sql = "update yandex_goal_day set conversions = 1, revenue_micros = 5000000 where day = ?"
        _change(world, sql, f"{DAY}")
        return f"{ROMASHKA}|{TEXT}|{DAY}", "1 5.00"
    if stream in LEVELS:
        table = "yandex_campaign_day" if stream == "campaign_days" else "yandex_leaf_day"
        sql = f"update {table} set cost_micros = 122000000{_OF_DAY}"  # noqa: S608 - our own words
        _change(world, sql, LUTIK, f"{DAY}")
        return _key(stream, f"{DAY}"), "122.00 100.00"
    renamed, old, new = {
        "campaigns": (UNIFIED, "ARCHIVED", "OFF"),
        "ad_groups": (71, "Группа 71", "Иначе"),
        "ads": (7101, "?ad=7101", "?ad=9"),
    }[stream]
    sql = "update yandex_object set payload = replace(payload, ?, ?) where id = ?"
    _change(world, sql, old, new, renamed)
    return f"{ROMASHKA}|{renamed}", f"https://romashka.example/{new}" if stream == "ads" else new


def vanish(world: World, stream: str) -> str:
    if stream == "clients":
        _change(world, "delete from yandex_client where login = ?", LUTIK)
        return LUTIK
    if stream in (*LEVELS, "goal_days"):
        # Direct tells no day without figures; one without leaves would be the wizard's.
        for table in ("yandex_campaign_day", "yandex_leaf_day"):
            _change(world, f"delete from {table}{_OF_DAY}", LUTIK, f"{LAST}")  # noqa: S608 - our own words
        return _key(stream, f"{LAST}")
    if stream == "campaigns":
        _change(world, "delete from yandex_campaign_day where campaign_id = ?", WIZARD)
        return f"{ROMASHKA}|{WIZARD}"
    gone = {"ad_groups": 72, "ads": 7201}[stream]
    _change(world, "delete from yandex_object where id = ?", gone)
    return f"{ROMASHKA}|{gone}"


def opened(account: Account) -> YandexDirect:
    clock = Clock()
    return YandexDirect(account, patience=clock.patience(), clock=clock)


def _key(stream: str, day: str) -> str:
    below = LEAF.get(stream)
    return f"{LUTIK}|{OTHER}{f':{below}' if below else ''}|{day}"


def _change(world: World, sql: str, *values: object) -> None:
    with world.here.store.changing() as connection:
        assert connection.execute(sql, values).rowcount >= 1


FOLLOWED = Followed(
    source=SOURCE,
    first_day=FIRST,
    as_of=LAST,
    build=build,
    figure=figure,
    restate=restate,
    vanish=vanish,
    opened=opened,
    # October of both clients, then November; below campaigns their numbers are asked for first.
    held={
        **dict.fromkeys((*LEVELS, "goal_days"), ("/reports", 3)),
        "clients": ("/agencyclients", 0),
        "campaigns": ("/campaigns", 1),
        "ad_groups": ("/adgroups", 1),
        "ads": ("/ads", 1),
    },
    environ=lambda world: {
        **world.here.settings,
        "YANDEX_DIRECT__MAIN__AGENCY": "true",
        "YANDEX_DIRECT__MAIN__TOKEN": AGENCY_TOKEN,
        "YANDEX_DIRECT__MAIN__CLIENT_LOGIN": "",
        "YANDEX_DIRECT__MAIN__GOALS": GOAL,
    },
)
