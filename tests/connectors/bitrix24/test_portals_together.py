"""Several processes on one portal, several portals in one warehouse, and portals of one's own."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

from connectors import settings
from connectors.bitrix24 import SOURCE
from connectors.errors import Moved
from connectors.extract import sync
from connectors.landing import Landing
from connectors.stream import Account, Changes
from infra.postgres import Warehouse
from infra.sandbox.changes import change_item
from infra.sandbox.server import STORE_NAME
from infra.sandbox.store import DEAL
from tests.connectors.bitrix24.installed import Installed
from tests.connectors.canary import leaked, told
from tests.infra.sandbox.serving import Served, served
from tests.infra.sandbox.tiny_world import DEALS, META, build

ASKED_BY_EACH = 33
ALLOWED_AT_ONCE = 50


def world_in(folder: Path, stack: ExitStack, *, rate: float = 1000) -> Served:
    folder.mkdir()
    build(folder / STORE_NAME)
    return stack.enter_context(served(folder, rate=rate))


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as open_until_the_end:
        yield open_until_the_end


def test_two_processes_that_extract_from_one_portal_stay_within_its_limit(
    stack: ExitStack, tmp_path: Path
) -> None:
    """One over a webhook and one as an application, behind the real limit of two a second."""
    world = world_in(tmp_path / "world", stack, rate=1)
    app = Installed.on(world, tmp_path / "shared" / "bitrix24", "second")
    app.authorise()
    program = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from connectors import settings\n"
        "from connectors.bitrix24 import SOURCE\n"
        "from connectors.stream import Changes\n"
        "(account,) = settings.accounts(SOURCE, os.environ, Path(sys.argv[1]))\n"
        "client = SOURCE.open(account)\n"
        "deals = SOURCE.stream('deals')\n"
        f"while client.traffic.requests < {ASKED_BY_EACH}:\n"
        "    for page in client.pages(deals, Changes()):\n"
        "        pass\n"
        "print(client.traffic.requests, client.traffic.retries, flush=True)\n"
    )
    webhook = {"BITRIX24_WEBHOOK_URL": world.settings["BITRIX24_WEBHOOK_URL"]}
    application = {n: v for n, v in app.environment().items() if not n.endswith("__PLAN")}
    started = time.monotonic()
    running = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path / "shared")],
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for environ in (webhook, application)
    ]
    ended = [child.communicate() for child in running]
    seconds = time.monotonic() - started
    assert [child.returncode for child in running] == [0, 0], ended
    said = [[int(number) for number in out.split()] for out, _ in ended]
    asked, repeated = (sum(numbers) for numbers in zip(*said, strict=True))
    counted = world.client.get(f"{world.http_url}/_sandbox/requests").json()
    assert counted == {"taken": asked, "refused": 0}
    assert repeated == 0
    assert seconds >= (asked - ALLOWED_AT_ONCE) / 2  # the limit was met, not missed


def test_a_token_that_ends_in_mid_run_loses_nothing(stack: ExitStack, tmp_path: Path) -> None:
    world = world_in(tmp_path / "world", stack)
    app = Installed.on(world, tmp_path / "shared" / "bitrix24")
    app.authorise()
    keys: list[str] = []
    with closing(SOURCE.open(app.account)) as client:
        client.unavailable()
        app.control(expire_now=True)
        for page in client.pages(SOURCE.stream("deals"), Changes()):
            keys += [record.key for record in page.records]
            app.control(expire_now=True)
        for page in client.pages(SOURCE.stream("leads"), Changes()):
            keys += [f"lead {record.key}" for record in page.records]
    assert len(keys) == len(set(keys)) == DEALS + 60
    counts = app.control()
    assert counts["refreshed"] >= 2
    assert counts["refused"] == 0


def test_portals_land_apart_and_share_nothing_but_the_warehouse(
    stack: ExitStack, tmp_path: Path, warehouse: Warehouse
) -> None:
    """BITRIX24__MAIN__… and BITRIX24__BRANCH__…: the same ids in both, other amounts."""
    shared = tmp_path / "shared"
    worlds = {name: world_in(tmp_path / name, stack) for name in ("main", "branch")}
    change_item(worlds["branch"].store, DEAL, 7, title="Of the branch")
    environ: dict[str, str] = {}
    for name, world in worlds.items():
        app = Installed.on(world, shared / "bitrix24", name)
        app.authorise()
        environ |= app.environment()
    for account in settings.accounts(SOURCE, environ, shared):
        with closing(SOURCE.open(account)) as client:
            landed(warehouse, account, client)
    with psycopg.connect(warehouse.dsn("loader")) as connection:
        rows = connection.execute(
            "select _account, count(*), max(_payload ->> 'title') filter (where _key = '7')"
            " from raw_bitrix24.deals group by 1 order by 1"
        ).fetchall()
    assert [(name, count) for name, count, _ in rows] == [("branch", DEALS), ("main", DEALS)]
    assert [title == "Of the branch" for _, _, title in rows] == [True, False]
    files = {path.name for path in (shared / "bitrix24").iterdir() if path.suffix == ".json"}
    assert {"tokens-main.json", "tokens-branch.json"} < files
    assert sum(name.startswith("portal-") for name in files) == 2


def landed(warehouse: Warehouse, account: Account, client: Any) -> None:
    sync(
        SOURCE,
        account,
        SOURCE.stream("deals"),
        client=client,
        landing=Landing(warehouse.dsn("loader")),
        run_id=f"run of {account.name}",
        as_of=date.fromisoformat(META["as_of"]),
        first_day=None,
        on_progress=lambda _: None,
    )


@pytest.mark.parametrize("way", ["webhook", "application"])
def test_a_portal_of_ones_own_is_read_behind_a_private_authority(
    way: str, stack: ExitStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Self-hosted: a port in the address, a certificate of the company's, no limit of a cloud."""
    world = world_in(tmp_path / "world", stack)
    environ = {
        "BITRIX24__MAIN__WEBHOOK_URL": world.settings["BITRIX24_WEBHOOK_URL"].replace(
            world.http_url, world.https_url
        )
    }
    if way == "application":
        shared = tmp_path / "home" / "shared" / "bitrix24"
        app = Installed.on(world, shared, origin=world.https_url)
        with monkeypatch.context() as patched:
            patched.setenv("SSL_CERT_FILE", str(world.authority))
            app.authorise(aged=3600)
        environ = app.environment()
    environ |= {"BITRIX24__MAIN__PLAN": "self_hosted", "WAREHOUSE_HOME": str(tmp_path / "home")}
    trusting = environ | {"SSL_CERT_FILE": str(world.authority)}
    done, refused = (
        subprocess.run(
            [sys.executable, "-m", "connectors.bitrix24", "deals"],
            env=given,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        for given in (trusting, environ)
    )
    assert done.returncode == 0, done.stderr
    assert len([json.loads(line)["id"] for line in done.stdout.splitlines()]) == DEALS
    assert refused.returncode == 1
    assert "a private authority is named by SSL_CERT_FILE" in refused.stderr


def test_a_portal_that_has_moved_names_its_new_host_and_the_setting(
    stack: ExitStack, tmp_path: Path
) -> None:
    world = world_in(tmp_path / "world", stack)
    world.client.post(f"{world.http_url}/_sandbox/oauth", json={"address": "new.example"})
    given = SOURCE.settings(webhook_url=world.settings["BITRIX24_WEBHOOK_URL"])
    client = SOURCE.open(Account(name="main", settings=given, shared=str(tmp_path)))
    with closing(client), pytest.raises(Moved, match=r"to new\.example: .* WEBHOOK_URL") as caught:
        client.unavailable()
    assert leaked([META["webhook_secret"]], told(caught.value)) == set()
