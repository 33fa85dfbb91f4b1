"""A company's plan and its marketing actions: what is right, and how mistakes are told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connectors import settings
from connectors.company import SOURCE
from connectors.company.format import MARKETING_ACTIONS, PLAN
from connectors.csv_table import Column
from connectors.errors import ContractBroken
from connectors.stream import Changes, Record

RIGHT = {
    "plan": "2026-11,revenue,company,,,100.50,RUB",
    "marketing_actions": "sale,2026-10-01,2026-10-31,,,,",
}
COLUMNS: dict[str, tuple[Column, ...]] = {"plan": PLAN, "marketing_actions": MARKETING_ACTIONS}


def read(folder: Path, stream: str, *lines: str) -> list[Record]:
    header = ",".join(column.name for column in COLUMNS[stream])
    (folder / f"{stream}.csv").write_text("\n".join((header, *lines, "")), encoding="utf-8")
    (account,) = settings.accounts(SOURCE, {"COMPANY__MAIN__FOLDER": str(folder)}, folder)
    pages = SOURCE.open(account).pages(SOURCE.stream(stream), Changes())
    return [record for page in pages for record in page.records]


@pytest.mark.parametrize(
    ("stream", "line", "key"),
    [
        ("plan", "2026-11,won,company,,,12.5,", "2026-11/won/company//"),
        ("plan", "2026-11,won,manager,main,17,9,", "2026-11/won/manager/main/17"),
        ("plan", "2026-11,inquiries,pipeline,,0,9,", "2026-11/inquiries/pipeline//0"),
        ("plan", "2026-11,cpl,channel,,maps,0,USD", "2026-11/cpl/channel//maps"),
        ("plan", "2026-11,revenue,department,,3,1,RUB", "2026-11/revenue/department//3"),
        ("marketing_actions", "a,2026-10-01,2026-10-01,maps,Window,,", "a"),
        ("marketing_actions", "b,2026-10-01,2026-10-02,,,2025-10-01,2025-10-31", "b"),
    ],
)
def test_a_line_lands_as_written(stream: str, line: str, key: str, tmp_path: Path) -> None:
    _, found = read(tmp_path, stream, RIGHT[stream], line)
    assert found.key == key
    assert ",".join(json.loads(found.payload).values()) == line


@pytest.mark.parametrize(
    ("stream", "line", "said"),
    [
        ("plan", "2026-13,won,company,,,1,", "column month: '2026-13', expected a month such as"),
        ("plan", "11.2026,won,company,,,1,", "column month: '11.2026', expected a month such as"),
        ("plan", "2026-12,profit,company,,,1,", "column metric: 'profit', expected one of: reve"),
        ("plan", "2026-12,won,team,,,1,", "column scope: 'team', expected one of: company"),
        ("plan", "2026-12,won,company,,,-1,", "column value: '-1', expected a number such as"),
        ("plan", "2026-12,won,company,,,,", "column value: '', expected a number such as"),
        ("plan", "2026-12,won,company,,,1,rub", "column currency: 'rub', expected a currency"),
        ("plan", "2026-12,won,company,,,1,RUB", "'RUB', expected no currency for won"),
        ("plan", "2026-12,spend,company,,,1,", "'', expected a currency for spend"),
        ("plan", "2026-12,won,company,,7,1,", "'7', expected nothing for the company as a whole"),
        ("plan", "2026-12,won,manager,,,1,", "column member: '', expected the portal's number"),
        ("plan", "2026-12,won,manager,,Anna,1,", "'Anna', expected the portal's number of the man"),
        ("plan", "2026-12,won,channel,,radio,1,", "column member: 'radio', expected one of: yand"),
        ("plan", "2026-12,won,channel,main,maps,1,", "column portal: 'main', expected nothing"),
        ("plan", "2026-12,spend,manager,,7,1,RUB", "spend is planned for the company or a channel"),
        ("plan", "2026-11,revenue,company,,,7,RUB", "stands on line 2 already"),
        ("marketing_actions", ",2026-10-01,2026-10-01,,,,", "column name: '', expected something"),
        ("marketing_actions", "a,2026-10-01,,,,,", "column last_day: '', expected a day such as"),
        ("marketing_actions", "a,2026-10-02,2026-10-01,,,,", "last_day lies before first_day"),
        ("marketing_actions", "a,2026-10-02,2026-10-03,radio,,,", "column channel: 'radio', expec"),
        ("marketing_actions", "a,2026-10-02,2026-10-03,,,2026-09-01,", "the baseline has one day"),
        (
            "marketing_actions",
            "a,2026-10-02,2026-10-03,,,2026-09-01,2026-08-01",
            "baseline_last_day lies before baseline_first_day",
        ),
        (
            "marketing_actions",
            "a,2026-10-02,2026-10-03,,,2026-09-01,2026-10-02",
            "the baseline does not end before the action begins",
        ),
        ("marketing_actions", "sale,2026-10-02,2026-10-03,,,,", "stands on line 2 already"),
    ],
)
def test_a_mistake_is_told_by_its_line(stream: str, line: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(ContractBroken) as caught:
        read(tmp_path, stream, RIGHT[stream], line)
    told = caught.value.message.splitlines()
    assert told[0] == f"{stream}.csv is not as its format says:"
    assert [text for text in told[1:] if not text.startswith("  line 3")] == []
    assert len(told) == 2
    assert said in told[1]
