"""The connector against the sandbox: real HTTP, real batches, a world that changes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors.bitrix24 import SOURCE
from connectors.bitrix24.client import Bitrix24
from connectors.errors import Rejected, Unauthorized
from connectors.stream import Account, Changes, Page
from infra.sandbox.changes import change_item, delete_item
from infra.sandbox.server import STORE_NAME
from infra.sandbox.store import DEAL, Store
from tests.connectors.canary import leaked
from tests.infra.sandbox.serving import Served, served
from tests.infra.sandbox.tiny_world import DEALS, META, build, deal

ROWS = {
    "deals": DEALS,
    "leads": 60,
    "contacts": 5,
    "companies": 2,
    "quotes": 0,
    "smart_invoices": 0,
    "smart_process_items": 0,
    "invoices": 0,
    "deal_stage_history": DEALS,
    "lead_stage_history": 0,
    "smart_invoice_stage_history": 0,
    "smart_process_stage_history": 0,
    "deal_product_rows": 0,
    "lead_product_rows": 0,
    "quote_product_rows": 0,
    "smart_invoice_product_rows": 0,
    "activities": 0,
    "calls": 120,
    "users": 3,
    "departments": 1,
    "statuses": 5,
    "pipelines": 2,
    "smart_process_types": 0,
    "fields": 251,
    "currencies": 2,
    "currency_rates": 2,
}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Served]:
    build(tmp_path / STORE_NAME)
    with served(tmp_path) as one:
        yield one


@pytest.fixture
def client(world: Served, tmp_path: Path) -> Iterator[Bitrix24]:
    with closing(opened(world, tmp_path)) as one:
        yield one


def opened(world: Served, shared: Path, plan: str = "enterprise") -> Bitrix24:
    settings = SOURCE.settings(webhook_url=world.settings["BITRIX24_WEBHOOK_URL"], plan=plan)
    return Bitrix24(Account(name="main", settings=settings, shared=str(shared)))


def read(client: Bitrix24, stream: str, window: Changes | None = None) -> list[Page]:
    return list(client.pages(SOURCE.stream(stream), window or Changes()))


def by_key(pages: list[Page]) -> dict[str, dict[str, Any]]:
    return {
        record.key: json.loads(record.payload, parse_float=Decimal)
        for page in pages
        for record in page.records
    }


def test_every_stream_is_read_whole(client: Bitrix24) -> None:
    assert client.unavailable() == {}
    assert {s.name: len(by_key(read(client, s.name))) for s in SOURCE.streams} == ROWS


def test_every_key_is_listed_without_reading_rows(client: Bitrix24) -> None:
    for name in ("deals", "leads", "contacts", "companies", "deal_stage_history"):
        keys = {key for page in client.keys(SOURCE.stream(name)) for key in page}
        assert keys == set(by_key(read(client, name)))


def test_payloads_are_the_rows_of_the_api(client: Bitrix24, world: Served) -> None:
    asked = world.rest("crm.item.list", entityTypeId=2, useOriginalUfNames="Y", select=["*"])
    shown = by_key(read(client, "deals"))
    for item in json.loads(json.dumps(asked["result"]["items"]), parse_float=Decimal):
        assert shown[str(item["id"])] == item
    assert shown["1"]["opportunity"] == Decimal("100.1")
    assert "UF_CRM_GCLID" in shown["1"]
    assert by_key(read(client, "leads"))["7"]["fm"][0]["value"] == "+7 999"


def test_what_changes_between_runs_is_found(client: Bitrix24, world: Served) -> None:
    served_at = read(client, "deals")[0].served_at
    assert served_at == datetime.fromisoformat(META["now"])
    change_item(world.store, DEAL, 3, title="changed")
    delete_item(world.store, DEAL, 5)
    old = "2020-05-05T05:05:05+03:00"
    world.store.add_items(DEAL, [deal(9_500, createdTime=old, updatedTime=old)])
    window = Changes(since=served_at - timedelta(minutes=15), newest_keys={"": str(DEALS)})
    assert set(by_key(read(client, "deals", window))) == {"3", "9500"}
    gone = {str(n) for n in range(1, DEALS + 1)} | {"9500"}
    assert gone - {key for page in client.keys(SOURCE.stream("deals")) for key in page} == {"5"}


def test_120_rows_of_one_moment_over_page_borders(tmp_path: Path) -> None:
    same = "2026-11-22T15:00:00+03:00"
    with Store.create(tmp_path / STORE_NAME) as store:
        store.set_meta(META)
        store.add_items(DEAL, (deal(number, updatedTime=same) for number in range(1, 121)))
        store.add_items(DEAL, (deal(number) for number in range(121, 200)))
    with served(tmp_path) as world, closing(opened(world, tmp_path)) as client:
        window = Changes(since=datetime.fromisoformat(same), newest_keys={"": "199"})
        assert set(by_key(read(client, "deals", window))) == {str(n) for n in range(1, 121)}


def test_imported_rows_with_ids_of_nineteen_digits(tmp_path: Path) -> None:
    ids = [5_805_028_000_000_922_001 + 7_919 * number for number in range(120)]
    with Store.create(tmp_path / STORE_NAME) as store:
        store.set_meta(META)
        store.add_items(DEAL, map(deal, ids))
    with served(tmp_path) as world, closing(opened(world, tmp_path)) as client:
        window = Changes(since=datetime.fromisoformat(META["now"]) - timedelta(days=365))
        assert list(by_key(read(client, "deals", window))) == [str(number) for number in ids]


def test_rows_that_come_change_and_go_while_they_are_read(tmp_path: Path) -> None:
    with Store.create(tmp_path / STORE_NAME) as store:
        store.set_meta(META)
        store.add_items(DEAL, (deal(number) for number in range(1, 6_001)))
    with served(tmp_path) as world, closing(opened(world, tmp_path)) as client:
        seen: list[str] = []
        for number, page in enumerate(client.pages(SOURCE.stream("deals"), Changes()), start=1):
            seen += [record.key for record in page.records]
            delete_item(world.store, DEAL, number)
            change_item(world.store, DEAL, 5_999, title=f"changed {number}")
            world.store.add_items(DEAL, [deal(6_000 + number)])
        assert len(seen) == len(set(seen))
        assert {str(number) for number in range(100, 6_001)} <= set(seen)
        assert "6001" in seen
        later = Changes(since=datetime.fromisoformat(META["now"]), newest_keys={"": "6000"})
        changed = by_key(read(client, "deals", later))
        assert changed["5999"]["title"].startswith("changed")
        added = {str(6_000 + n) for n in range(1, number + 1)}
        assert added <= set(changed)


def test_the_limits_of_a_standard_portal_are_kept(tmp_path: Path) -> None:
    """Sixty requests at once: a client without a limiter meets 503 after fifty."""
    build(tmp_path / STORE_NAME)
    with served(tmp_path, rate=1) as world, closing(opened(world, tmp_path, "standard")) as client:
        for _ in range(55):
            read(client, "currencies")
        assert client.traffic.retries == 0
        assert client.traffic.requests == 55
        assert client.traffic.seconds_slept > 0


def test_a_webhook_with_fewer_rights(world: Served, client: Bitrix24) -> None:
    world.store.set_meta(
        {**world.store.all_meta(), "scopes": json.dumps(["crm"]), "portal_mode": "2"}
    )
    assert set(client.unavailable()) == {"users", "departments", "calls"}
    with pytest.raises(Unauthorized, match="scope"):
        read(client, "users")


def test_a_portal_without_a_method(client: Bitrix24) -> None:
    with pytest.raises(Rejected, match="ERROR_METHOD_NOT_FOUND"):
        client._reading.portal.call("crm.no.such", {})


def command(world: Served, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    given = {
        "PATH": os.environ["PATH"],
        "BITRIX24_WEBHOOK_URL": world.settings["BITRIX24_WEBHOOK_URL"],
        "BITRIX24__MAIN__PLAN": "enterprise",
        "WAREHOUSE_HOME": str(world.directory / "warehouse"),
        **environ,
    }
    return subprocess.run(
        [sys.executable, "-m", "connectors.bitrix24", *arguments],
        env=given,
        cwd=world.directory,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_command_prints_records_and_nothing_else(world: Served) -> None:
    shown = command(world, "deals", "--format", "jsonl")
    assert shown.returncode == 0, shown.stderr
    lines = shown.stdout.splitlines()
    assert [json.loads(line)["id"] for line in lines] == list(range(1, DEALS + 1))
    assert f"{DEALS} rows" in shown.stderr  # what it will cost, beforehand
    assert f"{DEALS} records" in shown.stderr
    some = command(world, "deals", "--limit", "3")
    assert len(some.stdout.splitlines()) == 3
    since = command(world, "leads", "--since", "2026-11-20")
    assert 0 < len(since.stdout.splitlines()) < 60
    files = [str(path) for path in (world.directory / "warehouse").rglob("*")]
    told = "\n".join([shown.stdout, shown.stderr, some.stderr, since.stderr, *files])
    assert leaked([META["webhook_secret"]], told) == set()


def test_the_command_fails_in_words_without_the_secret(world: Served) -> None:
    address = world.settings["BITRIX24_WEBHOOK_URL"]
    wrong = address.replace(META["webhook_secret"], "wrongcanary00001")
    refused = command(world, "deals", BITRIX24_WEBHOOK_URL=wrong)
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert "does not accept this webhook" in refused.stderr
    assert leaked(["wrongcanary00001"], refused.stderr) == set()
