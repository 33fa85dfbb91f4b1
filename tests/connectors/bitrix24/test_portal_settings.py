"""The settings of a portal: what is accepted, and that a refusal shows nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors import settings
from connectors.bitrix24 import SOURCE
from connectors.bitrix24.settings import Plan, Settings
from connectors.errors import Misconfigured
from connectors.stream import Changes
from tests.connectors.bitrix24.portal_double import SECRET, WEBHOOK, PortalDouble, read
from tests.connectors.canary import leaked, told


@pytest.mark.parametrize(
    "address",
    [
        WEBHOOK,
        WEBHOOK.rstrip("/"),
        f"http://127.0.0.1:8080/rest/1/{SECRET}/",
        f"https://portal.example:8443/rest/12/{SECRET}",
    ],
)
def test_a_webhook_is_accepted(address: str) -> None:
    assert Settings(webhook_url=address).webhook_url.get_secret_value() == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://portal.example/",
        f"{WEBHOOK}crm.deal.list.json",
        f"http://portal.example/rest/1/{SECRET}/",
        f"ftp://portal.example/rest/1/{SECRET}/",
        f"https://user@portal.example/rest/1/{SECRET}/",
        f"https://portal.example/rest/one/{SECRET}/",
    ],
)
def test_anything_else_is_refused_by_name_without_its_value(address: str, tmp_path: Path) -> None:
    environ = {"BITRIX24_WEBHOOK_URL": address or "x"}
    with pytest.raises(Misconfigured, match="BITRIX24__MAIN__WEBHOOK_URL") as caught:
        settings.accounts(SOURCE, environ, tmp_path)
    assert leaked([SECRET], told(caught.value)) == set()


def test_the_short_name_stands_for_the_main_account(tmp_path: Path) -> None:
    environ = {
        "BITRIX24_WEBHOOK_URL": WEBHOOK,
        "BITRIX24__BRANCH__WEBHOOK_URL": f"https://branch.example/rest/7/{SECRET}/",
        "BITRIX24__BRANCH__PLAN": "enterprise",
        "BITRIX24__BRANCH__FIRST_DAY": "2026-01-01",
    }
    branch, main = settings.accounts(SOURCE, environ, tmp_path)
    assert (branch.name, main.name) == ("branch", "main")
    assert isinstance(main.settings, Settings)
    assert main.settings.plan is Plan.STANDARD
    assert isinstance(branch.settings, Settings)
    assert str(branch.settings.first_day) == "2026-01-01"
    assert SECRET not in repr(branch) + repr(main)


def test_portals_share_a_bucket_by_their_host_alone(tmp_path: Path) -> None:
    first, second = PortalDouble([]), PortalDouble([])
    for portal in (first, second):
        read(portal.client(tmp_path), Changes())
    files = {path.name for path in tmp_path.iterdir()}
    assert len(files) == 2  # the level and its lock
    assert not any("example" in name or SECRET in name for name in files)
