"""Advertising of a world in the form in which each platform is read: rows of an API, or CSV files.

CSV files are written in the product's own strict format, one row per line of spend.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

SPEND_HEADER = (
    "date",
    "platform",
    "account",
    "campaign",
    "ad_group",
    "ad",
    "impressions",
    "clicks",
    "spend",
    "currency",
    "vat_included",
    "channel",
)
RULE_HEADER = (
    "rule_id",
    "priority",
    "portal",
    "click_id_kind",
    "utm_source",
    "utm_medium",
    "number",
    "source_id",
    "referrer_host",
    "channel_code",
    "valid_from",
    "valid_to",
)
PLAN_HEADER = ("month", "metric", "scope", "portal", "member", "value", "currency")
ACTION_HEADER = (
    "name",
    "first_day",
    "last_day",
    "channel",
    "product",
    "baseline_first_day",
    "baseline_last_day",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendLine:
    """One line of a CSV spend file; `spend` in `currency`, VAT included."""

    day: str
    platform: str
    account: str
    campaign: str
    ad_group: str
    ad: str
    impressions: int
    clicks: int
    spend: Decimal
    currency: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A company's own rule: a UTM pair, or a source code of its CRM, names a channel."""

    channel_code: str
    utm_source: str = ""
    utm_medium: str = ""
    source_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """What is meant to be reached in a month; `value` in `currency`, without one a number."""

    month: date
    metric: str
    value: Decimal
    scope: str = "company"
    member: str = ""
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A marketing action; `baseline`: first and last day that it is held against."""

    name: str
    first_day: date
    last_day: date
    channel_code: str = ""
    product: str = ""
    baseline: tuple[date, date] | None = None


def write_spend(folder: Path, files: dict[str, Sequence[SpendLine]]) -> None:
    """Write each named CSV file, in place of all that the folder held."""
    _emptied(folder)
    for name, lines in files.items():
        rows = (
            (
                line.day,
                line.platform,
                line.account,
                line.campaign,
                line.ad_group,
                line.ad,
                line.impressions,
                line.clicks,
                f"{line.spend:f}",
                line.currency,
                "yes",
                line.channel,
            )
            for line in lines
        )
        _write(folder / name, SPEND_HEADER, rows)


def write_rules(folder: Path, rules: Iterable[Rule]) -> None:
    """Write `channel_rules.csv`; a rule's id says what it matches."""
    _emptied(folder)
    rows = (
        (
            "company "
            + (rule.source_id or "/".join(filter(None, (rule.utm_source, rule.utm_medium)))),
            number,
            "",
            "",
            rule.utm_source,
            rule.utm_medium,
            "",
            rule.source_id,
            "",
            rule.channel_code,
            "",
            "",
        )
        for number, rule in enumerate(rules, start=1)
    )
    _write(folder / "channel_rules.csv", RULE_HEADER, rows)


def write_plan(folder: Path, lines: Iterable[PlanLine]) -> None:
    """Write `plan.csv` beside what the folder holds."""
    rows = (
        (
            f"{line.month:%Y-%m}",
            line.metric,
            line.scope,
            "",
            line.member,
            f"{line.value:f}",
            line.currency,
        )
        for line in lines
    )
    _write(folder / "plan.csv", PLAN_HEADER, rows)


def write_actions(folder: Path, actions: Iterable[Action]) -> None:
    """Write `marketing_actions.csv` beside what the folder holds."""
    rows = (
        (
            action.name,
            action.first_day.isoformat(),
            action.last_day.isoformat(),
            action.channel_code,
            action.product,
            *(day.isoformat() for day in action.baseline or ()),
            *([] if action.baseline else ["", ""]),
        )
        for action in actions
    )
    _write(folder / "marketing_actions.csv", ACTION_HEADER, rows)


def by_platform(lines: Iterable[SpendLine], names: dict[str, str]) -> dict[str, list[SpendLine]]:
    """Sort lines into files: `names` says which platform goes into which file."""
    files: dict[str, list[SpendLine]] = defaultdict(list)
    for line in lines:
        files[names[line.platform]].append(line)
    return dict(sorted(files.items()))


def google_customer(
    *, customer_id: str, name: str, currency: str, timezone: str, is_manager: bool = False
) -> dict[str, Any]:
    """The `customer` part of a GoogleAdsRow."""
    return {
        "resourceName": f"customers/{customer_id}",
        "id": customer_id,
        "descriptiveName": name,
        "currencyCode": currency,
        "timeZone": timezone,
        "autoTaggingEnabled": True,
        "manager": is_manager,
        "testAccount": False,
        "status": "ENABLED",
    }


def google_campaign(
    *, customer_id: str, campaign_id: str, name: str, kind: str, status: str = "ENABLED"
) -> dict[str, Any]:
    """The `campaign` part of a GoogleAdsRow; `kind` is an AdvertisingChannelType."""
    return {
        "resourceName": f"customers/{customer_id}/campaigns/{campaign_id}",
        "id": campaign_id,
        "name": name,
        "status": status,
        "advertisingChannelType": kind,
    }


def yandex_client(*, login: str, client_id: int, name: str, currency: str) -> dict[str, Any]:
    """One advertiser of clients.get."""
    return {
        "ClientId": client_id,
        "Login": login,
        "ClientInfo": name,
        "Currency": currency,
        "CountryId": 225,
        "Type": "CLIENT",
        "Archived": "NO",
        "CreatedAt": "2020-03-02",
        "VatRate": 20,
    }


def _emptied(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.glob("*.csv"):
        stale.unlink()


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
