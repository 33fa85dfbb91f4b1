"""What one Yandex Direct account needs to be configured."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, SecretStr

from connectors.endpoint import Endpoint


class Settings(BaseModel):
    """One advertiser.

    Args:
        token: an OAuth token with the right `direct:api`; a secret.
        client_login: the advertiser's login; obligatory for an agency's token.
        base_url: of the API.
        first_day: nothing earlier is read.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    token: SecretStr
    client_login: str | None = None
    base_url: Endpoint = "https://api.direct.yandex.com"
    first_day: date | None = None
