"""Spend files: what is right, how mistakes are told, and that a wrong folder gives nothing."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors import settings
from connectors.channels import CHANNEL_CODES
from connectors.csv_folder import CsvFolder
from connectors.csv_spend import SOURCE
from connectors.errors import ContractBroken, Misconfigured
from connectors.stream import Changes, Page, Record
from infra.postgres import Warehouse
from tests.connectors.landed import land, rows

ROOT = Path(__file__).parents[3]
HEADER = (
    "date,platform,account,campaign,ad_group,ad,impressions,clicks,spend,currency,vat_included,"
    "channel"
)
STREAM = SOURCE.stream("spend_lines")


def line(**cells: str) -> str:
    given = dict.fromkeys(HEADER.split(","), "")
    given |= {"date": "2026-11-01", "platform": "Радио Ромашка", "spend": "1250.50"}
    given |= {"currency": "RUB", "vat_included": "yes", "channel": "offline"}
    return ",".join({**given, **cells}.values())


def write(folder: Path, name: str, *lines: str, header: str = HEADER) -> None:
    (folder / name).write_text("\n".join((header, *lines, "")), encoding="utf-8")


def opened(folder: Path) -> CsvFolder:
    environ = {"CSV_SPEND__MAIN__FOLDER": str(folder)}
    (account,) = settings.accounts(SOURCE, environ, folder)
    client = SOURCE.open(account)
    assert isinstance(client, CsvFolder)
    return client


def pages(folder: Path) -> list[Page]:
    return list(opened(folder).pages(STREAM, Changes()))


def read(folder: Path) -> list[Record]:
    return [record for page in pages(folder) for record in page.records]


def refusal(folder: Path) -> str:
    """Return what is said of a folder, after nothing of it was given out."""
    with pytest.raises(ContractBroken) as caught:
        next(opened(folder).pages(STREAM, Changes()))
    return caught.value.message


def test_the_channels_are_those_of_the_seed() -> None:
    with (ROOT / "dbt_project" / "seeds" / "channels.csv").open(encoding="utf-8") as file:
        assert tuple(row["channel_code"] for row in csv.DictReader(file)) == CHANNEL_CODES


def test_a_line_lands_as_written_under_file_and_line(tmp_path: Path) -> None:
    write(tmp_path, "radio.csv", line(campaign='"Осень, ""2026"""'), "", line(spend="0"))
    first, second = read(tmp_path)
    assert (first.key, second.key) == ("radio.csv:2", "radio.csv:4")
    assert json.loads(first.payload) == {
        "date": "2026-11-01",
        "platform": "Радио Ромашка",
        "account": "",
        "campaign": 'Осень, "2026"',
        "ad_group": "",
        "ad": "",
        "impressions": "",
        "clicks": "",
        "spend": "1250.50",
        "currency": "RUB",
        "vat_included": "yes",
        "channel": "offline",
    }


def test_columns_may_stand_in_any_order(tmp_path: Path) -> None:
    names = HEADER.split(",")
    turned = ",".join(reversed(names))
    write(tmp_path, "a.csv", ",".join(reversed(line().split(","))), header=turned)
    (record,) = read(tmp_path)
    assert json.loads(record.payload)["platform"] == "Радио Ромашка"


def test_files_of_spreadsheets_are_read(tmp_path: Path) -> None:
    text = f"\ufeff{HEADER}\r\n{line()}\r\n"
    (tmp_path / "EXPORT.CSV").write_bytes(text.encode())
    assert [record.key for record in read(tmp_path)] == ["EXPORT.CSV:2"]


def test_what_is_not_read_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write(tmp_path, "a.csv", line())
    for name in ("plan.xlsx", ".hidden", "~$plan.xlsx"):
        (tmp_path / name).write_bytes(b"PK")
    (tmp_path / "old.csv").mkdir()
    assert len(read(tmp_path)) == 1
    assert "['plan.xlsx']" in caplog.text


def test_a_folder_without_files_is_no_spend(tmp_path: Path) -> None:
    assert pages(tmp_path) == [Page(records=())]
    write(tmp_path, "a.csv")
    assert pages(tmp_path) == [Page(records=())]


