"""One place of spend lines and fees, open for reading; how is said where it is done."""

from __future__ import annotations

from typing import cast

from connectors.csv_folder import CsvFolder
from connectors.csv_spend.settings import Settings
from connectors.csv_spend.sheets import Sheets
from connectors.csv_spend.streams import FEES_FILE
from connectors.stream import Account

SOURCE_NAME = "csv_spend"
_FIELDS = {"spend_lines": "spend_url", "fees": "fees_url"}
_FILE_NAMES = {"spend_lines": "spend.csv", "fees": FEES_FILE}


def open_place(account: Account) -> CsvFolder | Sheets:
    """Return a client for the account's folder, or for its sheets."""
    settings = cast("Settings", account.settings)
    if settings.folder is not None:
        return CsvFolder(
            source=SOURCE_NAME, folder=settings.folder, setting=_setting(account, "folder")
        )
    links = {"spend_lines": settings.spend_url, "fees": settings.fees_url}
    return Sheets(
        source=SOURCE_NAME,
        links={
            stream: (link, _setting(account, _FIELDS[stream]))
            for stream, link in links.items()
            if link is not None
        },
        file_names=_FILE_NAMES,
    )


def _setting(account: Account, field: str) -> str:
    return f"{SOURCE_NAME}__{account.name}__{field}".upper()
