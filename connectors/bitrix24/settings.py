"""What one portal needs to be configured, checked before anything is sent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, SecretStr, field_validator, model_validator

from connectors.endpoint import Endpoint

OAUTH_URL = "https://oauth.bitrix.info/oauth/token/"
"""The vendor's authorization server; every portal's applications, self-hosted ones too, use it
(https://apidocs.bitrix24.com, OAuth 2.0). Some Russian pages name oauth.bitrix24.tech."""

_WEBHOOK = re.compile(r"(?P<scheme>https?)://(?P<host>[^/\s?#@]+)/rest/\d+/[A-Za-z0-9]+/?")
_PORTAL = re.compile(r"(?:(?P<scheme>https?)://)?(?P<host>[A-Za-z0-9.-]+(?::\d{1,5})?)/?")
_LOOPBACK = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d+)?")
_OF_AN_APPLICATION: tuple[str, ...] = ("portal", "client_id", "client_secret")


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
    SELF_HOSTED = "self_hosted"

    @property
    def pace(self) -> Pace:
        """How fast the portal may be asked."""
        if self is Plan.ENTERPRISE:
            return Pace(burst=250, per_second=5.0)
        if self is Plan.SELF_HOSTED:
            # The limit is off by default there; the company's own server is not to be flooded.
            return Pace(burst=100, per_second=25.0)
        return Pace(burst=50, per_second=2.0)


class Settings(BaseModel):
    """One portal: a webhook, or an application with the portal that it is installed on.

    Args:
        webhook_url: the address of an inbound webhook, `https://portal/rest/1/secret/`; a secret.
        portal: the portal's host or https:// address, for an application.
        client_id: of the application, which is no secret.
        client_secret: of the application; goes to the authorization server alone.
        token_key: encrypts the application's tokens on the disk; `authorise` makes it.
        oauth_url: the authorization server.
        plan: decides how fast the portal is asked.
        first_day: the first load leaves out leads, deals, stage changes and calls of earlier days.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    alternatives: ClassVar[tuple[tuple[str, ...], ...]] = (("webhook_url",), _OF_AN_APPLICATION)

    webhook_url: SecretStr | None = None
    portal: str | None = None
    client_id: str | None = None
    client_secret: SecretStr | None = None
    token_key: SecretStr | None = None
    oauth_url: Endpoint = OAUTH_URL
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

    @field_validator("portal")
    @classmethod
    def _is_portal(cls, given: str) -> str:
        found = _PORTAL.fullmatch(given.strip())
        if found is None:
            msg = "is no portal; it looks like company.bitrix24.ru or https://crm.example.com:8443"
            raise ValueError(msg)
        if found["scheme"] == "http" and not _LOOPBACK.fullmatch(found["host"]):
            msg = "has to begin with https://: tokens are sent there"
            raise ValueError(msg)
        return f"{found['scheme'] or 'https'}://{found['host'].lower()}"

    @model_validator(mode="after")
    def _is_one_way_in(self) -> Settings:
        given = {name for name in _OF_AN_APPLICATION if getattr(self, name)}
        missing = set(_OF_AN_APPLICATION) - given
        if self.webhook_url is not None and given:
            msg = f"set either WEBHOOK_URL or an application's settings: {_named(given)} is there"
            raise ValueError(msg)
        if self.webhook_url is None and missing:
            msg = f"an application needs {_named(missing)} too; or set WEBHOOK_URL alone"
            raise ValueError(msg)
        return self

    @property
    def host(self) -> str:
        """The portal's host, with its port if there is one; no secret."""
        if self.webhook_url is None:
            return (self.portal or "").partition("://")[2]
        found = _WEBHOOK.fullmatch(self.webhook_url.get_secret_value())
        return found["host"].lower() if found else ""


def _named(fields: set[str]) -> str:
    return ", ".join(sorted(field.upper() for field in fields))
