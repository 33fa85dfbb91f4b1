"""What one Calltouch site needs to be configured."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from connectors.endpoint import Endpoint


class Settings(BaseModel):
    """One site of a Calltouch account.

    Args:
        token: the account's token of the API, `clientApiId`; a secret.
        site_id: the site's number.
        requests_per_second: the most that is asked for.
        base_url: of the API.
        first_day: nothing earlier is read.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    token: SecretStr
    site_id: Annotated[str, Field(pattern=r"^[0-9]{1,12}$")]
    requests_per_second: Annotated[int, Field(ge=1)] = 2
    base_url: Endpoint = "https://api.calltouch.ru"
    first_day: date | None = None
