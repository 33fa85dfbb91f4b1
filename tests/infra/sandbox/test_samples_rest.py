"""The vendors' own printed answers, replayed: everything that is no CRM item.

Every key, value and JSON type of a printed answer must come back. Of the `time` block the types are
compared, since the moments differ, and keys that the vendor added later may be there.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from infra.sandbox.server import STORE_NAME
from infra.sandbox.store import DEAL, GoogleDay, Store
from tests.infra.sandbox.asking import google_search
from tests.infra.sandbox.replaying import ENTITIES, add_dictionary, ask, by_id, same
from tests.infra.sandbox.sample_store import FOLDER, sample
from tests.infra.sandbox.serving import Served, served
from tests.infra.sandbox.tiny_world import MANAGER, META


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
    empty = {"id": 10**6} if params.get("id") == 5 else {}
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
    tests = Path(__file__).parent.glob("test_samples_*.py")
    here = "".join(path.read_text(encoding="utf-8") for path in tests)
    by_entity = {
        f"crm-{entity}-{verb}" for entity in ENTITIES for verb in ("get", "list", "fields")
    }
    names = {path.stem for path in (FOLDER / "bitrix24").glob("*.json")} - by_entity
    assert [name for name in sorted(names) if f'"{name}"' not in here] == []