def test_many_lines_come_in_pages(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", *(line(ad=str(n)) for n in range(2500)))
    write(tmp_path, "b.csv", line())
    assert [len(page.records) for page in pages(tmp_path)] == [1000, 1000, 500, 1]
    assert len({record.key for record in read(tmp_path)}) == 2501


SOON = (datetime.now(UTC).date() + timedelta(days=300)).isoformat()


@pytest.mark.parametrize(
    "cells",
    [
        {"date": SOON},
        {"date": "2000-01-01"},
        {"spend": "0"},
        {"spend": "999999999999.999999"},
        {"impressions": "0", "clicks": "123"},
        {"vat_included": "no"},
        {"platform": "VK Реклама", "channel": "vk_ads"},
        {"channel": "unknown"},
    ],
)
def test_what_is_right(cells: dict[str, str], tmp_path: Path) -> None:
    write(tmp_path, "a.csv", line(**cells))
    assert len(read(tmp_path)) == 1


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"date": "01.11.2026"}, "column date: '01.11.2026', expected a day such as 2026-11-24"),
        # 5 November or 11 May: nobody can know.
        ({"date": "05/11/2026"}, "column date: '05/11/2026', expected a day such as"),
        ({"date": "05.11.26"}, "expected a day such as"),
        ({"date": "20261101"}, "expected a day such as"),
        ({"date": "2062-11-01"}, "column date: '2062-11-01', expected a day between 2000-01-01"),
        ({"date": "0026-11-01"}, "expected a day between"),
        ({"date": "2026-02-30"}, "expected a day such as"),
        ({"platform": " "}, "column platform: ' ', expected something"),
        ({"spend": "1250,50"}, "13 cells, expected 12"),
        ({"spend": '"1250,50"'}, "column spend: '1250,50', expected a number such as 1250.50"),
        ({"spend": "1 250.50"}, "expected a number such as"),
        ({"spend": "-5"}, "not below zero"),
        ({"spend": "1e3"}, "expected a number"),
        ({"spend": "NaN"}, "expected a number"),
        ({"spend": "１２"}, "expected a number"),
        ({"spend": ""}, "expected a number"),
        ({"spend": "0.1234567"}, "expected at most 12 digits before the point and 6 behind"),
        ({"spend": "1000000000000"}, "expected at most 12 digits"),
        ({"impressions": "1.5"}, "column impressions: '1.5', expected a whole number"),
        ({"clicks": "-1"}, "expected a whole number, zero or more, or nothing"),
        ({"clicks": "9" * 16}, "expected at most 15 digits"),
        ({"currency": "rub"}, "column currency: 'rub', expected a currency of three capital"),
        ({"currency": "руб"}, "expected a currency"),
        ({"vat_included": "да"}, "column vat_included: 'да', expected one of: yes, no"),
        ({"channel": "radio"}, "column channel: 'radio', expected one of: yandex_direct"),
    ],
)
def test_a_mistake_is_told_by_line_and_column(
    cells: dict[str, str], said: str, tmp_path: Path
) -> None:
    write(tmp_path, "radio.csv", line(), line(**cells))
    found = refusal(tmp_path)
    assert found.startswith("radio.csv is not as its format says:\n  line 3")
    assert said in found


def test_all_mistakes_of_all_files_are_told_together(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", line(date="?", spend="?"), line(), line(channel="?"))
    write(tmp_path, "b.csv", line())
    write(tmp_path, "c.csv", line(), header=HEADER.replace("spend", "cost"))
    found = refusal(tmp_path).splitlines()
    assert [text.partition(":")[0].strip() for text in found] == [
        "a.csv is not as its format says",
        "line 2, column date",
        "line 2, column spend",
        "line 4, column channel",
        "c.csv is not as its format says",
        "line 1",
        "line 1",
    ]
    assert "column spend is missing" in found[5]
    assert "column 'cost' is not known" in found[6]


def test_one_wrong_line_holds_back_the_whole_folder(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", *(line(ad=str(n)) for n in range(3000)))
    write(tmp_path, "z.csv", line(spend="?"))
    assert "z.csv" in refusal(tmp_path)


def test_a_copy_of_a_file_would_count_twice(tmp_path: Path) -> None:
    write(tmp_path, "radio.csv", line())
    write(tmp_path, "radio (1).csv", line())
    assert refusal(tmp_path) == "radio.csv is a copy of radio (1).csv: its rows would count twice"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "the file is empty"),
        (HEADER.replace(",", ";").encode(), "semicolons"),
        (f"{HEADER}\n".encode() + line().encode("cp1251"), "not UTF-8"),
        (f"{HEADER}\n{line(campaign=chr(34) + 'open')}\n".encode(), "not CSV"),
        (HEADER.encode("utf-16"), "line 1"),
    ],
)
def test_another_kind_of_file_is_told(raw: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(raw)
    assert said in refusal(tmp_path)


def test_a_missing_folder_names_the_setting_and_not_its_value(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="CSV_SPEND__MAIN__FOLDER") as caught:
        pages(tmp_path / "missing")
    assert "missing" not in str(caught.value)


def test_a_source_that_is_not_configured_is_off(tmp_path: Path) -> None:
    assert settings.accounts(SOURCE, {"CSV_SPEND__MAIN__FOLDER": ""}, tmp_path) == ()


def test_the_command_prints_one_record_a_line(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", line(), line(spend="0.01"))
    command = [sys.executable, "-m", "connectors.csv_spend", "spend_lines", "--format", "jsonl"]
    done = subprocess.run(
        command,
        env={"PATH": os.environ["PATH"], "CSV_SPEND__MAIN__FOLDER": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert [json.loads(text)["spend"] for text in done.stdout.splitlines()] == ["1250.50", "0.01"]


def test_the_landing_follows_the_folder(warehouse: Warehouse, tmp_path: Path) -> None:
    write(tmp_path, "a.csv", line(), line(spend="2"))
    write(tmp_path, "b.csv", line(spend="3"))
    land(warehouse, SOURCE, opened(tmp_path), "spend_lines")
    write(tmp_path, "a.csv", line(spend="1"))
    (tmp_path / "b.csv").unlink()
    report = land(warehouse, SOURCE, opened(tmp_path), "spend_lines")
    assert (report.rows_updated, report.rows_deleted) == (1, 2)
    landed = rows(warehouse, SOURCE, "spend_lines")
    assert {key: row["spend"] for key, row in landed.items()} == {"a.csv:2": "1"}

    write(tmp_path, "b.csv", line(spend="?"))
    write(tmp_path, "a.csv", line(spend="7"))
    with pytest.raises(ContractBroken):
        land(warehouse, SOURCE, opened(tmp_path), "spend_lines")
    assert rows(warehouse, SOURCE, "spend_lines") == landed
