"""What one Google Ads account needs to be configured."""

from __future__ import annotations

import re
from datetime import date

from pydantic import BaseModel, ConfigDict, SecretStr, field_validator

from connectors.endpoint import Endpoint

_CUSTOMER = re.compile(r"[0-9]{10}")


class Settings(BaseModel):
    """One customer, or a manager with all the customers under it.

    Args:
        customer_id: ten digits, with or without dashes; a manager stands for its customers.
        client_id: of the OAuth client.
        client_secret: of the OAuth client; a secret.
        refresh_token: of a user who may read the account; a secret.
        login_customer_id: the manager through which the account is reached, where it is.
        developer_token: only where a project still has one; a secret.
        base_url: of the API.
        token_url: where the refresh token is exchanged.
        first_day: nothing earlier is read.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    customer_id: str
    client_id: str
    client_secret: SecretStr
    refresh_token: SecretStr
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
