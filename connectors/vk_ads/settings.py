"""What one VK Ads account needs to be configured."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Annotated, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, model_validator

from connectors.endpoint import Endpoint

Digits = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,18}$")]


class Settings(BaseModel):
    """One advertiser: the owner of the application, or one client of the agency that owns it.

    Args:
        client_id: the application's id.
        client_secret: its secret.
        token_key: what the tokens on this machine are encrypted with; `authorise` makes one.
        agency_client_name: the client's user name; of an agency's application only.
        agency_client_id: the client's user id, in place of the name.
        vat_included: whether amounts hold VAT; the API does not say.
        currency: ISO 4217 of the amounts, where the API does not state it.
        requests_per_second: the most that is asked for; VK's own limit goes before it.
        base_url: the address of the API.
        first_day: the oldest day to load.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    alternatives: ClassVar[tuple[tuple[str, ...], ...]] = (("client_id", "client_secret"),)

    client_id: Annotated[str, StringConstraints(min_length=1)]
    client_secret: SecretStr
    token_key: SecretStr | None = None
    agency_client_name: str | None = None
    agency_client_id: Digits | None = None
    vat_included: bool = True
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None
    requests_per_second: Annotated[int, Field(ge=1)] = 3
    base_url: Endpoint = "https://ads.vk.com"
    first_day: date | None = None

    @model_validator(mode="after")
    def _one_client(self) -> Self:
        if self.agency_client_name is not None and self.agency_client_id is not None:
            msg = "AGENCY_CLIENT_NAME and AGENCY_CLIENT_ID name the same client: set one of the two"
            raise ValueError(msg)
        return self

    @property
    def user(self) -> str:
        """A name for files of what the API keeps by application and user: tokens and limits."""
        client = self.agency_client_id or self.agency_client_name or ""
        return hashlib.sha256(f"{self.client_id}|{client}".encode()).hexdigest()[:16]
