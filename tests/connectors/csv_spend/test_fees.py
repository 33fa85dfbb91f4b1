"""Fees: what is right, how mistakes are told, and that they are no spend lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connectors import settings
from connectors.csv_spend import SOURCE
from connectors.errors import ContractBroken
from connectors.stream import Changes, Record
from infra.postgres import Warehouse
from tests.connectors.landed import land, rows

HEADER = (
    "platform,account,fee,percent,monthly_amount,currency,vat_included,channel,valid_from,valid_to"
)
SPEND = (
    "date,platform,account,campaign,ad_group,ad,impressions,clicks,spend,currency,vat_included,"
    "channel\n2026-11-01,Радио,,,,,,,10,RUB,yes,offline\n"
)


def fee(**cells: str) -> str:
    given = dict.fromkeys(HEADER.split(","), "")
    given |= {"platform": "yandex_direct", "fee": "Agency", "percent": "12.5"}
    given |= {"vat_included": "yes", "valid_from": "2026-01-01"}
    return ",".join({**given, **cells}.values())


def write(folder: Path, *lines: str) -> None:
    (folder / "fees.csv").write_text("\n".join((HEADER, *lines, "")), encoding="utf-8")


def read(folder: Path, stream: str = "fees") -> list[Record]:
    (account,) = settings.accounts(SOURCE, {"CSV_SPEND__MAIN__FOLDER": str(folder)}, folder)
    pages = SOURCE.open(account).pages(SOURCE.stream(stream), Changes())
    return [record for page in pages for record in page.records]


def test_fees_and_spend_lie_in_one_folder_and_stay_apart(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(tmp_path, fee(), fee(percent="", monthly_amount="60000", currency="RUB"))
    (tmp_path / "radio.csv").write_text(SPEND, encoding="utf-8")
    found = read(tmp_path)
    assert [record.key for record in found] == ["fees.csv:2", "fees.csv:3"]
    assert json.loads(found[0].payload)["percent"] == "12.5"
    assert [record.key for record in read(tmp_path, "spend_lines")] == ["radio.csv:2"]
    assert not caplog.records


def test_a_folder_without_the_file_has_no_fees(tmp_path: Path) -> None:
    assert read(tmp_path) == []


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"percent": ""}, "line 2: expected either percent or monthly_amount"),
        ({"monthly_amount": "5", "currency": "RUB"}, "expected either percent or monthly_amount"),
        ({"currency": "RUB"}, "line 2: expected currency beside monthly_amount"),
        ({"percent": "", "monthly_amount": "5"}, "expected currency beside monthly_amount"),
        ({"percent": "0"}, "line 2, column percent: '0', expected a percentage above 0"),
        ({"percent": "100.5"}, "a percentage above 0 and up to 100"),
        ({"percent": "12%"}, "column percent: '12%', expected a number such as"),
        ({"valid_from": ""}, "column valid_from"),
        ({"valid_to": "31.12.2026"}, "column valid_to"),
        ({"valid_to": "2025-12-31"}, "line 2: valid_to lies before valid_from"),
        ({"channel": "radio"}, "column channel"),
        ({"platform": ""}, "column platform: '', expected something"),
        ({"fee": ""}, "column fee: '', expected something"),
    ],
)
def test_a_mistake_is_told(cells: dict[str, str], said: str, tmp_path: Path) -> None:
    write(tmp_path, fee(**cells))
    with pytest.raises(ContractBroken) as caught:
        read(tmp_path)
    assert said in caught.value.message


def test_a_fee_that_ended_is_corrected_where_it_stands(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    (account,) = settings.accounts(SOURCE, {"CSV_SPEND__MAIN__FOLDER": str(tmp_path)}, tmp_path)
    write(tmp_path, fee(), fee(platform="google_ads"))
    land(warehouse, SOURCE, SOURCE.open(account), "fees")
    write(tmp_path, fee(valid_to="2026-06-30"))
    done = land(warehouse, SOURCE, SOURCE.open(account), "fees")
    assert (done.rows_updated, done.rows_deleted) == (1, 1)
    (row,) = rows(warehouse, SOURCE, "fees").values()
    assert row["valid_to"] == "2026-06-30"
