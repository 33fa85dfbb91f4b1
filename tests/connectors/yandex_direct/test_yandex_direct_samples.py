"""What public clients of the API send and know, against this product's sandbox and connector."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from connectors.yandex_direct import SOURCE, tsv
from connectors.yandex_direct.levels import Report
from infra.sandbox.server import STORE_NAME
from tests.connectors.yandex_direct import direct_world
from tests.connectors.yandex_direct.direct_world import ROMASHKA
from tests.infra.sandbox.serving import Served, served

SAMPLES = Path(__file__).parent / "samples"
HEADERS = {
    "Authorization": "Bearer tiny-token",
    "Client-Login": ROMASHKA,
    "processingMode": "online",
    "returnMoneyInMicros": "false",
    "skipReportHeader": "true",
}


def sample(name: str) -> Any:
    return json.loads((SAMPLES / name).read_text(encoding="utf-8"))


def post(world: Served, service: str, body: Any) -> Any:
    answer = world.client.post(f"{world.http_url}/json/v5/{service}", json=body, headers=HEADERS)
    assert answer.status_code == 200, answer.text
    return answer


def test_a_public_clients_report_adds_up_to_the_accounts_days(tmp_path: Path) -> None:
    ledger = direct_world.build(tmp_path / STORE_NAME)
    body = sample("request_account_report.json")
    body["params"]["ReportName"] = "of a public client"  # which that client adds itself
    with served(tmp_path) as world:
        text = post(world, "reports", body).content
        clients = post(world, "clients", sample("request_clients.json")).json()
    found = list(tsv.rows([text], body["params"]["FieldNames"]))
    assert {row["CampaignType"] for row in found} == {"TEXT_CAMPAIGN", "UNIFIED_CAMPAIGN"}
    days = [spent for (login, _), spent in ledger.accounts.items() if login == ROMASHKA]
    assert sum(Decimal(row["Cost"] or 0) for row in found) == sum(days)
    assert clients["result"]["Clients"] == [{"ClientId": 31, "Login": ROMASHKA}]


@pytest.mark.parametrize(
    "stream", [s for s in SOURCE.streams if "report" in s.request], ids=lambda s: s.name
)
def test_every_column_that_is_asked_for_is_one_of_reports(stream: Any) -> None:
    report: Report = stream.request["report"]
    known = (SAMPLES / "field_enum.txt").read_text(encoding="utf-8").split()
    assert set(report.fields) <= set(known)
