"""The vendors' own printed answers, replayed: their records in a store, asked for again, compared.

Every key, value and JSON type of a printed answer must come back. Of the `time` block the types are
compared, since the moments differ, and keys that the vendor added later may be there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from infra.sandbox.server import STORE_NAME
from infra.sandbox.store import COMPANY, CONTACT, DEAL, LEAD, GoogleDay, Store
from tests.infra.sandbox.judges import google_search
from tests.infra.sandbox.sample_store import FOLDER, filled, fillers, item_of, sample
from tests.infra.sandbox.serving import Served, served
from tests.infra.sandbox.tiny_world import MANAGER, META

ENTITIES = {"lead": LEAD, "deal": DEAL, "contact": CONTACT, "company": COMPANY}


def same(printed: Any, answer: Any, *, path: str = "$") -> None:
    """Compare key by key; a whole number and a fraction are one JSON type."""
    if isinstance(printed, dict):
        assert isinstance(answer, dict), path
        if "date_start" in printed:
            assert set(printed) <= set(answer), path
        else:
            assert set(printed) == set(answer), path
        for key, value in printed.items():
            same(value, answer[key], path=f"{path}.{key}")
    elif isinstance(printed, list):
        assert isinstance(answer, list), path
        assert len(printed) == len(answer), path
        for index, value in enumerate(printed):
            same(value, answer[index], path=f"{path}[{index}]")
    else:
        assert _json_type(printed) == _json_type(answer), path
        if ".time." not in path and ".result_time." not in path:
            assert printed == answer, path


def _json_type(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return str(type(value))
    return "number" if isinstance(value, int | float | Decimal) else str(type(value))


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    with Store.create(tmp_path / STORE_NAME) as store:
        store.set_meta({**META, "base_currency": "USD", "now": "2024-08-05T09:02:13+00:00"})
    return tmp_path


def ask(directory: Path, method: str, **params: Any) -> Any:
    """Serve the store of a directory and return the answer to one call, whatever its status."""
    with served(directory) as world:
        text = world.rest_response(method, **params).text
    return json.loads(text, parse_float=Decimal)


def add_items(directory: Path, entity: str, items: Iterable[Mapping[str, Any]]) -> None:
    with Store.open(directory / STORE_NAME) as store:
        store.add_items(ENTITIES[entity], items)


def add_dictionary(directory: Path, kind: str, entries: Iterable[tuple[str, Any]]) -> None:
    with Store.open(directory / STORE_NAME) as store:
        store.add_dictionary(kind, entries)


def by_id(answer: dict[str, Any]) -> dict[str, Any]:
    """Put rows into the order of their ids, where the printed order follows from nothing printed."""
    return answer | {"result": sorted(answer["result"], key=lambda row: int(row["ID"]))}


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
    """The printed example is of a smart process; the fields it shares with deals are described alike."""
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


def test_stage_history(directory: Path) -> None:
    printed = sample("crm-stage-history-list")
    with Store.open(directory / STORE_NAME) as store:
        store.add_stage_history(DEAL, printed["result"]["items"])
    same(printed, ask(directory, "crm.stagehistory.list", entityTypeId=DEAL))


@pytest.mark.parametrize(
    ("name", "kind", "method", "key"),
    [
        ("crm-status-list", "status", "crm.status.list", "ID"),
        ("department-get", "department", "department.get", "ID"),
        ("user-get", "user", "user.get", "ID"),
    ],
)
def test_dictionaries(directory: Path, name: str, kind: str, method: str, key: str) -> None:
    printed = sample(name)
    add_dictionary(directory, kind, ((row[key], row) for row in printed["result"]))
    same(by_id(printed), by_id(ask(directory, method)))


def test_currencies(directory: Path) -> None:
    printed = sample("crm-currency-list")
    entries = ((f"{row['CURRENCY']}-{row['SORT']}", row) for row in printed["result"])
    add_dictionary(directory, "currency", entries)
    same(printed, ask(directory, "crm.currency.list"))


def test_categories(directory: Path) -> None:
    printed = sample("crm-category-list")
    entries = ((str(row["id"]), row) for row in printed["result"]["categories"])
    add_dictionary(directory, "category", entries)
    same(printed, ask(directory, "crm.category.list", entityTypeId=DEAL))


def test_status_types(directory: Path) -> None:
    """All printed dictionaries but those of invoices, quotes, documents and smart processes."""
    printed = sample("crm-status-entity-types")
    categories = [{"id": 1, "name": "Newest"}, {"id": 0, "name": "General"}]
    add_dictionary(directory, "category", ((str(row["id"]), row) for row in categories))
    answer = ask(directory, "crm.status.entity.types")
    foreign = ("SMART_INVOICE", "SMART_DOCUMENT", "DYNAMIC_", "QUOTE_")
    ours = [row for row in printed["result"] if not row["ID"].startswith(foreign)]
    for document in (printed, answer):
        document["result"] = sorted(
            (row for row in document["result"] if not row["ID"].startswith(foreign)),
            key=lambda row: row["ID"],
        )
    assert len(ours) == len(answer["result"])
    same(printed, answer)


def test_calls(directory: Path) -> None:
    printed = sample("voximplant-statistic-get")
    with Store.open(directory / STORE_NAME) as store:
        store.add_calls(printed["result"])
    answer = ask(
        directory,
        "voximplant.statistic.get",
        FILTER={"ID": [1, 7], ">=CALL_START_DATE": "2025-01-01T00:00:00+01:00"},
        SORT="ID",
        ORDER="ASC",
    )
    same(printed, answer)


@pytest.mark.parametrize(
    ("name", "method", "meta"),
    [
        ("scope", "scope", {"scopes": '["department","entity","log","user"]'}),
        ("server-time", "server.time", {}),
        ("crm-settings-mode-get", "crm.settings.mode.get", {}),
        ("crm-currency-base-get", "crm.currency.base.get", {}),
        ("app-info", "app.info", {"app_info": json.dumps(sample("app-info")["result"])}),
    ],
)
def test_what_a_portal_tells_of_itself(
    directory: Path, name: str, method: str, meta: dict[str, str]
) -> None:
    with Store.open(directory / STORE_NAME) as store:
        store.set_meta(meta)
    same(sample(name), ask(directory, method))


BATCH = {
    "get_user": "user.current",
    "get_department": "department.get?ID=$result[get_user][UF_DEPARTMENT][0]",
}


def test_batch_with_a_reference(directory: Path) -> None:
    printed = sample("batch")
    user = printed["result"]["result"]["get_user"]
    department = printed["result"]["result"]["get_department"][0]
    other = {**department, "ID": "2"}
    add_dictionary(directory, "user", [(user["ID"], user)])
    add_dictionary(directory, "department", [("1", department), ("2", other)])
    same(printed, ask(directory, "batch", halt=0, cmd=BATCH))


@pytest.mark.parametrize(("name", "halt"), [("batch_2", 0), ("batch_3", 1)])
def test_batch_without_the_right(directory: Path, name: str, halt: int) -> None:
    """The printed batch leaves the description out, the table of system errors has it."""
    with Store.open(directory / STORE_NAME) as store:
        store.set_meta({"scopes": "[]"})
    answer = ask(directory, "batch", halt=halt, cmd=BATCH)
    for error in answer["result"]["result_error"].values():
        error["error_description"] = ""
    same(sample(name), answer)


@pytest.mark.parametrize(
    ("name", "method", "params", "status"),
    [
        ("crm-deal-list_2_error", "crm.deal.list", {"filter": "no array"}, 400),
        (
            "crm-item-list_2_error",
            "crm.item.list",
            {"entityTypeId": 2, "filter": {"FIELD": 1}},
            400,
        ),
        ("crm-item-get_2_error", "crm.item.get", {"entityTypeId": 2, "id": 5}, 400),
        ("crm-item-fields_2_error", "crm.item.fields", {"entityTypeId": 999}, 400),
        ("crm-category-list_2_error", "crm.category.list", {"entityTypeId": 999}, 400),
        ("crm-company-get_2_error", "crm.company.get", {"id": 5}, 400),
        ("crm-lead-get_2_error", "crm.lead.get", {"id": 5}, 400),
        ("crm-contact-get_2_error", "crm.contact.get", {}, 400),
        ("crm-stage-history-list_2_error", "crm.stagehistory.list", {"entityTypeId": 33}, 400),
        ("crm-status-list_2_error", "crm.status.list", {"filter": "no array"}, 400),
        ("app-info_2_error", "app.info", {}, 403),
    ],
)
def test_errors(tiny: Served, name: str, method: str, params: dict[str, Any], status: int) -> None:
    empty = {"id": 10**6} if params.get("id") == 5 else {}  # noqa: PLR2004
    response = tiny.rest_response(method, **{**params, **empty})
    assert response.status_code == status
    same(sample(name), response.json())


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("crm-lead-list_2_error", "crm.lead.list"),
        ("crm-contact-list_2_error", "crm.contact.list"),
        ("crm-company-list_2_error", "crm.company.list"),
        ("crm-company-fields_2_error", "crm.company.fields"),
        ("crm-currency-list_2_error", "crm.currency.list"),
        ("voximplant-statistic-get_2_error", "voximplant.statistic.get"),
    ],
)
def test_errors_of_a_user_without_rights(own: Served, name: str, method: str) -> None:
    own.store.set_meta({"denied_methods": json.dumps([method])})
    response = own.rest_response(method)
    assert response.status_code in {400, 403}
    same(sample(name), response.json())


def test_google_stream_chunk(tmp_path: Path) -> None:
    """The chunk made with Google's own message classes, of a query without its device segment."""
    text = (FOLDER / "google_ads" / "constructed_stream_chunk.json").read_text(encoding="utf-8")
    (printed,) = json.loads(text)
    (row,) = printed["results"]
    metrics = row["metrics"]
    customer_id, campaign_id = row["customer"]["id"], row["campaign"]["id"]
    with Store.create(tmp_path / STORE_NAME) as store:
        store.set_meta(META)
        store.add_google(
            customers=[
                (MANAGER, None, {"id": MANAGER, "manager": True}),
                (customer_id, MANAGER, row["customer"]),
            ],
            campaigns=[(customer_id, campaign_id, row["campaign"])],
            days=[
                GoogleDay(
                    customer_id=customer_id,
                    campaign_id=campaign_id,
                    day=row["segments"]["date"],
                    cost_micros=int(metrics["costMicros"]),
                    impressions=int(metrics["impressions"]),
                    clicks=int(metrics["clicks"]),
                    interactions=0,
                    conversions=str(metrics["conversions"]),
                    conversions_value=str(metrics["conversionsValue"]),
                )
            ],
        )
    with served(tmp_path) as world:
        (chunk,) = google_search(
            world,
            "SELECT customer.id, customer.currency_code, customer.time_zone, campaign.id,"
            " campaign.name, campaign.status, campaign.advertising_channel_type, segments.date,"
            " metrics.clicks, metrics.conversions, metrics.conversions_value, metrics.cost_micros,"
            " metrics.impressions FROM campaign WHERE segments.date = '2026-11-01'",
            customer=customer_id,
        )
    del row["segments"]["device"]
    same(printed["results"], chunk["results"])
    assert set(printed) <= set(chunk)
    assert "metrics.costMicros" in chunk["fieldMask"].split(",")


def test_every_sample_is_replayed() -> None:
    """A sample that nothing asks for would prove nothing."""
    here = Path(__file__).read_text(encoding="utf-8")
    by_entity = {
        f"crm-{entity}-{verb}" for entity in ENTITIES for verb in ("get", "list", "fields")
    }
    names = {path.stem for path in (FOLDER / "bitrix24").glob("*.json")} - by_entity
    assert [name for name in sorted(names) if f'"{name}"' not in here] == []
