"""A company's own names for custom fields: what is right, and how mistakes are told."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from connectors import settings
from connectors.company import SOURCE
from connectors.errors import ContractBroken
from connectors.stream import Changes, Record

HEADER = "portal,entity,field_code,name"


def read(folder: Path, *lines: str, stream: str = "custom_fields") -> list[Record]:
    (folder / "custom_fields.csv").write_text("\n".join((HEADER, *lines, "")), encoding="utf-8")
    (account,) = settings.accounts(SOURCE, {"COMPANY__MAIN__FOLDER": str(folder)}, folder)
    pages = SOURCE.open(account).pages(SOURCE.stream(stream), Changes())
    return [record for page in pages for record in page.records]


def test_a_name_lands_under_portal_entity_and_code(tmp_path: Path) -> None:
    found = read(tmp_path, "main,deal,UF_CRM_1,contract", ",1036,UF_CRM_7_2,shipped on")
    assert [record.key for record in found] == ["main/deal/UF_CRM_1", "/1036/UF_CRM_7_2"]
    assert json.loads(found[0].payload) == dict(
        zip(HEADER.split(","), ("main", "deal", "UF_CRM_1", "contract"), strict=True)
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("main,deals,UF_CRM_2,a", "column entity: 'deals', expected one of: lead, deal"),
        ("main,31,UF_CRM_2,a", "or the number of a smart process"),
        ("main,deal,ufCrm_2,a", "column field_code: 'ufCrm_2', expected the code of a custom"),
        ("main,deal,UF_CRM_2,", "column name: '', expected something"),
        ("main,deal,UF_CRM_1,b", "columns portal, entity, field_code: stands on line 2 already"),
    ],
)
def test_a_mistake_is_told_by_its_line(line: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(ContractBroken, match="line 3") as caught:
        read(tmp_path, "main,deal,UF_CRM_1,a", line)
    assert said in caught.value.message


def test_the_files_of_a_folder_do_not_disturb_each_other(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "notes.txt").write_text("nothing")
    with caplog.at_level(logging.WARNING):
        assert read(tmp_path, "wrong,line", stream="channel_rules") == []
    assert "notes.txt" in caplog.text
    assert "custom_fields.csv" not in caplog.text
