"""One token of the five: issued once, shared, refreshed by one, issued anew when it is gone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from connectors.errors import Misconfigured, Unauthorized
from connectors.stream import Changes, Days
from connectors.vk_ads import SOURCE
from connectors.vk_ads.authorise import authorise, delete_tokens
from connectors.vk_ads.client import VkAds
from connectors.vk_ads.settings import Settings
from tests.connectors.canary import leaked, told
from tests.connectors.vk_ads.served_vk import account, opened, tokens, vk
from tests.infra.sandbox import vk_world
from tests.infra.sandbox.serving import Served

USERS = SOURCE.stream("users")
FEW = Days(first=date(2026, 11, 20), last=date(2026, 11, 22))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Served]:
    with vk(tmp_path) as one:
        yield one


def user(client: VkAds) -> str:
    client._user = None  # pyright: ignore[reportPrivateUsage] - else it is asked for once a run
    (page,) = client.pages(USERS, Changes())
    return page.records[0].key


def end_all(world: Served) -> None:
    world.store.add_rows("update vk_token set ends = ?", [(0,)])


def test_runs_one_after_another_use_one_token(world: Served, tmp_path: Path) -> None:
    for _ in range(7):
        with opened(world, tmp_path) as client:
            assert user(client) == f"{vk_world.OWNER}"
    assert tokens(world) == [(vk_world.OWNER, 0)]


def test_two_processes_that_begin_together_have_one_token_issued(
    world: Served, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "connectors.vk_ads", "campaigns", "--format", "jsonl"]
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    running = [
        subprocess.Popen(
            command,
            env={**kept, **world.settings, "WAREHOUSE_HOME": str(tmp_path / "home")},
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    for process in running:
        printed, said = process.communicate(timeout=60)
        assert process.returncode == 0, said
        assert [json.loads(line)["id"] for line in printed.splitlines()] == [101, 102, 103]
        assert not leaked([world.settings["VK_ADS__MAIN__CLIENT_SECRET"]], f"{printed}{said}")
    assert tokens(world) == [(vk_world.OWNER, 0)]


def test_a_token_that_has_ended_is_refreshed_once_for_all(world: Served, tmp_path: Path) -> None:
    with opened(world, tmp_path) as one, opened(world, tmp_path) as other:
        assert user(one) == user(other)
        end_all(world)
        assert user(one) == f"{vk_world.OWNER}"
        assert tokens(world) == [(vk_world.OWNER, 1)]
        # The other's value is unknown now; it finds the new one in the store.
        assert user(other) == f"{vk_world.OWNER}"
    assert tokens(world) == [(vk_world.OWNER, 1)]


def test_threads_that_meet_its_end_together_refresh_it_once(world: Served, tmp_path: Path) -> None:
    with opened(world, tmp_path) as first:
        user(first)
    end_all(world)
    found: list[str] = []

    def ask() -> None:
        with opened(world, tmp_path) as client:
            found.append(user(client))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == [f"{vk_world.OWNER}"] * 4
    assert tokens(world) == [(vk_world.OWNER, 1)]


def test_a_token_that_was_deleted_is_issued_anew(world: Served, tmp_path: Path) -> None:
    with opened(world, tmp_path) as client:
        user(client)
        world.store.add_rows("delete from vk_token", [()])
        assert user(client) == f"{vk_world.OWNER}"
    assert tokens(world) == [(vk_world.OWNER, 0)]


def test_an_ended_token_that_was_deleted_is_issued_anew(world: Served, tmp_path: Path) -> None:
    """VK deletes what nobody used for a month: refreshing is refused then."""
    with opened(world, tmp_path) as client:
        user(client)
    world.store.add_rows("delete from vk_token", [()])
    late = VkAds(account(world, tmp_path), clock=lambda: 4_000_000_000.0)
    assert user(late) == f"{vk_world.OWNER}"
    late.close()
    assert tokens(world) == [(vk_world.OWNER, 0)]


def test_the_sixth_token_is_refused_and_the_way_out_named(
    world: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(5):
        with opened(world, tmp_path / f"{number}") as client:
            user(client)
    with opened(world, tmp_path / "sixth") as client:
        with pytest.raises(Unauthorized, match="delete_tokens --account main") as caught:
            user(client)
        findings = list(client.check())
    assert caught.value.code == "too_many_tokens"
    assert [(one.is_fault, one.subject) for one in findings] == [(True, "access")]
    assert not leaked([world.settings["VK_ADS__MAIN__CLIENT_SECRET"]], told(caught.value))
    assert delete_tokens(account(world, tmp_path / "sixth")) == 0
    assert "All tokens are deleted" in capsys.readouterr().out
    with opened(world, tmp_path / "sixth") as client:
        assert user(client) == f"{vk_world.OWNER}"
    assert tokens(world) == [(vk_world.OWNER, 0)]


@pytest.mark.parametrize(
    "named",
    [{"agency_client_name": vk_world.CLIENT_NAME}, {"agency_client_id": f"{vk_world.CLIENT}"}],
)
def test_a_client_of_an_agency_has_a_token_of_its_own(
    world: Served, tmp_path: Path, named: dict[str, str]
) -> None:
    with opened(world, tmp_path) as owner, opened(world, tmp_path, **named) as client:
        assert (user(owner), user(client)) == (f"{vk_world.OWNER}", f"{vk_world.CLIENT}")
        pages = client.pages(SOURCE.stream("campaign_days"), FEW)
        keys = {record.key for page in pages for record in page.records}
        currency = {t.currency_code for t in client.totals(SOURCE.stream("campaign_days"), FEW)}
    ledger = vk_world.ledger("campaign_days", vk_world.CLIENT)
    assert keys == {key for key in ledger if key[-10:] >= f"{FEW.first}"} != set()
    assert currency == {"KZT"}
    assert sorted(tokens(world)) == [(vk_world.OWNER, 0), (vk_world.CLIENT, 0)]


def test_a_wrong_secret_is_told_without_it(world: Served, tmp_path: Path) -> None:
    wrong = "canary-of-a-wrong-secret"
    with (
        opened(world, tmp_path, client_secret=wrong) as client,
        pytest.raises(Unauthorized, match="CLIENT_SECRET") as caught,
    ):
        user(client)
    assert not leaked([wrong], told(caught.value))
    assert tokens(world) == []


def test_no_token_is_asked_for_that_cannot_be_kept(world: Served, tmp_path: Path) -> None:
    with opened(world, tmp_path) as client:
        of_account = account(world, tmp_path)
        settings = of_account.settings
        assert isinstance(settings, Settings)
        (Path(of_account.shared) / f"{settings.user}.tokens.new").mkdir()
        with pytest.raises(Misconfigured, match="cannot be kept"):
            user(client)
    assert tokens(world) == []


def test_without_a_key_the_command_makes_one(
    world: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keyless = account(world, tmp_path, token_key="")
    with pytest.raises(Misconfigured, match="VK_ADS__MAIN__TOKEN_KEY is missing"):
        VkAds(keyless)
    assert authorise(keyless) == 0
    (line,) = (x for x in capsys.readouterr().out.splitlines() if "VK_ADS__MAIN__TOKEN_KEY=" in x)
    keyed = account(world, tmp_path, token_key=line.partition("=")[2])
    assert tokens(world) == []
    assert authorise(keyed) == authorise(keyed) == 0
    assert tokens(world) == [(vk_world.OWNER, 0)]


def test_a_healthy_account_has_no_fault(world: Served, tmp_path: Path) -> None:
    with opened(world, tmp_path) as client:
        findings = {one.subject: one for one in client.check()}
    assert not [one for one in findings.values() if one.is_fault]
    assert "RUB" in findings["money"].says
    assert "of the day" in findings["requests left"].says
