"""What one Google Ads account needs to be configured."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel, ConfigDict, SecretStr, field_validator, model_validator

from connectors.endpoint import Endpoint

_CUSTOMER = re.compile(r"[0-9]{10}")
_OF_A_USER: tuple[str, ...] = ("client_id", "client_secret", "refresh_token")


class Settings(BaseModel):
    """One customer, or a manager with all the customers under it.

    There are two ways in: a user's refresh token, or a service account.

    Args:
        customer_id: ten digits, with or without dashes; a manager stands for its customers.
        client_id: of the OAuth client.
        client_secret: of the OAuth client; a secret.
        refresh_token: of a user who may read the account; a secret.
        service_account_file: the JSON key of a service account; the file is a secret.
        impersonated_email: the user as whom the service account reads, by delegation of a domain;
            none where it was itself given access to the account.
        login_customer_id: the manager through which the account is reached, where it is.
        developer_token: only where a project still has one; a secret.
        base_url: of the API.
        token_url: where the refresh token is exchanged.
        first_day: nothing earlier is read.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    alternatives: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("customer_id", *_OF_A_USER),
        ("customer_id", "service_account_file"),
    )

    customer_id: str
    client_id: str | None = None
    client_secret: SecretStr | None = None
    refresh_token: SecretStr | None = None
    service_account_file: Path | None = None
    impersonated_email: str | None = None
    login_customer_id: str | None = None
    developer_token: SecretStr | None = None
    base_url: Endpoint = "https://googleads.googleapis.com"
    token_url: Endpoint = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
    first_day: date | None = None

    @field_validator("customer_id", "login_customer_id")
    @classmethod
    def _is_customer(cls, given: str | None) -> str | None:
        digits = given.replace("-", "") if given is not None else None
        if digits is not None and not _CUSTOMER.fullmatch(digits):
            msg = "is ten digits, as at the top of the Google Ads page: 123-456-7890"
            raise ValueError(msg)
        return digits

    @model_validator(mode="after")
    def _is_one_way_in(self) -> Settings:
        given = {name for name in _OF_A_USER if getattr(self, name)}
        missing = set(_OF_A_USER) - given
        if self.service_account_file is not None and given:
            msg = f"set either SERVICE_ACCOUNT_FILE or a user's settings: {_named(given)} is there"
            raise ValueError(msg)
        if self.service_account_file is None and missing:
            msg = f"a user needs {_named(missing)} too; or set SERVICE_ACCOUNT_FILE alone"
            raise ValueError(msg)
        if self.service_account_file is None and self.impersonated_email is not None:
            msg = "IMPERSONATED_EMAIL goes with SERVICE_ACCOUNT_FILE"
            raise ValueError(msg)
        return self


def _named(fields: set[str]) -> str:
    return ", ".join(sorted(field.upper() for field in fields))
