"""A world file: how to read a CRM export as a portal. Documented field by field in docs/worlds.md.

The file is YAML. Unknown keys are refused, so that a misspelt one cannot be silently ignored.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from infra.sandbox.worlds.info import GOOGLE_ADS, WorldInfo

Code = Annotated[str, Field(pattern=r"^[A-Z0-9_]+$")]
SEMANTICS = {"open": "P", "won": "S", "lost": "F"}


class WorldFileError(ValueError):
    """A world file, or the data it names, is missing or says something wrong."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Table(_Part):
    """What every file has: its name in the data folder, and how it is written."""

    file: str
    encoding: str = "utf-8"
    delimiter: str = ","
    datetimes: str = "%Y-%m-%d %H:%M:%S"
    dates: str = "%Y-%m-%d"
    amounts: tuple[Literal["plain", "european"], ...] = ("plain",)


class DealColumns(_Part):
    """Columns of the deals: our name to the file's."""

    id: str
    created: str
    stage: str
    owner: str | None = None
    closed: str | None = None
    amount: str | None = None
    contact: str | None = None
    source: str | None = None
    title: str | None = None
    utm_source: str | None = None
    utm_medium: str | None = None
    utm_campaign: str | None = None
    utm_content: str | None = None
    utm_term: str | None = None


class Deals(Table):
    """The deals; `custom_fields` lands further columns as UF_CRM_ fields of the same name."""

    columns: DealColumns
    custom_fields: dict[Annotated[str, Field(pattern=r"^UF_CRM_[A-Z0-9_]+$")], str] = {}


class ContactColumns(_Part):
    """Columns of the contacts."""

    id: str
    created: str
    owner: str | None = None
    modified: str | None = None


class Contacts(Table):
    """The contacts."""

    columns: ContactColumns


class CallColumns(_Part):
    """Columns of the calls."""

    id: str
    started: str
    kind: str
    outcome: str
    owner: str | None = None
    seconds: str | None = None
    contact: str | None = None


class Calls(Table):
    """The calls.

    `kinds` maps the file's values to the portal's CALL_TYPE, `outcomes` to its CALL_FAILED_CODE;
    an outcome mapped to nothing is no call, and its rows are left out.
    """

    columns: CallColumns
    kinds: dict[str, Literal["1", "2", "3", "4", "5"]]
    outcomes: dict[str, str | None]


class SpendColumns(_Part):
    """Columns of the advertising."""

    day: str
    source: str
    campaign: str
    spend: str
    impressions: str
    clicks: str
    ad_group: str | None = None
    ad: str | None = None


class Spend(Table):
    """The advertising; exact duplicates of a row are left out."""

    columns: SpendColumns
    account: str
    no_campaign: str = "(no campaign)"


class Stage(_Part):
    """A stage of the one funnel."""

    name: str
    id: Code
    semantics: Literal["open", "won", "lost"]


class Source(_Part):
    """A source of the CRM, which is also a platform of the advertising.

    `channel` decides the deals of this source (none: the source says nothing). Its spend goes
    through the Google Ads protocol, or to CSV files under the source's own name, which need
    `spend_channel` where `channel` is not given.
    """

    code: Code
    channel: str | None = None
    spend: Literal["google_ads", "csv"] = "csv"
    spend_channel: str | None = None


class Google(_Part):
    """The Google Ads account that the spend of `google_ads` sources is billed to."""

    customer_id: Annotated[str, Field(pattern=r"^\d{10}$")]
    manager_id: Annotated[str, Field(pattern=r"^\d{10}$")]
    first_campaign_id: Annotated[int, Field(ge=1)]


class Definition(_Part):
    """A whole world file."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    title: str
    data: str
    portal: Literal["simple"]
    as_of: date
    first_day: date
    timezone: str
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    stages: tuple[Stage, ...]
    sources: dict[str, Source]
    google_ads: Google | None = None
    deals: Deals
    contacts: Contacts | None = None
    calls: Calls | None = None
    spend: Spend | None = None

    @field_validator("timezone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            msg = f"no such time zone: {name}"
            raise ValueError(msg) from error
        return name

    @model_validator(mode="after")
    def _has_the_account_it_bills(self) -> Self:
        billed = any(source.spend == GOOGLE_ADS for source in self.sources.values())
        if billed and self.google_ads is None:
            msg = "google_ads is missing: the spend of a source goes there"
            raise ValueError(msg)
        return self

    @property
    def info(self) -> WorldInfo:
        """What is known of the world without reading its data."""
        return WorldInfo(
            name=self.name,
            as_of=self.as_of,
            timezone=self.timezone,
            reporting_currency=self.currency,
            first_day=self.first_day,
        )


def load(path: Path) -> Definition:
    """Read a world file.

    Raises:
        WorldFileError: it is missing, no YAML, or says something wrong; names each field.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        return Definition.model_validate(content)
    except (OSError, yaml.YAMLError) as error:
        msg = f"{path}: {error}"
        raise WorldFileError(msg) from error
    except ValidationError as error:
        lines = (
            f"{'.'.join(map(str, fault['loc'])) or 'file'}: {fault['msg']}"
            for fault in error.errors()
        )
        msg = f"{path}: " + "; ".join(lines)
        raise WorldFileError(msg) from error
