"""What may be configured, and how a mistake is told without its value."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors import settings
from connectors.errors import Misconfigured
from connectors.google_ads import SOURCE
from tests.connectors.canary import leaked, told

GIVEN = {
    "GOOGLE_ADS__MAIN__CUSTOMER_ID": "123-456-7890",
    "GOOGLE_ADS__MAIN__CLIENT_ID": "client",
    "GOOGLE_ADS__MAIN__CLIENT_SECRET": "canary-of-a-secret",
    "GOOGLE_ADS__MAIN__REFRESH_TOKEN": "canary-of-a-token",
}


def test_google_is_where_nothing_else_is_said(tmp_path: Path) -> None:
    (account,) = settings.accounts(SOURCE, GIVEN, tmp_path)
    found = account.settings.model_dump()
    assert found["customer_id"] == "1234567890"
    assert found["base_url"] == "https://googleads.googleapis.com"
    assert found["token_url"] == "https://oauth2.googleapis.com/token"
    assert found["developer_token"] is None
    assert "canary" not in repr(account)


def test_a_second_account_is_configuration_alone(tmp_path: Path) -> None:
    other = {name.replace("MAIN", "SHOP"): value for name, value in GIVEN.items()}
    names = [account.name for account in settings.accounts(SOURCE, {**GIVEN, **other}, tmp_path)]
    assert names == ["main", "shop"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("CUSTOMER_ID", "canary-of-a-value"),
        ("CUSTOMER_ID", "１２３４５６７８９０x"),
        ("LOGIN_CUSTOMER_ID", "12345"),
        ("BASE_URL", "http://canary-of-a-value.example"),
        ("BASE_URL", "https://user:canary-of-a-value@ads.example"),
        ("TOKEN_URL", "canary-of-a-value"),
        ("FIRST_DAY", "24.11.2026"),
        ("CUSTOMER_ID", ""),
    ],
)
def test_a_mistake_names_the_setting_and_not_the_value(
    field: str, value: str, tmp_path: Path
) -> None:
    name = f"GOOGLE_ADS__MAIN__{field}"
    with pytest.raises(Misconfigured, match=name) as caught:
        settings.accounts(SOURCE, {**GIVEN, name: value}, tmp_path)
    secrets = {"canary-of-a-secret", "canary-of-a-token", "canary-of-a-value"}
    assert leaked(secrets, str(caught.value)) == set()
    assert leaked(secrets - {"canary-of-a-value"}, told(caught.value)) == set()


def test_plain_http_is_for_this_machine_alone(tmp_path: Path) -> None:
    given = {**GIVEN, "GOOGLE_ADS__MAIN__BASE_URL": "http://127.0.0.1:8080/"}
    (account,) = settings.accounts(SOURCE, given, tmp_path)
    assert account.settings.model_dump()["base_url"] == "http://127.0.0.1:8080"


def test_half_of_a_way_in_names_the_other_half(tmp_path: Path) -> None:
    given = {**GIVEN, "GOOGLE_ADS__MAIN__REFRESH_TOKEN": ""}
    with pytest.raises(Misconfigured, match=r"GOOGLE_ADS__MAIN: .*REFRESH_TOKEN too"):
        settings.accounts(SOURCE, given, tmp_path)
    both = {**GIVEN, "GOOGLE_ADS__MAIN__SERVICE_ACCOUNT_FILE": "key.json"}
    with pytest.raises(Misconfigured, match="either SERVICE_ACCOUNT_FILE or"):
        settings.accounts(SOURCE, both, tmp_path)
    alone = {**GIVEN, "GOOGLE_ADS__MAIN__IMPERSONATED_EMAIL": "anna@example.com"}
    with pytest.raises(Misconfigured, match="goes with SERVICE_ACCOUNT_FILE"):
        settings.accounts(SOURCE, alone, tmp_path)
    wanted = {"GOOGLE_ADS__MAIN__SERVICE_ACCOUNT_FILE": "key.json"}
    with pytest.raises(Misconfigured, match="GOOGLE_ADS__MAIN__CUSTOMER_ID: "):
        settings.accounts(SOURCE, wanted, tmp_path)
