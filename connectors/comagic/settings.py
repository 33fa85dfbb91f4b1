"""What one account of UIS or a sister brand needs to be configured."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from connectors.endpoint import Endpoint


class Settings(BaseModel):
    """One account: a key of the API, or the login and password of a user.

    Args:
        access_token: a key from the cabinet; a secret.
        login: of a user, for a session in place of a key.
        password: of that user; a secret.
        requests_per_second: the most that is asked for; sixty a minute are within every tariff.
        base_url: of the brand, with the version.
        first_day: nothing earlier is read.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    alternatives: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("access_token",),
        ("login", "password"),
    )

    access_token: SecretStr | None = None
    login: str | None = None
    password: SecretStr | None = None
    requests_per_second: Annotated[int, Field(ge=1)] = 1
    base_url: Endpoint = "https://dataapi.comagic.ru/v2.0"
    first_day: date | None = None

    @model_validator(mode="after")
    def _one_way_in(self) -> Settings:
        of_user = (self.login, self.password)
        if self.access_token is not None and any(of_user):
            msg = "ACCESS_TOKEN is one way in, LOGIN with PASSWORD another: keep one"
            raise ValueError(msg)
        if self.access_token is None and not all(of_user):
            msg = "needs ACCESS_TOKEN, or both LOGIN and PASSWORD"
            raise ValueError(msg)
        return self
