"""Where the lines stand: in a folder of files, or in tables of Google Sheets."""

from __future__ import annotations

import re
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, SecretStr, field_validator, model_validator

_SHEET = re.compile(
    r"https://docs\.google\.com/spreadsheets/d/(?P<id>[A-Za-z0-9_-]{20,100})"
    r"/(?:edit|export|view)?(?P<rest>[?#]\S*)?"
)
_GID = re.compile(r"[?#&]gid=([0-9]{1,12})(?![0-9])")


class Settings(BaseModel):
    """One folder, or one table of spend lines and one of fees; a table may stand alone.

    Args:
        folder: all files in it that end on `.csv` are read; folders in it are not.
        spend_url: the link of a sheet of spend lines. Whoever has it can read the sheet, so it is
            a secret.
        fees_url: the link of a sheet of fees, likewise.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    alternatives: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("folder",),
        ("spend_url",),
        ("fees_url",),
    )

    folder: Path | None = None
    spend_url: SecretStr | None = None
    fees_url: SecretStr | None = None

    @field_validator("spend_url", "fees_url")
    @classmethod
    def _is_sheet(cls, given: SecretStr | None) -> SecretStr | None:
        """Turn any link of a sheet into that of its export as CSV."""
        if given is None:
            return None
        found = _SHEET.fullmatch(given.get_secret_value())
        if found is None:
            msg = (
                "is no link of a Google sheet; it looks like "
                "https://docs.google.com/spreadsheets/d/…/export?format=csv&gid=0"
            )
            raise ValueError(msg)
        gid = _GID.search(found["rest"] or "")
        return SecretStr(
            f"https://docs.google.com/spreadsheets/d/{found['id']}/export?format=csv"
            f"&gid={gid[1] if gid else '0'}"
        )

    @model_validator(mode="after")
    def _is_one_place(self) -> Settings:
        if self.folder is not None and (self.spend_url or self.fees_url):
            msg = "set either FOLDER, or SPEND_URL and FEES_URL: two places would count twice"
            raise ValueError(msg)
        return self
