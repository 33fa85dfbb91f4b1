"""The coverage of Bitrix24's own BI connector: its facts, its rules and its page.

That each counterpart exists is asked of the tables that dbt builds, in tests/dbt.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from infra.coverage.counterparts import CoverageError, Standing, read
from infra.coverage.page import PAGE, page

FACTS = """
reasons: {{private: a reason}}
renamed: {{DATE_CREATE: created_at}}
reference: {{BY: user}}
absent: {{PHONE: private}}
datasets:
  deals:
    about: Deals
    model: int_deals
    columns: {columns}
    {rules}
missing: []
"""


def counterparts(
    path: Path, columns: str, rules: str = ""
) -> dict[str, tuple[Standing, list[str]]]:
    facts = path / "facts.yml"
    facts.write_text(FACTS.format(columns=columns, rules=rules), encoding="utf-8")
    (dataset,) = read(facts).datasets
    return {one.column: (one.standing, list(one.at)) for one in dataset.columns}


def test_the_page_is_the_one_that_the_facts_give() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(read()), "python -m infra.coverage writes it"


def test_the_page_tells_every_column_of_every_dataset_once() -> None:
    told = {
        title: Counter(re.findall(r"^\| `([A-Z0-9_*]+)` \|", section, re.MULTILINE))
        for title, section in re.findall(
            r"^## ([a-z0-9_{}]+)\n(.*?)(?=^## )", PAGE.read_text(encoding="utf-8"), re.M | re.S
        )
    }
    expected = {one.name: {c.column: 1 for c in one.columns} for one in read().datasets}
    assert told == expected
    assert sum(map(len, expected.values())) > 600


def test_a_dataset_is_covered_or_named_as_missing_but_not_both() -> None:
    coverage = read()
    covered = [one.name for one in coverage.datasets]
    missing = [name for one in coverage.missing for name in one.names]
    assert len({*covered, *missing}) == len(covered) + len(missing)


def test_the_first_rule_that_speaks_wins(tmp_path: Path) -> None:
    assert counterparts(
        tmp_path,
        "ID NAME DATE_CREATE BY_ID BY_NAME BY BY_DEPARTMENT PHONE TITLE",
        "renamed: {ID: deal_id, TITLE: [dim_x.title, title]}",
    ) == {
        "ID": (Standing.RENAMED, ["int_deals.deal_id"]),
        "NAME": (Standing.HAVE, ["int_deals.name"]),
        "DATE_CREATE": (Standing.RENAMED, ["int_deals.created_at"]),
        "BY_ID": (Standing.RENAMED, ["int_deals.user_id"]),
        "BY_NAME": (Standing.RENAMED, ["int_deals.user_name"]),
        "BY": (Standing.RENAMED, ["int_deals.user_id", "int_deals.user_name"]),
        "BY_DEPARTMENT": (
            Standing.RENAMED,
            ["int_deals.user_department_id", "int_deals.user_department_name"],
        ),
        "PHONE": (Standing.ABSENT, []),
        "TITLE": (Standing.RENAMED, ["dim_x.title", "int_deals.title"]),
    }


def test_a_dataset_overrules_what_holds_for_all(tmp_path: Path) -> None:
    found = counterparts(
        tmp_path, "PHONE BY", "better: {PHONE: {at: key, why: x}, BY: {at: y, why: z}}"
    )
    assert {name: standing for name, (standing, _) in found.items()} == {
        "PHONE": Standing.BETTER,
        "BY": Standing.BETTER,
    }


@pytest.mark.parametrize(
    ("columns", "rules", "said"),
    [
        ("ID ID", "", "named twice: ID"),
        ("ID", "renamed: {IDD: deal_id}", "not there: IDD"),
        ("ID", "absent: {ID: whim}", "whim is not among the reasons"),
    ],
)
def test_facts_that_contradict_themselves_are_refused(
    tmp_path: Path, columns: str, rules: str, said: str
) -> None:
    with pytest.raises(CoverageError, match=said):
        counterparts(tmp_path, columns, rules)
