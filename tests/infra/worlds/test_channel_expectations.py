"""What the recipes promise, checked against the rules as they are written down.

The rules are read from the general seed and the company's own file and applied to the served
records by a resolver of this test's own, step by step after the definition of channels.
"""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest

ROOT = Path(__file__).parents[3]
MARKS = ("utmSource", "utmMedium", "utmCampaign", "utmContent", "utmTerm")


def _decoded(text: str) -> str:
    try:
        return unquote_to_bytes(text.encode("utf-8", "surrogatepass")).decode()
    except UnicodeDecodeError:
        return text


def _normalised(text: str | None) -> str | None:
    value = _decoded(_decoded(text or "")).replace("+", " ")
    value = unicodedata.normalize("NFKC", value).strip().lower()
    is_nothing = value in ("", "(not set)", "<не указано>") or re.fullmatch(r"\{.*\}", value)
    return None if is_nothing else value


class Rules:
    """Company rules before general ones; campaigns by id and by name."""

    def __init__(self, demo) -> None:
        self.pairs: dict[tuple[str, str | None], str] = {}
        self.media: dict[str, str] = {}
        self.codes: dict[str, str] = {}
        general = ROOT / "dbt_project" / "seeds" / "channel_rules.csv"
        for path in (demo.folder / "company" / "channel_rules.csv", general):
            with path.open(encoding="utf-8") as file:
                for row in csv.DictReader(file):
                    self._add(row)
        platforms: dict[str, set[str]] = defaultdict(set)
        for (campaign,) in demo.store.query("select campaign_id from google_campaign"):
            platforms[campaign].add("google_ads")
        for (campaign,) in demo.store.query("select distinct campaign_id from yandex_campaign_day"):
            platforms[str(campaign)].add("yandex_direct")
        self.clicks = {gclid for (gclid,) in demo.store.query("select gclid from google_click")}
        self.ids = {number: min(names) for number, names in platforms.items() if len(names) == 1}

    def _add(self, row: dict[str, str]) -> None:
        if row["utm_source"]:
            self.pairs.setdefault(
                (row["utm_source"], row["utm_medium"] or None), row["channel_code"]
            )
        elif row["utm_medium"]:
            self.media.setdefault(row["utm_medium"], row["channel_code"])
        elif row["source_id"]:
            self.codes.setdefault(row["source_id"], row["channel_code"])

    def resolve(self, record: dict[str, Any]) -> tuple[str, str]:
        """The channel, and how it was found."""
        source, medium, *rest = (_normalised(record[mark]) for mark in MARKS)
        if record["UF_CRM_GCLID"] in self.clicks:
            return "google_ads", "click_view"
        for value in rest:
            if value in self.ids:
                return self.ids[value], "campaign_id"
        if record["UF_CRM_GCLID"]:
            return "google_ads", "click_id"
        if record["UF_CRM_YCLID"]:
            return "yandex_direct", "click_id"
        for key in ((source, medium), (source, None)):
            if key in self.pairs:
                return self.pairs[key], "utm_pair"
        if medium in self.media:
            return self.media[medium], "utm_medium"
        if record["sourceId"] in self.codes:
            return self.codes[record["sourceId"]], "crm_source"
        return "unknown", "none"


def _records(demo, entity_type_id: int) -> list[dict[str, Any]]:
    rows = demo.store.query(
        "select payload from item where entity_type_id = ? and deleted = 0", (entity_type_id,)
    )
    records = [json.loads(text) for (text,) in rows]
    return [record for record in records if record.get("isRecurring") != "Y"]


@pytest.fixture(scope="module")
def resolved(demo) -> dict[str, Counter[tuple[str, str]]]:
    rules = Rules(demo)
    leads, deals = _records(demo, 1), _records(demo, 2)
    by_id = {lead["id"]: lead for lead in leads}
    first: dict[tuple[str, int], str] = {}
    for deal in sorted(deals, key=lambda d: d["createdTime"]):
        first.setdefault(_customer(deal), deal["createdTime"])
    found: dict[str, Counter[tuple[str, str]]] = {"lead": Counter(), "deal": Counter()}
    for entity, records in (("lead", leads), ("deal", deals)):
        for record in records:
            channel, method = rules.resolve(record)
            if method == "none" and record.get("leadId"):
                channel, method = rules.resolve(by_id[record["leadId"]])
            customer = _customer(record)
            is_known = customer[1] and first.get(customer, "9") < record["createdTime"]
            if method == "none" and is_known:
                channel, method = "existing_base", "known_customer"
            found[entity][channel, method] += 1
    return found


def _customer(record: dict[str, Any]) -> tuple[str, int]:
    if record["companyId"]:
        return "company", record["companyId"]
    return "contact", record["contactId"]


@pytest.mark.parametrize("entity", ["lead", "deal"])
def test_channels(demo, resolved, entity: str) -> None:
    found: Counter[str] = Counter()
    for (channel, _), count in resolved[entity].items():
        found[channel] += count
    expected = {row["channel_code"]: row[f"{entity}s"] for row in demo.ledger["channels"]}
    assert found == Counter(expected)


@pytest.mark.parametrize("entity", ["lead", "deal"])
def test_methods(demo, resolved, entity: str) -> None:
    found: Counter[str] = Counter()
    for (_, method), count in resolved[entity].items():
        found[method] += count
    expected = {
        row["match_method"]: row["count"]
        for row in demo.ledger["match_methods"]
        if row["entity"] == entity
    }
    assert found == Counter(expected)


def test_every_method_and_most_channels_are_planted(demo) -> None:
    methods = {row["match_method"] for row in demo.ledger["match_methods"]}
    assert methods == {
        "click_view",
        "campaign_id",
        "click_id",
        "utm_pair",
        "utm_medium",
        "crm_source",
        "known_customer",
        "none",
    }
    assert len(demo.ledger["channels"]) >= 16
