"""No secret of a run is left anywhere, whether it succeeds or fails.

The sandbox makes its secrets anew for each warehouse, so each one found is a leak of this run.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from dotenv import dotenv_values

from infra.sandbox import process as sandbox
from tests.e2e.leaks import files, tables, where
from tests.e2e.running import Finished, World

pytestmark = pytest.mark.timeout(600)


def secrets_of(world: World) -> dict[str, str]:
    settings = dotenv_values(world.home / "sandbox" / "endpoints.env")
    found = {
        "webhook": str(settings["BITRIX24_WEBHOOK_URL"]).rstrip("/").rpartition("/")[2],
        "google client": str(settings["GOOGLE_ADS__MAIN__CLIENT_SECRET"]),
        "google refresh": str(settings["GOOGLE_ADS__MAIN__REFRESH_TOKEN"]),
        "yandex": str(settings["YANDEX_DIRECT__MAIN__TOKEN"]),
    }
    for role in ("owner", "loader", "transformer", "publisher", "bi_reader", "dagster"):
        found[f"password of {role}"] = world.warehouse.password(role)
    return found


def places(world: World, run: Finished) -> Iterator[tuple[str, bytes]]:
    """Where a run leaves anything: terminal, logs, Dagster's storage, command lines."""
    yield "the terminal", run.output.encode()
    yield from files(world.home / "dagster", world.home / "dbt")
    yield from tables(world.warehouse.dsn("dagster", "dagster"))
    yield from tables(world.warehouse.administrator(world.warehouse.database))
    yield from run.command_lines.places()


@pytest.fixture(scope="module")
def failed_run(demo_world: World, second_run: Finished) -> Finished:
    """A run in which the portal is first overloaded, then a proxy answers, then refuses us.

    The storm outlasts the client's patience, so that Dagster tries the source again; what that
    meets is final.
    """
    del second_run  # comes before: it must find the marts as the first run left them
    plan(
        demo_world,
        {"kind": "unavailable", "match": "/rest/", "times": 6},
        {"kind": "html", "match": "/rest/", "times": 1},
        {"kind": "unauthorized", "match": "/rest/", "times": None},
        {"kind": "unauthorized", "match": "/json/", "times": None},
        {"kind": "html", "match": "googleAds", "times": None},
    )
    try:
        return demo_world.again()
    finally:
        clear(demo_world)


def faults_of(world: World) -> str:
    running = sandbox.find(world.home / "sandbox")
    assert running is not None
    return f"{running.http_url}/_sandbox/faults"


def plan(world: World, *faults: dict[str, object]) -> None:
    httpx.post(faults_of(world), json=list(faults), timeout=10).raise_for_status()


def clear(world: World) -> None:
    httpx.delete(faults_of(world), timeout=10).raise_for_status()


@pytest.mark.parametrize("shape", ["plain", "URL-encoded", "base64", "inside base64"])
def test_the_search_finds_a_planted_leak(shape: str, tmp_path: Path) -> None:
    secret = "y0_canary+/=canary"
    planted = {
        "plain": f"GET /rest/1/{secret}/",
        "URL-encoded": f"?token={quote(secret, safe='')}",
        "base64": base64.b64encode(secret.encode()).decode(),
        "inside base64": base64.b64encode(f"user:{secret}@".encode()).decode(),
    }[shape]
    (tmp_path / "run.log").write_text(f"before {planted} after")
    (tmp_path / "other.log").write_text("nothing here")
    assert where({"canary": secret}, files(tmp_path)) == [f"canary in {tmp_path / 'run.log'}"]


def test_the_search_reaches_every_place(demo_world: World) -> None:
    """Each kind of place is known to be read: by what is certain to stand there."""
    certain = dict(places(demo_world, demo_world.run))
    assert b"report_ad_payback" in certain["public.event_logs"]
    assert any("daily.log" in name for name in certain)
    assert any(name.endswith("dbt.log") for name in certain)
    assert any("compute_logs" in name for name in certain)
    assert b"-m\x00orchestration\x00daily" in certain["a command line"]
    assert b"dbt" in certain["a command line"]


def test_a_successful_run_leaves_no_secret(demo_world: World) -> None:
    assert demo_world.run.code == 0
    assert not where(secrets_of(demo_world), places(demo_world, demo_world.run))


def test_a_failed_run_leaves_no_secret(demo_world: World, failed_run: Finished) -> None:
    assert failed_run.code != 0
    assert not where(secrets_of(demo_world), places(demo_world, failed_run))


def test_a_failed_run_says_what_failed(failed_run: Finished) -> None:
    assert "land_bitrix24 failed" in failed_run.output
    assert "google_ads campaign_days: not loaded" in failed_run.output
    assert "yandex_direct campaign_days: not loaded" in failed_run.output


def test_a_failed_run_publishes_nothing(failed_run: Finished) -> None:
    assert "published" not in failed_run.output
    assert "readers still see the last publication" in failed_run.output
