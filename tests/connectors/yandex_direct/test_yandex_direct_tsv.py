"""The text of a report: what is legal, what is refused, what was cut short."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import ConnectorError, ContractBroken, Unavailable
from connectors.yandex_direct import tsv

COLUMNS = ("Date", "Name", "Cost")
HEAD = "Date\tName\tCost\n"


def read(body: str | bytes, size: int = 7) -> list[Mapping[str, str | None]]:
    raw = body.encode() if isinstance(body, str) else body
    return list(tsv.rows((raw[n : n + size] for n in range(0, len(raw), size)), COLUMNS))


def test_rows_come_by_column_name() -> None:
    body = "Cost\tDate\tName\n1.00\t2026-11-01\tБренд\n--\t2026-11-02\t--\nTotal rows: 2\n"
    assert read(body) == [
        {"Cost": "1.00", "Date": "2026-11-01", "Name": "Бренд"},
        {"Cost": None, "Date": "2026-11-02", "Name": None},
    ]


def test_a_period_without_rows_is_a_report() -> None:
    assert read(f"{HEAD}Total rows: 0\n") == []


@pytest.mark.parametrize(
    "name",
    [
        'Поиск "бренд"',
        '"',
        "a\rb",
        "a\u2028b",
        "a\x0bb",
        "Total rows: 9",
        "a,b;c",
        " x ",
        "",
        "---",
    ],
)
def test_a_name_may_hold_anything_but_a_tab_and_a_line_feed(name: str) -> None:
    (row,) = read(f"{HEAD}2026-11-01\t{name}\t1.00\nTotal rows: 1\n", size=3)
    assert row["Name"] == name


@pytest.mark.parametrize(
    "body",
    [
        f"\ufeff{HEAD}d\tn\tc\nTotal rows: 1\n",
        f"{HEAD}d\tn\tc\nTotal rows: 1\n".replace("\n", "\r\n"),
        f"{HEAD}d\tn\tc\nTotal rows: 1",
    ],
    ids=["byte order mark", "CRLF", "no last line feed"],
)
def test_harmless_oddities_are_read(body: str) -> None:
    assert read(body) == [{"Date": "d", "Name": "n", "Cost": "c"}]


@pytest.mark.parametrize(
    "body",
    [
        "",
        HEAD,
        f"{HEAD}d\tn\tc\n",
        f"{HEAD}d\tn\tc\nTotal rows: 100\n",
        f"{HEAD}d\tn\tc\nd\tn\tc\nTotal rows: 1\n",
        HEAD.removesuffix("\n"),
        f"{HEAD}d\tn",
        f"{HEAD}d\tn\tc",
        f"{HEAD}d\tn\tc\nTotal ro",
        f"{HEAD}d\tБ".encode()[:-1],
    ],
)
def test_a_report_that_was_cut_short_may_be_whole_next_time(body: str | bytes) -> None:
    with pytest.raises(Unavailable):
        read(body)


@pytest.mark.parametrize(
    "body",
    [
        '"warehouse (2026-11-01 - 2026-11-30)"\n' + HEAD + "Total rows: 0\n",
        "Date\tName\nTotal rows: 0\n",
        "Date\tName\tCost\tCost\nTotal rows: 0\n",
        "<html><title>Bad gateway</title></html>\n",
        f"{HEAD}d\tn\tx\tc\nTotal rows: 1\n",
        f"{HEAD}d\tn\nTotal rows: 1\n",
        f"{HEAD}\nTotal rows: 1\n",
        f"{HEAD}Total rows: 0\nd\tn\tc\n",
        f"{HEAD}d\t\xff\tc\nTotal rows: 1\n".encode("latin-1"),
    ],
)
def test_another_shape_is_refused(body: str | bytes) -> None:
    with pytest.raises(ContractBroken):
        read(body)


CELL = st.text(st.characters(exclude_characters="\t\n", exclude_categories=["Cs"]), max_size=8)


@given(st.lists(st.tuples(CELL, CELL, CELL.filter(lambda c: not c.endswith("\r")))), st.data())
def test_every_report_and_no_part_of_it_is_read(
    rows: list[tuple[str, str, str]], data: st.DataObject
) -> None:
    body = HEAD + "".join("\t".join(row) + "\n" for row in rows) + f"Total rows: {len(rows)}\n"
    expected = [tuple(None if cell == "--" else cell for cell in row) for row in rows]
    assert [tuple(row[name] for name in COLUMNS) for row in read(body)] == expected
    cut = data.draw(st.integers(0, len(body.encode()) - 2))
    try:
        found = read(body.encode()[:cut])
    except ConnectorError:
        return
    # All that may be missing without notice are digits of a total that counts as many rows.
    assert [tuple(row[name] for name in COLUMNS) for row in found] == expected
