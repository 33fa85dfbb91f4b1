"""The vendors' own printed answers, replayed: leads, deals, contacts and companies.

Every key, value and JSON type of a printed answer must come back. Of the `time` block the types are
compared, since the moments differ, and keys that the vendor added later may be there.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.sandbox.store import DEAL, LEAD
from tests.infra.sandbox.replaying import add_items, ask, by_id, same
from tests.infra.sandbox.sample_store import filled, fillers, item_of, sample


@pytest.mark.parametrize("entity", ["deal", "lead", "contact", "company"])
def test_classic_get(directory: Path, entity: str) -> None:
    printed = sample(f"crm-{entity}-get")
    add_items(directory, entity, [item_of(entity, printed["result"])])
    answer = ask(directory, f"crm.{entity}.get", id=printed["result"]["ID"])
    if entity == "contact":
        # In the vendor's list of fields, and not in this one of the vendor's answers.
        assert answer["result"].pop("ADDRESS_COUNTRY_CODE") is None
    same(printed, answer)


@pytest.mark.parametrize("entity", ["deal", "contact", "company"])
def test_classic_list(directory: Path, entity: str) -> None:
    printed = sample(f"crm-{entity}-list")
    add_items(directory, entity, (item_of(entity, row) for row in printed["result"]))
    answer = ask(directory, f"crm.{entity}.list", select=list(printed["result"][0]))
    same(by_id(printed), by_id(answer))


def test_classic_lead_list_with_a_next_page(directory: Path) -> None:
    printed = sample("crm-lead-list")
    shown = len(printed["result"])
    add_items(directory, "lead", (item_of("lead", row) for row in printed["result"]))
    add_items(directory, "lead", fillers(LEAD, 1000, printed["total"] - shown))
    answer = ask(directory, "crm.lead.list", order={"ID": "ASC"})
    answer["result"] = answer["result"][:shown]
    same(printed, answer)


@pytest.mark.parametrize("entity", ["deal", "lead", "contact", "company"])
def test_classic_fields(directory: Path, entity: str) -> None:
    """The portal's own fields aside, every field has the printed type and flags."""
    printed = sample(f"crm-{entity}-fields")["result"]
    answer = ask(directory, f"crm.{entity}.fields")["result"]
    standard = {
        name: field
        for name, field in printed.items()
        if not name.startswith(("UF_CRM_", "PARENT_ID_"))
    }
    assert set(standard) - set(answer) == set()
    for name, field in standard.items():
        same({**field, "title": ""}, {**answer[name], "title": ""}, path=name)
        assert isinstance(answer[name]["title"], str)


def test_item_get(directory: Path) -> None:
    printed = sample("crm-item-get")
    add_items(directory, "lead", [printed["result"]["item"]])
    same(printed, ask(directory, "crm.item.get", entityTypeId=LEAD, id=250))


def test_item_list_with_the_printed_filter(directory: Path) -> None:
    """The request is the one printed beside the answer, nested OR included."""
    printed = sample("crm-item-list")
    wanted = printed["result"]["items"]
    others = [
        {**wanted[0], "id": 300, "name": "", "lastName": None},
        {**wanted[0], "id": 301, "stageId": "CONVERTED"},
        {**wanted[0], "id": 302, "opportunity": 20001},
        {**wanted[0], "id": 303, "assignedById": 7},
    ]
    add_items(directory, "lead", (filled(item) for item in [*wanted, *others]))
    answer = ask(
        directory,
        "crm.item.list",
        entityTypeId=LEAD,
        select=list(wanted[0]),
        filter={
            "0": {"logic": "OR", "0": {"!=name": ""}, "1": {"!=lastName": ""}},
            "@stageId": ["NEW", "IN_PROCESS"],
            "@sourceId": ["WEB", "ADVERTISING"],
            "@assignedById": [1, 6],
            ">=opportunity": 5000,
            "<=opportunity": 20000,
            "isManualOpportunity": "Y",
        },
        order={"lastName": "ASC", "name": "ASC"},
    )
    names = [row["lastName"] for row in answer["result"]["items"]]
    assert names == sorted(names, key=lambda name: name or "")
    for document in (printed, answer):
        document["result"]["items"].sort(key=lambda row: row["id"])
    same(printed, answer)


def test_item_fields(directory: Path) -> None:
    """The printed example is of a smart process; shared fields are described alike."""
    printed = sample("crm-item-fields")["result"]["fields"]
    answer = ask(directory, "crm.item.fields", entityTypeId=DEAL)["result"]["fields"]
    shared = [
        *("id", "title", "createdTime", "updatedTime", "createdBy", "updatedBy", "assignedById"),
        *("begindate", "closedate", "contactId", "contactIds", "movedTime", "movedBy"),
        *("sourceId", "currencyId", "isManualOpportunity", "opportunity", "taxValue"),
        *("lastActivityBy", "lastActivityTime", "companyId"),
    ]
    for name in shared:
        same({**printed[name], "title": ""}, {**answer[name], "title": ""}, path=name)
