"""The settings under which the product finds a served world: `endpoints.env`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from infra.sandbox import protocols
from infra.sandbox.google_ads.access import Customers
from infra.sandbox.store import Store

FILE_NAME = "endpoints.env"


def environment(directory: Path, store: Store, base_url: str) -> dict[str, str]:
    """Return the product's settings for a world.

    A source that the world does not have is left out: not configured is not broken.

    Args:
        directory: the world's directory.
        store: the world.
        base_url: where it is served, such as `http://127.0.0.1:8900`.
    """
    meta = store.all_meta()
    settings = {
        "BITRIX24_WEBHOOK_URL": f"{base_url}/rest/{meta['webhook_user']}/{meta['webhook_secret']}/",
        "BITRIX24__MAIN__PLAN": "enterprise",
        "REPORTING_CURRENCY": meta.get("reporting_currency", meta["base_currency"]),
        "COMPANY_TIMEZONE": meta["timezone"],
        "AS_OF": meta["as_of"],
    }
    if "first_day" in meta:
        settings["FIRST_DAY"] = meta["first_day"]
    settings |= _google(store, meta, base_url) | _yandex(store, meta, base_url)
    settings |= protocols.settings(store, meta, base_url)
    for name, folder in (("CSV_SPEND", "csv_spend"), ("COMPANY", "company")):
        if (directory / folder).is_dir():
            settings[f"{name}__MAIN__FOLDER"] = str((directory / folder).resolve())
    return settings


def write(directory: Path, settings: Mapping[str, str]) -> Path:
    """Write the settings where only their owner can read them, and return the file."""
    path = directory / FILE_NAME
    draft = path.with_suffix(".draft")
    text = "".join(f"{name}={value}\n" for name, value in settings.items())
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
    return path


def read(directory: Path) -> dict[str, str]:
    """Return the settings that the last start wrote.

    Raises:
        FileNotFoundError: the world was never served.
    """
    lines = (directory / FILE_NAME).read_text(encoding="utf-8").splitlines()
    return {name: value for name, _, value in (line.partition("=") for line in lines)}


def _google(store: Store, meta: Mapping[str, str], base_url: str) -> dict[str, str]:
    roots = Customers(store).directly_accessible()
    if not roots:
        return {}
    return {
        "GOOGLE_ADS__MAIN__CUSTOMER_ID": meta.get("google_customer_id")
        or _advertiser(store, roots[0]),
        "GOOGLE_ADS__MAIN__LOGIN_CUSTOMER_ID": roots[0],
        "GOOGLE_ADS__MAIN__CLIENT_ID": meta["google_client_id"],
        "GOOGLE_ADS__MAIN__CLIENT_SECRET": meta["google_client_secret"],
        "GOOGLE_ADS__MAIN__REFRESH_TOKEN": meta["google_refresh_token"],
        "GOOGLE_ADS__MAIN__BASE_URL": base_url,
        "GOOGLE_ADS__MAIN__TOKEN_URL": f"{base_url}/token",
    }


def _advertiser(store: Store, root: str) -> str:
    """Return the one customer that advertises, or the manager above several."""
    customers = Customers(store)
    found = [
        member
        for member, _ in customers.below(root)
        if not customers.payload(member).get("manager", False)
    ]
    return found[0] if len(found) == 1 else root


def _yandex(store: Store, meta: Mapping[str, str], base_url: str) -> dict[str, str]:
    logins = store.query("SELECT login FROM yandex_client ORDER BY login")
    if not logins:
        return {}
    goals = store.query("SELECT DISTINCT goal_id FROM yandex_goal_day ORDER BY goal_id")
    return {
        "YANDEX_DIRECT__MAIN__TOKEN": meta["yandex_token"],
        "YANDEX_DIRECT__MAIN__CLIENT_LOGIN": logins[0][0],
        "YANDEX_DIRECT__MAIN__GOALS": ",".join(goal for (goal,) in goals),
        "YANDEX_DIRECT__MAIN__REQUESTS_IN_TEN_SECONDS": "10000",
        "YANDEX_DIRECT__MAIN__BASE_URL": base_url,
    }
