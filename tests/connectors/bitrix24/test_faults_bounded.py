"""What a portal does wrong in the middle of a load, and how much asking that may cost.

Each fault ends in complete data or in one error that says what is so. The bounds were written
before the first run; `clean` is what the same load costs on a portal that behaves.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from connectors.bitrix24 import SOURCE
from connectors.bitrix24.client import Bitrix24
from connectors.errors import ConnectorError, ContractBroken, RateLimited, Unauthorized, Unavailable
from connectors.http import Patience
from connectors.stream import Account, Changes
from infra.postgres import Warehouse
from infra.sandbox.bitrix24 import items, rows
from infra.sandbox.bitrix24.filters import Clause, FilterReader
from infra.sandbox.server import STORE_NAME
from infra.sandbox.store import DEAL, Store
from tests.connectors import landed
from tests.infra.sandbox.serving import Served, served
from tests.infra.sandbox.tiny_world import META, deal

ROWS = 5_000
PAGES = ROWS // 50
ATTEMPTS = 6
PATIENCE = Patience(attempts=ATTEMPTS, first_wait=0.01, longest_wait=0.05, read_seconds=1.5)
MOST_IN_FLIGHT = 20
PASSED = 2
"""Requests that are answered before a fault strikes: it meets a load that is under way."""

Plant = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that goes wrong.

    Args:
        name: what a person would call it.
        most: requests allowed, given those of a clean load.
        planned: faults of the sandbox.
        plant: a falsehood put into the sandbox.
        error: what the load ends with; None where it has to be complete.
        says: words that its message has to hold.
    """

    name: str
    most: Callable[[int], int]
    planned: tuple[dict[str, Any], ...] = ()
    plant: Plant | None = None
    error: type[ConnectorError] | None = None
    says: str = ""


def _planned(kind: str, **more: Any) -> tuple[dict[str, Any], ...]:
    return ({"kind": kind, "match": "/rest/", "skip": PASSED, **more},)


def _budget_spent() -> dict[str, Any]:
    now = time.time()
    block = {"finish": now, "operating": 481, "operating_reset_at": now + 1}
    return {"error": "OPERATION_TIME_LIMIT", "error_description": "blocked", "time": block}


def _start_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    right = rows.read_page

    def read_page(store: Any, table: str, where: Clause, order: str, _start: object) -> rows.Page:
        return right(store, table, where, order, 0)

    monkeypatch.setattr(items, "read_page", read_page)


def _order_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    right = rows.read_page

    def read_page(store: Any, table: str, where: Clause, _order: str, start: object) -> rows.Page:
        return right(store, table, where, "updated_time, id", start)

    monkeypatch.setattr(items, "read_page", read_page)


def _filter_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    everything = Clause(sql="1 = 1", values=())
    monkeypatch.setattr(FilterReader, "where", lambda _self, _filter: everything)


FAULTS = (
    Fault(
        name="a storm of 503",
        planned=_planned("unavailable", times=4),
        most=lambda clean: clean + 4,
    ),
    Fault(
        name="a storm of 503 that never ends",
        planned=_planned("unavailable", times=None),
        most=lambda _clean: PASSED + ATTEMPTS * MOST_IN_FLIGHT,
        error=RateLimited,
        says="too many requests",
    ),
    Fault(
        name="the execution time is used up, and it is said until when",
        planned=_planned("body", status=429, body=_budget_spent()),
        most=lambda clean: clean + 1,
    ),
    Fault(
        name="the portal's minute cuts every batch of more than twelve commands",
        planned=_planned("heavy", commands=12, seconds=0.02),
        # Half as deep after each cut: fifty, twenty-five, twelve; and twelve at a time from there.
        most=lambda _clean: PASSED + 3 * MOST_IN_FLIGHT + PAGES // 6,
    ),
    Fault(
        name="an answer that does not come",
        planned=_planned("slow", seconds=3.0, times=2),
        most=lambda clean: 2 * clean + 2,
    ),
    Fault(
        name="JSON that breaks off",
        planned=_planned("cut", times=3),
        most=lambda clean: 2 * clean + 3,
    ),
    Fault(
        name="JSON that always breaks off",
        planned=_planned("cut", times=None),
        most=lambda _clean: PASSED + ATTEMPTS * MOST_IN_FLIGHT,
        error=Unavailable,
        says="before the answer was complete",
    ),
    Fault(
        name="a proxy's page under 502",
        planned=_planned("html", status=502, times=3),
        most=lambda clean: 2 * clean + 3,
    ),
    Fault(
        name="a page for people under 200",
        planned=_planned("html", status=200, times=None),
        most=lambda _clean: PASSED + MOST_IN_FLIGHT,
        error=ContractBroken,
        says="something else than JSON",
    ),
    Fault(
        name="the webhook is withdrawn",
        planned=_planned("unauthorized", times=None),
        most=lambda _clean: PASSED + MOST_IN_FLIGHT,
        error=Unauthorized,
        says="does not accept this webhook",
    ),
    Fault(
        name="`start` is ignored: the portal counts, and pages as if from the beginning",
        plant=_start_ignored,
        most=lambda clean: clean,
    ),
    Fault(
        name="`order` is ignored",
        plant=_order_ignored,
        # What the portal can do, whether it filters, what the load will cost, and the first rows.
        most=lambda _clean: 4,
        error=ContractBroken,
        says="order",
    ),
    Fault(
        name="every filter is ignored",
        plant=_filter_ignored,
        most=lambda _clean: 3,
        error=ContractBroken,
        says="filter",
    ),
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    directory = tmp_path_factory.mktemp("portal")
    with Store.create(directory / STORE_NAME) as store:
        store.set_meta(META)
        store.add_items(DEAL, (deal(number) for number in range(1, ROWS + 1)))
    with served(directory) as one:
        yield one


@pytest.fixture(scope="module")
def clean(world: Served, tmp_path_factory: pytest.TempPathFactory) -> int:
    """Requests of a load without a fault."""
    with closing(_client(world, tmp_path_factory.mktemp("shared"))) as client:
        stream = SOURCE.stream("deals")
        client.unavailable()
        window = Changes(created_from=date(2026, 11, 1))
        client.estimate(stream, window)
        found = sum(len(page.records) for page in client.pages(stream, window))
        assert found == ROWS
        return client.traffic.requests


def _client(world: Served, shared: Path) -> Bitrix24:
    settings = SOURCE.settings(webhook_url=world.settings["BITRIX24_WEBHOOK_URL"])
    account = Account(name="main", settings=settings, shared=str(shared))
    return Bitrix24(account, patience=PATIENCE)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_ends_well_and_costs_no_more_than_stated(
    fault: Fault,
    world: Served,
    clean: int,
    warehouse: Warehouse,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if fault.plant is not None:
        fault.plant(monkeypatch)
    control = f"{world.http_url}/_sandbox/faults"
    world.client.post(control, json=list(fault.planned)).raise_for_status()
    try:
        with closing(_client(world, tmp_path)) as client:
            if fault.error is None:
                landed.land(warehouse, SOURCE, client, "deals")
                assert len(landed.rows(warehouse, SOURCE, "deals")) == ROWS
            else:
                with pytest.raises(fault.error, match=fault.says):
                    landed.land(warehouse, SOURCE, client, "deals")
            assert client.traffic.requests <= fault.most(clean)
        if fault.planned:
            assert world.client.get(control).json()["met"] > 0
    finally:
        world.client.delete(control)
