"""CSV files that people write: what is wrong, where, and what is expected."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from connectors import csv_table
from connectors.csv_table import Column, rows
from connectors.errors import ContractBroken, Misconfigured

COLUMNS = (
    Column(name="date", rule=csv_table.iso_date),
    Column(name="platform", rule=csv_table.filled),
    Column(name="campaign", rule=csv_table.any_text),
    Column(name="clicks", rule=csv_table.optional(csv_table.whole_number)),
    Column(name="spend", rule=csv_table.number),
    Column(name="currency", rule=csv_table.currency_code),
    Column(name="vat_included", rule=csv_table.one_of("yes", "no")),
)
HEADER = "date,platform,campaign,clicks,spend,currency,vat_included"
GOOD = "2026-11-24,Блогер,«Осень»,10,1250.50,RUB,yes"


def written(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "spend.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def said(tmp_path: Path, text: str | bytes) -> str:
    with pytest.raises(ContractBroken) as caught:
        list(rows(written(tmp_path, text), COLUMNS, source="csv_spend"))
    return str(caught.value)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_rows_come_as_written_with_their_lines(tmp_path: Path, end: str, mark: str) -> None:
    text = mark + end.join([HEADER, GOOD, "", '2026-11-25, X ,"a,""b""\nc",,0,EUR,no', GOOD, ""])
    read = list(rows(written(tmp_path, text), COLUMNS, source="csv_spend"))
    assert [row.line for row in read] == [2, 4, 6]
    assert read[0].cells["platform"] == "Блогер"
    assert read[0].cells["spend"] == "1250.50"
    assert read[1].cells["platform"] == "X"
    assert read[1].cells["campaign"].startswith('a,"b"')
    assert read[1].cells["clicks"] == ""


def test_columns_may_stand_in_any_order(tmp_path: Path) -> None:
    names = HEADER.split(",")[::-1]
    cells = GOOD.split(",")[::-1]
    text = "\n".join([",".join(names), ",".join(cells)])
    [row] = rows(written(tmp_path, text), COLUMNS, source="csv_spend")
    assert dict(row.cells) == dict(zip(names, cells, strict=True))


def test_a_header_alone_is_no_row(tmp_path: Path) -> None:
    assert list(rows(written(tmp_path, HEADER), COLUMNS, source="csv_spend")) == []


def test_all_that_is_wrong_is_told_together(tmp_path: Path) -> None:
    bad = '24.11.2026,,x,1.5,"1250,50",rub,да'
    text = said(tmp_path, "\n".join([HEADER, GOOD, bad, "2026-02-30,a,b,1,-1,RUB,no", "a,b"]))
    for expected in (
        "spend.csv is not as its format says",
        "line 3, column date: '24.11.2026', expected a day such as 2026-11-24",
        "line 3, column platform: '', expected something",
        "line 3, column clicks: '1.5', expected a whole number, zero or more, or nothing",
        "line 3, column spend: '1250,50', expected a number such as 1250.50",
        "line 3, column currency: 'rub', expected a currency of three capital letters",
        "line 3, column vat_included: 'да', expected one of: yes, no",
        "line 4, column date: '2026-02-30'",
        "line 4, column spend: '-1'",
        "line 5: 2 cells, expected 7",
    ):
        assert expected in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "line 1: the file is empty, expected the header date,platform"),
        (HEADER.replace(",", ";"), "line 1: separated by semicolons, expected commas"),
        (HEADER.replace("spend", "cost"), "line 1: column spend is missing"),
        (HEADER.replace("spend", "cost"), "line 1: column 'cost' is not known"),
        (f"{HEADER},date", "line 1: column date stands there twice"),
        (f'{HEADER}\n"2026', "not CSV from here on"),
        (f"{HEADER}\n{GOOD}".encode("cp1251", "replace"), "line 2, column platform: not UTF-8"),
    ],
)
def test_what_is_wrong_with_a_whole_file(tmp_path: Path, text: str | bytes, expected: str) -> None:
    assert expected in said(tmp_path, text)


@pytest.mark.parametrize(
    "number", ["1e3", "NaN", "inf", "1 250", "1\u00a0250", "+1", ".5", "5.", "١٢", "0x1", "--", ""]
)
def test_numbers_are_digits_and_a_point(tmp_path: Path, number: str) -> None:
    assert "column spend" in said(tmp_path, f"{HEADER}\n2026-11-24,a,b,1,{number},RUB,no")


def test_findings_are_bounded(tmp_path: Path) -> None:
    text = said(tmp_path, "\n".join([HEADER, *["x,a,b,1,1,RUB,no"] * 500]))
    assert text.count("\n") <= 22
    assert "and more" in text


def test_a_file_with_one_wrong_cell_yields_nothing(tmp_path: Path) -> None:
    path = written(tmp_path, "\n".join([HEADER, *[GOOD] * 1000, GOOD.replace("RUB", "r")]))
    reading = rows(path, COLUMNS, source="csv_spend")
    with pytest.raises(ContractBroken, match="line 1002"):
        next(reading)


def test_a_missing_file_is_a_wrong_setting(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="cannot be opened"):
        next(rows(tmp_path / "absent.csv", COLUMNS, source="csv_spend"))


def test_memory_stays_that_of_a_row(tmp_path: Path) -> None:
    path = written(tmp_path, "\n".join([HEADER, *[GOOD] * 20_000]))
    tracemalloc.start()
    try:
        count = sum(1 for _ in rows(path, COLUMNS, source="csv_spend"))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 20_000
    assert peak < 1 << 20
