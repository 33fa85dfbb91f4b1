"""The connector against the sandbox: every stored day, and what the command prints."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from connectors import settings
from connectors.errors import Unauthorized
from connectors.google_ads import SOURCE
from connectors.google_ads.client import GoogleAds
from connectors.stream import Days
from infra.sandbox.server import STORE_NAME
from tests.connectors.google_ads.imagined import read
from tests.infra.sandbox import tiny_world
from tests.infra.sandbox.serving import Served, served

EVERYTHING = Days(first=date(2020, 1, 1), last=date(2027, 1, 31))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    directory = tmp_path_factory.mktemp("google")
    tiny_world.build(directory / STORE_NAME)
    with served(directory) as found:
        yield found


def opened(environ: Mapping[str, str], shared: Path) -> GoogleAds:
    (account,) = settings.accounts(SOURCE, environ, shared)
    client = SOURCE.open(account)
    assert isinstance(client, GoogleAds)
    return client


def stored(world: Served) -> dict[str, tuple[Decimal, ...]]:
    rows = world.store.query(
        "SELECT customer_id, campaign_id, day, cost_micros, impressions, clicks"
        " FROM google_campaign_day WHERE cost_micros + impressions + clicks > 0"
    )
    return {f"{c}|{campaign}|{day}": tuple(map(Decimal, rest)) for c, campaign, day, *rest in rows}


def landed(client: GoogleAds, window: Days) -> dict[str, tuple[Decimal, ...]]:
    found: dict[str, tuple[Decimal, ...]] = {}
    for record in read(client, "campaign_days", window):
        metrics = json.loads(record.payload)["metrics"]
        names = ("costMicros", "impressions", "clicks")
        found[record.key] = tuple(Decimal(metrics[name]) for name in names)
    return found


def test_every_stored_day_is_read(world: Served, tmp_path: Path) -> None:
    assert stored(world)
    client = opened(world.settings, tmp_path)
    assert landed(client, EVERYTHING) == stored(world)
    spent = sum(cost for cost, *_ in stored(world).values())
    totals = client.totals(SOURCE.stream("campaign_days"), EVERYTHING)
    assert sum(Decimal(total.value) for total in totals) * 1_000_000 == spent


def test_a_manager_leads_to_the_same_days(world: Served, tmp_path: Path) -> None:
    environ = {**world.settings, "GOOGLE_ADS__MAIN__CUSTOMER_ID": tiny_world.MANAGER}
    assert landed(opened(environ, tmp_path), EVERYTHING) == stored(world)


def test_a_wrong_refresh_token_is_told(world: Served, tmp_path: Path) -> None:
    environ = {**world.settings, "GOOGLE_ADS__MAIN__REFRESH_TOKEN": "another"}
    with pytest.raises(Unauthorized, match="REFRESH_TOKEN"):
        landed(opened(environ, tmp_path), EVERYTHING)


def test_a_customer_of_nobody_is_told(world: Served, tmp_path: Path) -> None:
    environ = {**world.settings, "GOOGLE_ADS__MAIN__CUSTOMER_ID": "9999999999"}
    with pytest.raises(Unauthorized, match="LOGIN_CUSTOMER_ID"):
        landed(opened(environ, tmp_path), EVERYTHING)


def test_the_command_prints_one_record_a_line(world: Served, tmp_path: Path) -> None:
    day = min(stored(world)).split("|")[2]
    command = [sys.executable, "-m", "connectors.google_ads", "campaign_days", "--format", "jsonl"]
    done = subprocess.run(
        [*command, "--since", day],
        env={
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            **world.settings,
            "WAREHOUSE_HOME": str(tmp_path),
            "AS_OF": "2027-01-31",
        },
        cwd=tmp_path,
        capture_output=True,
        check=True,
        timeout=60,
    )
    lines = done.stdout.splitlines()
    assert len(lines) == sum(key.split("|")[2] >= day for key in stored(world))
    assert all("costMicros" in json.loads(line)["metrics"] for line in lines)
    assert b"tiny-refresh" not in done.stdout + done.stderr


def test_a_source_that_is_not_configured_is_off(tmp_path: Path) -> None:
    assert settings.accounts(SOURCE, {"GOOGLE_ADS__MAIN__BASE_URL": ""}, tmp_path) == ()
