"""Accounts out of environment names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, SecretStr, field_validator

from connectors.errors import Misconfigured
from connectors.settings import accounts
from connectors.stream import Account, Source

SECRET = "https://portal.test/rest/1/canary0secret/"


class Portal(BaseModel):
    webhook_url: SecretStr
    plan: Literal["standard", "enterprise"] = "standard"
    lines: int = 1

    @field_validator("lines")
    @classmethod
    def _even_quotes(cls, value: int) -> int:
        if value < 0:
            msg = f"{value} is below zero"
            raise ValueError(msg)
        return value


def never_opened(_account: Account) -> object:
    raise AssertionError


SOURCE = Source(
    name="portal",
    title="Portal",
    streams=(),
    settings=Portal,
    open=never_opened,  # pyright: ignore[reportArgumentType]
    settings_aliases={"PORTAL_WEBHOOK_URL": "PORTAL__MAIN__WEBHOOK_URL"},
)


def found(**environ: str) -> Mapping[str, Portal]:
    read = accounts(SOURCE, environ, Path("/shared"))
    assert all(account.shared == "/shared/portal" for account in read)
    return {account.name: account.settings for account in read}  # pyright: ignore[reportReturnType]


def test_nothing_configured_is_no_error() -> None:
    assert found(PATH="/bin", PORTAL__MAIN__WEBHOOK_URL="", PORTAL_WEBHOOK_URL=" ") == {}


def test_defaults_alone_make_no_account() -> None:
    assert found(PORTAL__MAIN__PLAN="enterprise", PORTAL__MAIN__WEBHOOK_URL="") == {}


def test_several_accounts_come_in_the_order_of_their_names() -> None:
    read = found(
        PORTAL__SECOND_OFFICE__WEBHOOK_URL="https://b",
        PORTAL__MAIN__WEBHOOK_URL=f"  {SECRET}\n",
        PORTAL__MAIN__PLAN="enterprise",
    )
    assert list(read) == ["main", "second_office"]
    assert read["main"].webhook_url.get_secret_value() == SECRET
    assert read["main"].plan == "enterprise"


def test_the_short_name_stands_for_the_first_account() -> None:
    assert found(PORTAL_WEBHOOK_URL=SECRET)["main"].webhook_url.get_secret_value() == SECRET
    same = found(PORTAL_WEBHOOK_URL=SECRET, PORTAL__MAIN__WEBHOOK_URL=SECRET)
    assert list(same) == ["main"]


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        (
            {"PORTAL_WEBHOOK_URL": SECRET, "PORTAL__MAIN__WEBHOOK_URL": "canary0secret"},
            "PORTAL_WEBHOOK_URL and PORTAL__MAIN__WEBHOOK_URL",
        ),
        ({"PORTAL__MAIN__WEBHOOKURL": SECRET}, "PORTAL__MAIN__WEBHOOKURL"),
        ({"PORTAL__WEBHOOK_URL": SECRET}, "PORTAL__WEBHOOK_URL"),
        ({"PORTAL__a__WEBHOOK_URL": SECRET}, "PORTAL__a__WEBHOOK_URL"),
        (
            {"PORTAL_WEBHOOK_URL": SECRET, "PORTAL__MAIN__PLAN": "canary0secret"},
            "PORTAL__MAIN__PLAN",
        ),
        ({"PORTAL_WEBHOOK_URL": SECRET, "PORTAL__MAIN__LINES": "-777"}, "PORTAL__MAIN__LINES"),
    ],
)
def test_what_is_wrong_is_named_and_never_shown(environ: dict[str, str], named: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        found(**environ)
    assert named in str(caught.value)
    assert "canary0secret" not in str(caught.value)
    assert "777" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
