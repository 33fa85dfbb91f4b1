"""What public clients of the API send and know, against this product's sandbox and connector."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors.yandex_direct import SOURCE, tsv
from connectors.yandex_direct.levels import Report
from infra.postgres import Warehouse
from infra.sandbox.server import STORE_NAME
from tests.connectors.landed import land, rows, totals
from tests.connectors.yandex_direct import direct_world
from tests.connectors.yandex_direct.direct_world import ROMASHKA
from tests.connectors.yandex_direct.imagined import LOGIN, Direct, report
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


def printed(folder: Path, name: str) -> list[dict[str, str]]:
    """Read a printed report without any code of the product."""
    with (folder / "yandex_direct" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def answering(found: Sequence[Mapping[str, str]]) -> Direct:
    """Return a Direct that reports these rows, `--` where they do not say what is asked for."""

    def answer(params: Mapping[str, Any]) -> httpx.Response:
        names, period = params["FieldNames"], params["SelectionCriteria"]
        held = [row for row in found if period["DateFrom"] <= row["Date"] <= period["DateTo"]]
        if params["ReportType"] == "ACCOUNT_PERFORMANCE_REPORT":
            held = [{"Date": day, "Cost": f"{cost}"} for day, cost in by_day(held).items()]
        lines = ["\t".join(row.get(name, "--") for name in names) for row in held]
        end = f"Total rows: {len(lines)}"
        return report(body="".join(f"{one}\n" for one in ("\t".join(names), *lines, end)))

    return Direct(answer)


def by_day(found: Sequence[Mapping[str, str]]) -> dict[str, Decimal]:
    days = dict.fromkeys((row["Date"] for row in found), Decimal(0))
    for row in found:
        days[row["Date"]] += Decimal(row["Cost"])
    return days


@pytest.mark.parametrize("name", ["daily_campaign_report.tsv", "campaign_performance_report.tsv"])
def test_a_printed_report_lands_and_adds_up(
    name: str, samples_beside: Path, warehouse: Warehouse, tmp_path: Path
) -> None:
    # The second is one of a whole period: it is served as of a day.
    found = [{"Date": "2026-02-01", **row} for row in printed(samples_beside, name)]
    assert len(found) >= 2
    client = answering(found).client(tmp_path)
    last, first = date(2026, 2, 28), date(2026, 2, 1)
    land(warehouse, SOURCE, client, "campaign_days", as_of=last, first_day=first)
    landed = rows(warehouse, SOURCE, "campaign_days")
    assert {key: (row["CampaignName"], row["Cost"]) for key, row in landed.items()} == {
        f"{LOGIN}|{row['CampaignId']}|{row['Date']}": (row["CampaignName"], row["Cost"])
        for row in found
    }
    for figure in ("Impressions", "Clicks", "Cost"):
        whole = sum(Decimal(row[figure]) for row in found)
        assert sum(Decimal(row[figure]) for row in landed.values()) == whole > 0
    assert {f"{day}": value for _, _, day, value, _ in totals(warehouse)} == by_day(found)


def test_a_printed_report_of_searches_is_read_to_its_end(samples_beside: Path) -> None:
    """No stream asks for searches; the reader of reports takes them as it takes any other."""
    name = "search_query_performance_report.tsv"
    found = printed(samples_beside, name)
    whole = (samples_beside / "yandex_direct" / name).read_bytes().rstrip(b"\n")
    text = whole + f"\nTotal rows: {len(found)}\n".encode()
    read = list(tsv.rows([text[:101], text[101:]], list(found[0])))
    assert read == found
    assert sum(Decimal(row["Cost"] or 0) for row in read) == Decimal("1730.60")
