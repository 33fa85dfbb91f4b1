"""Google Sheets as a place of spend lines: where the request goes, what is said when it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from connectors import settings
from connectors.csv_spend import SOURCE
from connectors.csv_spend.settings import Settings
from connectors.csv_spend.sheets import Sheets
from connectors.errors import (
    ConnectorError,
    ContractBroken,
    Misconfigured,
    Rejected,
    Unauthorized,
    Unavailable,
)
from connectors.stream import Changes, Record
from tests.connectors.clock import Clock

ID = "1AbcCanaryOfASheet-and_its_secret99"
LINK = f"https://docs.google.com/spreadsheets/d/{ID}/export?format=csv&gid=7"
THERE = "https://doc-0s-8o-sheets.googleusercontent.com/export/canary/token?format=csv"
HEADER = (
    "date,platform,account,campaign,ad_group,ad,impressions,clicks,spend,currency,vat_included,"
    "channel"
)
ROW = "2026-11-01,Радио,,,,,,,1250.50,RUB,yes,offline"
CSV = {"content-type": "text/csv"}


def table(*rows: str) -> bytes:
    return "\r\n".join((HEADER, *rows)).encode()


class Google:
    """Answers by host, and keeps what it was asked."""

    def __init__(self, **answers: Callable[[], httpx.Response]) -> None:
        self.answers = answers
        self.asked: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(str(request.url))
        return self.answers["docs" if request.url.host == "docs.google.com" else "content"]()


def sent_to(location: str) -> Callable[[], httpx.Response]:
    return lambda: httpx.Response(307, headers={"location": location})


def holding(content: bytes, **headers: str) -> Callable[[], httpx.Response]:
    return lambda: httpx.Response(200, content=content, headers=CSV | headers)


def read(google: Google, stream: str = "spend_lines") -> list[Record]:
    client = Sheets(
        source=SOURCE.name,
        links={"spend_lines": (SecretStr(LINK), "CSV_SPEND__MAIN__SPEND_URL")},
        file_names={"spend_lines": "spend.csv"},
        transport=httpx.MockTransport(google),
        patience=Clock().patience(),
    )
    try:
        pages = client.pages(SOURCE.stream(stream), Changes())
        return [record for page in pages for record in page.records]
    finally:
        client.close()


def test_the_rows_come_by_way_of_googles_host_for_content() -> None:
    google = Google(docs=sent_to(THERE), content=holding(table(ROW, ROW)))
    assert [record.key for record in read(google)] == ["spend.csv:2", "spend.csv:3"]
    assert google.asked == [LINK, THERE]


def test_a_sheet_may_answer_at_once() -> None:
    google = Google(docs=holding(table(ROW)))
    assert len(read(google)) == 1
    assert google.asked == [LINK]


def test_a_stream_without_a_sheet_is_empty() -> None:
    google = Google()
    assert read(google, "fees") == []
    assert google.asked == []


@pytest.mark.parametrize(
    "location",
    [
        "https://googleusercontent.com/x",
        "https://doc.googleusercontent.com.example.com/x",
        "https://evilgoogleusercontent.com/x",
        "http://doc.googleusercontent.com/x",
        "https://doc.googleusercontent.com:8443/x",
        "https://user@doc.googleusercontent.com/x",
        "https://169.254.169.254/latest",
        "//other.example/x",
        "/spreadsheets/again",
        "",
    ],
)
def test_it_is_not_sent_to_any_other_host(location: str) -> None:
    google = Google(docs=sent_to(location), content=holding(table(ROW)))
    with pytest.raises(Rejected, match="not Google's for content"):
        read(google)
    assert google.asked == [LINK]


def test_the_host_for_content_may_not_send_on() -> None:
    google = Google(docs=sent_to(THERE), content=sent_to(THERE))
    with pytest.raises(ConnectorError, match="redirect"):
        read(google)
    assert google.asked == [LINK, THERE]


@pytest.mark.parametrize(
    "answer",
    [
        sent_to("https://accounts.google.com/v3/signin?continue=x"),
        holding(b"<!DOCTYPE html><html>Sign in</html>", **{"content-type": "text/html; x"}),
        holding(b"  <html>Sign in</html>"),
        lambda: httpx.Response(401),
        lambda: httpx.Response(403),
    ],
)
def test_a_sheet_that_is_not_shared_is_told_how_to(answer: Callable[[], httpx.Response]) -> None:
    with pytest.raises(Unauthorized, match=r"SPEND_URL: .*share the sheet: anyone with the link"):
        read(Google(docs=answer))


@pytest.mark.parametrize(
    ("status", "error", "said"),
    [
        (404, Rejected, "no such sheet"),
        (400, Rejected, "no such tab"),
        (500, Unavailable, "HTTP 500"),
        (429, Unavailable, "HTTP 429"),
        (418, Rejected, "refused"),
    ],
)
def test_other_refusals(status: int, error: type[ConnectorError], said: str) -> None:
    with pytest.raises(error, match=said):
        read(Google(docs=lambda: httpx.Response(status)))


def test_mistakes_are_told_by_line_as_in_a_file_and_nothing_comes() -> None:
    wrong = '2026-11-01,Радио,,,,,,,"1250,50",RUB,yes,offline'
    with pytest.raises(ContractBroken) as caught:
        read(Google(docs=holding(table(ROW, wrong))))
    assert "spend.csv is not as its format says:\n  line 3, column spend: '1250,50'" in str(
        caught.value
    )


def test_a_sheet_without_bounds_is_refused() -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * (1 << 20)

    with pytest.raises(ContractBroken, match="larger than"):
        read(Google(docs=lambda: httpx.Response(200, content=endless(), headers=CSV)))


@pytest.mark.parametrize(
    "given",
    [
        LINK,
        f"https://docs.google.com/spreadsheets/d/{ID}/edit?gid=7#gid=7",
        f"https://docs.google.com/spreadsheets/d/{ID}/edit#gid=7",
    ],
)
def test_any_link_of_a_sheet_becomes_that_of_its_export(given: str) -> None:
    found = Settings.model_validate({"spend_url": given}).spend_url
    assert found is not None
    assert found.get_secret_value() == LINK


@pytest.mark.parametrize(
    "given",
    [
        f"http://docs.google.com/spreadsheets/d/{ID}/export?format=csv",
        f"https://docs.google.com.example.com/spreadsheets/d/{ID}/export",
        "https://docs.google.com/document/d/1/edit",
        f"https://x@docs.google.com/spreadsheets/d/{ID}/edit",
    ],
)
def test_another_link_is_refused_without_showing_it(given: str, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured) as caught:
        settings.accounts(SOURCE, {"CSV_SPEND__MAIN__FEES_URL": given}, tmp_path)
    assert "CSV_SPEND__MAIN__FEES_URL: " in caught.value.message
    assert "is no link of a Google sheet" in caught.value.message
    assert ID not in caught.value.message


def test_a_folder_and_a_sheet_are_two_accounts(tmp_path: Path) -> None:
    both = {"CSV_SPEND__MAIN__FOLDER": str(tmp_path), "CSV_SPEND__MAIN__SPEND_URL": LINK}
    with pytest.raises(Misconfigured, match="two places would count twice"):
        settings.accounts(SOURCE, both, tmp_path)
    apart = {"CSV_SPEND__MAIN__FOLDER": str(tmp_path), "CSV_SPEND__SHEET__SPEND_URL": LINK}
    files, sheet = settings.accounts(SOURCE, apart, tmp_path)
    assert (files.name, sheet.name) == ("main", "sheet")
    client = SOURCE.open(sheet)
    assert isinstance(client, Sheets)
    client.close()
    assert ID not in repr(sheet)
