"""A company's own channel rules: what is right, and how mistakes are told."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from connectors import settings
from connectors.company import SOURCE
from connectors.company.format import CHANNEL_RULES
from connectors.csv_folder import CsvFolder
from connectors.errors import ContractBroken, Misconfigured
from connectors.stream import Changes, Page, Record

SEED = Path(__file__).parents[3] / "dbt_project" / "seeds" / "channel_rules.csv"
COLUMNS = tuple(column.name for column in CHANNEL_RULES)
STREAM = SOURCE.stream("channel_rules")


def rule(**cells: str) -> str:
    given = dict.fromkeys(COLUMNS, "")
    given |= {"rule_id": "our blogger", "priority": "1", "source_id": "UC_ABC"}
    return ",".join({**given, "channel_code": "influencers", **cells}.values())


def write(folder: Path, *lines: str) -> None:
    text = "\n".join((",".join(COLUMNS), *lines, ""))
    (folder / "channel_rules.csv").write_text(text, encoding="utf-8")


def pages(folder: Path) -> list[Page]:
    (account,) = settings.accounts(SOURCE, {"COMPANY__MAIN__FOLDER": str(folder)}, folder)
    client = SOURCE.open(account)
    assert isinstance(client, CsvFolder)
    return list(client.pages(STREAM, Changes()))


def read(folder: Path) -> list[Record]:
    return [record for page in pages(folder) for record in page.records]


def test_the_columns_are_those_of_the_seed() -> None:
    with SEED.open(encoding="utf-8", newline="") as file:
        assert tuple(next(csv.reader(file))) == COLUMNS


def test_every_general_rule_would_pass(tmp_path: Path) -> None:
    (tmp_path / "channel_rules.csv").write_bytes(SEED.read_bytes())
    with SEED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [json.loads(record.payload) for record in read(tmp_path)] == rows


def test_a_rule_lands_under_its_id(tmp_path: Path) -> None:
    write(tmp_path, rule(), rule(rule_id="other", utm_source="яндекс", valid_from="2026-01-01"))
    first, second = read(tmp_path)
    assert (first.key, second.key) == ("our blogger", "other")
    assert json.loads(second.payload)["utm_source"] == "яндекс"


def test_no_file_is_no_rule(tmp_path: Path) -> None:
    assert pages(tmp_path) == [Page(records=())]
    write(tmp_path)
    assert pages(tmp_path) == [Page(records=())]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"rule_id": ""}, "column rule_id: '', expected something"),
        ({"priority": "first"}, "column priority: 'first', expected a whole number"),
        ({"priority": "9999999999"}, "at most 9 digits"),
        ({"channel_code": "bloggers"}, "column channel_code: 'bloggers', expected one of"),
        ({"source_id": ""}, "every mark is empty, expected at least one of click_id_kind"),
        ({"utm_source": "Yandex"}, "column utm_source: 'Yandex', expected 'yandex'"),
        ({"utm_medium": "paid+social"}, "expected 'paid social'"),
        ({"valid_from": "1.1.2026"}, "expected a day such as 2026-11-24, or nothing"),
        (
            {"valid_from": "2026-02-01", "valid_to": "2026-01-01"},
            "valid_to lies before valid_from",
        ),
        ({"rule_id": "first"}, "column rule_id: stands on line 2 already"),
    ],
)
def test_a_mistake_is_told_by_its_line(cells: dict[str, str], said: str, tmp_path: Path) -> None:
    write(tmp_path, rule(rule_id="first"), rule(**cells))
    with pytest.raises(ContractBroken) as caught:
        pages(tmp_path)
    assert caught.value.message.startswith("channel_rules.csv is not as its format says:\n  line 3")
    assert said in caught.value.message


def test_a_missing_folder_names_the_setting_and_not_its_value(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="COMPANY__MAIN__FOLDER") as caught:
        pages(tmp_path / "missing")
    assert "missing" not in str(caught.value)


def test_a_source_that_is_not_configured_is_off(tmp_path: Path) -> None:
    assert settings.accounts(SOURCE, {}, tmp_path) == ()
