"""The connector against the sandbox: every stored day, its queue, and what the command prints."""

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
from connectors.http import Patience
from connectors.stream import Changes, Days
from connectors.yandex_direct import SOURCE
from connectors.yandex_direct.client import YandexDirect
from infra.sandbox.server import STORE_NAME
from tests.connectors.yandex_direct.imagined import read
from tests.infra.sandbox import tiny_world
from tests.infra.sandbox.serving import Served, served


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    directory = tmp_path_factory.mktemp("yandex")
    tiny_world.build(directory / STORE_NAME)
    with served(directory) as found:
        yield found


def opened(environ: Mapping[str, str], shared: Path) -> YandexDirect:
    (account,) = settings.accounts(SOURCE, environ, shared)
    client = SOURCE.open(account)
    assert isinstance(client, YandexDirect)
    return client


def stored(world: Served) -> dict[str, Decimal]:
    rows = world.store.query(
        "SELECT login, campaign_id, day, cost_micros FROM yandex_campaign_day"
        " WHERE cost_micros + impressions + clicks + conversions > 0"
    )
    return {f"{login}|{c}|{day}": Decimal(cost) / 1_000_000 for login, c, day, cost in rows}


def window(world: Served, *, first: str | None = None) -> Days:
    days = sorted(key[-10:] for key in stored(world))
    return Days(first=date.fromisoformat(first or days[0]), last=date.fromisoformat(days[-1]))


def test_every_stored_day_is_read(world: Served, tmp_path: Path) -> None:
    assert stored(world)
    found = read(opened(world.settings, tmp_path), window(world))
    costs = {record.key: Decimal(json.loads(record.payload)["Cost"]) for record in found}
    assert costs == stored(world)


def test_totals_come_through_the_queue(world: Served, tmp_path: Path) -> None:
    """Over more than a month the sandbox builds a report offline: 201, 202, then 200."""
    client = opened(world.settings, tmp_path)
    since = Days(first=date(2024, 1, 1), last=window(world).last)
    totals = client.totals(SOURCE.stream("campaign_days"), since)
    assert sum(Decimal(total.value) for total in totals) == sum(stored(world).values())
    assert client.traffic.requests == 4
    assert client.traffic.seconds_slept == 2.0


def test_a_run_after_a_crash_comes_back_to_what_is_being_built(
    world: Served, tmp_path: Path
) -> None:
    def crash(_: float) -> None:
        raise KeyboardInterrupt

    since = Days(first=date(2023, 12, 1), last=window(world).last)
    stream = SOURCE.stream("campaign_days")
    (account,) = settings.accounts(SOURCE, world.settings, tmp_path)
    killed = YandexDirect(account, patience=Patience(sleep=crash))
    with pytest.raises(KeyboardInterrupt):
        killed.totals(stream, since)
    killed.close()
    client = opened(world.settings, tmp_path)
    assert client.totals(stream, since)
    # The advertiser, then 202 and 200: the report had its place in the queue.
    assert client.traffic.requests == 3


def test_the_advertiser_is_read(world: Served, tmp_path: Path) -> None:
    client = opened(world.settings, tmp_path)
    (page,) = client.pages(SOURCE.stream("clients"), Changes())
    assert [record.key for record in page.records] == [tiny_world.LOGIN]


def test_a_wrong_token_is_told(world: Served, tmp_path: Path) -> None:
    environ = {**world.settings, "YANDEX_DIRECT__MAIN__TOKEN": "another"}
    with pytest.raises(Unauthorized, match="TOKEN"):
        read(opened(environ, tmp_path), window(world))


def test_a_login_of_nobody_is_told(world: Served, tmp_path: Path) -> None:
    environ = {**world.settings, "YANDEX_DIRECT__MAIN__CLIENT_LOGIN": "nobody"}
    with pytest.raises(Unauthorized, match="CLIENT_LOGIN"):
        read(opened(environ, tmp_path), window(world))


def test_the_command_prints_one_record_a_line(world: Served, tmp_path: Path) -> None:
    days = window(world)
    command = [sys.executable, "-m", "connectors.yandex_direct", "campaign_days"]
    done = subprocess.run(
        [*command, "--format", "jsonl", "--since", days.first.isoformat()],
        env={
            **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
            **world.settings,
            "WAREHOUSE_HOME": str(tmp_path),
            "AS_OF": days.last.isoformat(),
        },
        cwd=tmp_path,
        capture_output=True,
        check=True,
        timeout=60,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert sum(Decimal(line["Cost"]) for line in lines) == sum(stored(world).values())
    assert b"tiny-token" not in done.stdout + done.stderr
