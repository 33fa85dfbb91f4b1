"""Every level of Direct in PostgreSQL, against a ledger that was written before anything served."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors import settings
from connectors.errors import Unavailable
from connectors.http import Patience
from connectors.stream import Changes, Days
from connectors.yandex_direct import SOURCE
from connectors.yandex_direct.client import YandexDirect
from infra.postgres import Warehouse
from infra.sandbox.server import STORE_NAME
from tests.connectors.landed import land, rows, totals, totals_of_ad_accounts
from tests.connectors.yandex_direct import direct_world
from tests.connectors.yandex_direct.direct_world import (
    AGENCY_TOKEN,
    FIRST,
    GOAL,
    LAST,
    LUTIK,
    ROMASHKA,
    TEXT,
    UNIFIED,
    WIZARD,
    Ledger,
)
from tests.infra.sandbox.serving import Served, served

LEVELS = ("campaign_days", "ad_group_days", "ad_days", "keyword_days")


@dataclass(frozen=True, slots=True)
class World:
    """A served world with its ledger."""

    served: Served
    ledger: Ledger
    open_ones: ExitStack

    def client(self, shared: Path, attempts: int = 4, **more: str) -> YandexDirect:
        given = {"AGENCY": "true", "TOKEN": AGENCY_TOKEN, "CLIENT_LOGIN": "", **more}
        environ = self.served.settings | {
            f"YANDEX_DIRECT__MAIN__{name}": value for name, value in given.items()
        }
        (account,) = settings.accounts(SOURCE, environ, shared)
        return self.open_ones.enter_context(
            closing(YandexDirect(account, patience=Patience(attempts=attempts)))
        )

    def fault(self, **fault: Any) -> None:
        answer = self.served.client.post(f"{self.served.http_url}/_sandbox/faults", json=[fault])
        answer.raise_for_status()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    ledger = direct_world.build(tmp_path / "world" / STORE_NAME)
    with served(tmp_path / "world") as found, ExitStack() as open_ones:
        yield World(found, ledger, open_ones)


def landed(warehouse: Warehouse, stream: str) -> dict[str, tuple[Decimal, Decimal]]:
    return {
        key: (Decimal(row["Cost"]), Decimal(row["CostWithoutVat"]))
        for key, row in rows(warehouse, SOURCE, stream).items()
    }


def bring(warehouse: Warehouse, client: YandexDirect, stream: str) -> Any:
    return land(warehouse, SOURCE, client, stream, as_of=LAST, first_day=FIRST)


def test_the_accounts_own_totals_are_the_sum_of_each_level(
    world: World, warehouse: Warehouse, tmp_path: Path
) -> None:
    client = world.client(tmp_path)
    bring(warehouse, client, "campaign_days")
    expected = {
        day: sum(world.ledger.accounts[login, day] for login in (ROMASHKA, LUTIK))
        for day in direct_world.days()
    }
    stated = {day: value for _, measure, day, value, _ in totals(warehouse) if measure == "spend"}
    assert stated == expected
    for stream in LEVELS:
        charged = sum(cost for cost, _ in world.ledger.of(stream, ROMASHKA, LUTIK).values())
        assert charged == sum(expected.values())


def test_a_load_that_dies_in_its_middle_is_taken_up_again(
    world: World, warehouse: Warehouse, tmp_path: Path
) -> None:
    world.fault(kind="unavailable", match="/reports", skip=5)
    client = world.client(tmp_path, attempts=1)
    with pytest.raises(Unavailable):
        bring(warehouse, client, "ad_days")
    bring(warehouse, world.client(tmp_path), "ad_days")
    assert landed(warehouse, "ad_days") == world.ledger.of("ad_days", ROMASHKA, LUTIK)


def test_a_month_that_takes_too_long_lands_in_halves(
    world: World, warehouse: Warehouse, tmp_path: Path
) -> None:
    world.fault(kind="html", status=502, match="/reports", times=3)
    bring(warehouse, world.client(tmp_path), "keyword_days")
    expected = world.ledger.of("keyword_days", ROMASHKA, LUTIK)
    assert landed(warehouse, "keyword_days") == expected


def test_one_client_of_an_agency_is_read_alone(
    world: World, warehouse: Warehouse, tmp_path: Path
) -> None:
    client = world.client(tmp_path, AGENCY="", CLIENT_LOGIN=LUTIK)
    bring(warehouse, client, "ad_days")
    assert landed(warehouse, "ad_days") == world.ledger.of("ad_days", LUTIK)


def test_goals_land_by_goal_and_model(world: World, tmp_path: Path) -> None:
    client = world.client(tmp_path, GOALS=f"{GOAL}, 20003")
    stream = SOURCE.stream("goal_days")
    assert client.unavailable() == {}
    pages = client.pages(stream, Days(first=LAST, last=LAST))
    found = {r.key: json.loads(r.payload) for page in pages for r in page.records}
    row = found[f"{ROMASHKA}|{TEXT}|{LAST}"]
    assert row[f"Conversions_{GOAL}_AUTO"] == "2"
    assert row[f"Revenue_{GOAL}_AUTO"] == "1500.50"
    assert row["Conversions_20003_AUTO"] is None
    assert "goal_days" in world.client(tmp_path, GOALS="").unavailable()


def test_objects_land_archived_and_unified_ones_among_them(world: World, tmp_path: Path) -> None:
    client = world.client(tmp_path)
    found = {
        stream: {
            record.key: json.loads(record.payload)
            for page in client.pages(SOURCE.stream(stream), Changes())
            for record in page.records
        }
        for stream in ("clients", "campaigns", "ad_groups", "ads")
    }
    assert set(found["clients"]) == {ROMASHKA, LUTIK}
    unified = found["campaigns"][f"{ROMASHKA}|{UNIFIED}"]
    assert unified["State"] == "ARCHIVED"
    assert unified["UnifiedCampaign"]["TrackingParams"] == "utm_campaign={campaign_id}"
    assert set(found["campaigns"]) == {
        *(f"{ROMASHKA}|{number}" for number in (TEXT, UNIFIED, WIZARD)),
        f"{LUTIK}|801",
    }
    assert set(found["ad_groups"]) == {f"{ROMASHKA}|{n}" for n in (71, 72, 73)} | {f"{LUTIK}|81"}
    ad = found["ads"][f"{ROMASHKA}|7301"]
    assert ad["TextAd"]["Href"] == "https://romashka.example/?ad=7301"
    assert len(found["ads"]) == 5


def test_a_day_is_read_without_the_clients_that_are_refused(
    world: World, warehouse: Warehouse, tmp_path: Path
) -> None:
    client = world.client(tmp_path)
    bring(warehouse, client, "campaign_days")
    expected = landed(warehouse, "campaign_days")
    stated = totals_of_ad_accounts(warehouse)
    refusal = {"error": {"request_id": "1", "error_code": 54, "error_string": "No rights"}}
    world.fault(kind="body", status=400, body=refusal, match="/reports", times=1)
    other = world.client(tmp_path)
    bring(warehouse, other, "campaign_days")
    assert landed(warehouse, "campaign_days") == expected
    told = totals_of_ad_accounts(warehouse)
    (refused,) = {login for (login, _), value in told.items() if value is None}
    again = {of: value for of, value in told.items() if value is not None}
    assert again == {of: value for of, value in stated.items() if of in again}
    assert told[refused, LAST] is None
    bring(warehouse, other, "clients")
    assert set(rows(warehouse, SOURCE, "clients")) == {ROMASHKA, LUTIK}


def test_one_day_is_a_day(world: World, tmp_path: Path) -> None:
    client = world.client(tmp_path)
    window = Days(first=date(2026, 11, 5), last=date(2026, 11, 5))
    (first, second) = client.pages(SOURCE.stream("campaign_days"), window)
    assert [len(page.records) for page in (first, second)] == [1, 3]
