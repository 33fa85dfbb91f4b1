"""The bank's documents and refusals, and how the rates are asked for."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import httpx
import pytest

from connectors import settings
from connectors.cbr import SOURCE
from connectors.errors import (
    ConnectorError,
    ContractBroken,
    Misconfigured,
    Rejected,
    Unavailable,
)
from connectors.stream import Days, Record
from tests.connectors.cbr.bank import bank, ledger, opened
from tests.infra.sandbox.serving import Served

DAYS = Days(first=date(2026, 1, 1), last=date(2026, 1, 17))
STREAM = SOURCE.stream("rates")
DAILY = (
    '<?xml version="1.0" encoding="windows-1251"?><ValCurs Date="17.01.2026" name="Market">'
    '<Valute ID="R01335"><NumCode>398</NumCode><CharCode>KZT</CharCode><Nominal>100</Nominal>'
    "<Name>Тенге</Name><Value>15,8600</Value></Valute></ValCurs>"
)
RANGE = (
    '<?xml version="1.0" encoding="windows-1251"?><ValCurs ID="R01335" DateRange1="01.01.2026"'
    ' DateRange2="17.01.2026" name="Market"><Record Date="17.01.2026" Id="R01335">'
    "<Nominal>100</Nominal><Value>15,8600</Value></Record></ValCurs>"
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with bank(tmp_path_factory.mktemp("bank")) as found:
        yield found


def read(shared: Path, base_url: str, days: Days = DAYS, **options: str) -> list[Record]:
    with closing(opened(shared, base_url, **options)) as client:
        return [record for page in client.pages(STREAM, days) for record in page.records]


def answered(
    shared: Path, *, daily: bytes | httpx.Response = b"", ranged: bytes | httpx.Response = b""
) -> list[Record]:
    """Read from a bank that answers as told, and as it should where nothing is told."""

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["user-agent"]
        given = daily if "daily" in request.url.path else ranged
        usual = DAILY if "daily" in request.url.path else RANGE
        if isinstance(given, httpx.Response):
            return httpx.Response(given.status_code, content=given.content)
        return httpx.Response(200, content=given or usual.encode("windows-1251"))

    client = opened(
        shared, "https://bank.example", currencies="KZT", transport=httpx.MockTransport(answer)
    )
    return [record for page in client.pages(STREAM, DAYS) for record in page.records]


def test_rates_come_under_their_own_days_as_the_bank_wrote_them(
    world: Served, tmp_path: Path
) -> None:
    sunday = Days(first=date(2025, 12, 28), last=date(2026, 1, 18))
    found = {record.key: record for record in read(tmp_path, world.http_url, sunday)}
    assert {key: key[4:] for key in found} == {
        key: key[4:]
        for key in ledger(world, "USD", "KZT")
        if "2025-12-28" <= key[4:] <= "2026-01-18"
    }
    assert json.loads(found["KZT|2026-01-17"].payload) == {
        "Date": "17.01.2026",
        "Id": "R01335",
        "Nominal": "100",
        "Value": ledger(world, "KZT")["KZT|2026-01-17"][1],
        "VunitRate": str(
            Decimal(ledger(world, "KZT")["KZT|2026-01-17"][1].replace(",", ".")) / 100
        ).rstrip("0").replace(".", ","),
    }  # fmt: skip


def test_all_reads_every_currency_that_is_quoted(world: Served, tmp_path: Path) -> None:
    found = read(tmp_path, world.http_url, currencies="all")
    assert {record.key[:3] for record in found} == {"USD", "EUR", "KZT", "UZS"}


def test_holidays_alone_are_no_rates(world: Served, tmp_path: Path) -> None:
    new_year = Days(first=date(2026, 1, 1), last=date(2026, 1, 8))
    assert read(tmp_path, world.http_url, new_year) == []


def test_a_currency_without_a_rate_is_named(world: Served, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="CBR__MAIN__CURRENCIES names XAU, which"):
        read(tmp_path, world.http_url, currencies="USD,XAU")


def test_the_sandbox_refuses_who_names_no_user_agent(world: Served) -> None:
    url = f"{world.http_url}/scripts/XML_daily.asp"
    assert world.client.get(url).status_code == 200
    assert world.client.get(url, headers={"user-agent": ""}).status_code == 403
    wrong = world.client.get(url, params={"date_req": "2026-01-17"})
    assert b"Error in parameters" in wrong.content


def test_a_passing_failure_is_asked_again(world: Served, tmp_path: Path) -> None:
    faults = f"{world.http_url}/_sandbox/faults"
    planned = [
        {"kind": kind, "match": "scripts"} for kind in ("unavailable", "cut", "broken", "exhausted")
    ]
    world.client.post(faults, json=planned).raise_for_status()
    assert read(tmp_path, world.http_url)


def test_a_refused_address_is_told_what_to_look_at(world: Served, tmp_path: Path) -> None:
    faults = f"{world.http_url}/_sandbox/faults"
    world.client.post(faults, json=[{"kind": "denied", "match": "scripts"}]).raise_for_status()
    with pytest.raises(Rejected, match=r"HTTP 403.*User-Agent"):
        read(tmp_path, world.http_url)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda text: text.replace("17.01.2026", "01/17/2026"), ContractBroken),
        (lambda text: text.replace("15,8600", "15.8600"), ContractBroken),
        (lambda text: text.replace("15,8600", "0,0000"), ContractBroken),
        (lambda text: text.replace("<Nominal>100", "<Nominal>0"), ContractBroken),
        (lambda text: text.replace("15,8600", "15,8601"), ContractBroken),
        (lambda text: text.replace('ID="R01335" DateR', 'ID="R01235" DateR'), ContractBroken),
        (lambda text: text.replace("17.01.2026", "18.01.2026"), ContractBroken),
        (lambda text: text.replace("<ValCurs", "<!DOCTYPE a [<!ENTITY b 'c'>]><ValCurs"),
         ContractBroken),
        (lambda _: "<ValCurs>Error in parameters</ValCurs>", ContractBroken),
        (lambda _: "<!DOCTYPE html><html><body>nginx</body></html>", ContractBroken),
        (lambda _: "<?xml version='1.0'?><html/>", ContractBroken),
        (lambda text: text[: len(text) // 2], Unavailable),
        (lambda _: '<?xml version="1.0"', Unavailable),
    ],
)  # fmt: skip
def test_what_is_not_a_range_lands_nothing(
    change: Callable[[str], str], error: type[ConnectorError], tmp_path: Path
) -> None:
    assert answered(tmp_path)
    with pytest.raises(error):
        answered(tmp_path, ranged=change(RANGE).encode("windows-1251"))


def test_a_daily_list_that_is_not_of_the_day_is_refused(tmp_path: Path) -> None:
    later = DAILY.replace("17.01.2026", "18.01.2026").encode("windows-1251")
    with pytest.raises(ContractBroken, match="later day"):
        answered(tmp_path, daily=later)
    with pytest.raises(ContractBroken, match="no currency"):
        answered(tmp_path, daily=b'<ValCurs Date="17.01.2026"></ValCurs>')


@pytest.mark.parametrize("given", ["usd", "USD;EUR", "RUB", "all,USD", "USDT"])
def test_currencies_that_are_none_are_refused(given: str, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"CBR__MAIN__CURRENCIES: .*USD,EUR,KZT"):
        settings.accounts(SOURCE, {"CBR__MAIN__CURRENCIES": given}, tmp_path)


def test_naming_currencies_is_what_turns_the_source_on(tmp_path: Path) -> None:
    assert settings.accounts(SOURCE, {"CBR__MAIN__CURRENCIES": " "}, tmp_path) == ()
    assert settings.accounts(SOURCE, {"CBR__MAIN__FIRST_DAY": "2020-01-01"}, tmp_path) == ()
    (account,) = settings.accounts(SOURCE, {"CBR__MAIN__CURRENCIES": "USD, EUR"}, tmp_path)
    assert getattr(account.settings, "currencies", None) == ("USD", "EUR")
