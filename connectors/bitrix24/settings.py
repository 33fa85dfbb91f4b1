"""What one portal needs to be configured, checked before anything is sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, SecretStr, field_validator

_WEBHOOK = re.compile(r"(?P<scheme>https?)://(?P<host>[^/\s?#@]+)/rest/\d+/[A-Za-z0-9]+/?")
_LOOPBACK = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """What a portal's plan allows (https://apidocs.bitrix24.com/limits.html).

    Args:
        burst: requests that may come at once.
        per_second: requests a second that are sustained.
    """

    burst: int
    per_second: float


class Plan(StrEnum):
    """The portal's plan, as far as its limits go."""

    STANDARD = "standard"
    ENTERPRISE = "enterprise"

    @property
    def pace(self) -> Pace:
        """How fast the portal may be asked."""
        if self is Plan.ENTERPRISE:
            return Pace(burst=250, per_second=5.0)
        return Pace(burst=50, per_second=2.0)


class Settings(BaseModel):
    """One portal.

    Args:
        webhook_url: the address of an inbound webhook, `https://portal/rest/1/secret/`; a secret.
        plan: decides how fast the portal is asked.
        first_day: the first load leaves out leads, deals, stage changes and calls of earlier days.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    webhook_url: SecretStr
    plan: Plan = Plan.STANDARD
    first_day: date | None = None

    @field_validator("webhook_url")
    @classmethod
    def _is_webhook(cls, given: SecretStr) -> SecretStr:
        found = _WEBHOOK.fullmatch(given.get_secret_value().strip())
        if found is None:
            msg = "is no webhook address; it looks like https://<portal>/rest/<user>/<secret>/"
            raise ValueError(msg)
        if found["scheme"] == "http" and not _LOOPBACK.fullmatch(found["host"]):
            msg = "has to begin with https://: the secret is part of the address"
            raise ValueError(msg)
        return SecretStr(found[0])

    @property
    def host(self) -> str:
        """The portal's host, which is no secret."""
        found = _WEBHOOK.fullmatch(self.webhook_url.get_secret_value())
        return found["host"].lower() if found else ""
