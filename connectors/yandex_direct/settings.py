"""What one Yandex Direct account needs to be configured."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    model_validator,
)

from connectors.endpoint import Endpoint


class AttributionModel(StrEnum):
    """How Metrica's goals are credited to clicks (yandex.com/dev/direct/doc/en/spec)."""

    AUTO = "AUTO"
    FC = "FC"
    FCCD = "FCCD"
    LC = "LC"
    LSC = "LSC"
    LSCCD = "LSCCD"
    LYDC = "LYDC"
    LYDCCD = "LYDCCD"


def _listed(value: object) -> object:
    """Read `1,2 3` as a list, as the environment has no other way to say one."""
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


Goal = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,18}$")]
Goals = Annotated[tuple[Goal, ...], BeforeValidator(_listed), Field(max_length=10)]
"""Ten at most are taken by one report (yandex.com/dev/direct/doc/en/spec)."""


class Settings(BaseModel):
    """One advertiser, or one agency with all of its clients.

    Args:
        token: an OAuth token with the right `direct:api`; a secret.
        client_login: the one advertiser to read; an agency's token needs it, or `agency`.
        agency: whether the token is an agency's, and each of its clients is read.
        goals: numbers of Metrica's goals whose conversions and revenue are told apart.
        attribution_model: how these are credited.
        requests_in_ten_seconds: what the Reports service allows one user.
        base_url: of the API.
        first_day: nothing earlier is read.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    token: SecretStr
    client_login: str | None = None
    agency: bool = False
    goals: Goals = ()
    attribution_model: AttributionModel = AttributionModel.AUTO
    requests_in_ten_seconds: Annotated[int, Field(ge=4)] = 20
    base_url: Endpoint = "https://api.direct.yandex.com"
    first_day: date | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.agency and self.client_login is not None:
            msg = "AGENCY reads every client and CLIENT_LOGIN one: set one of the two"
            raise ValueError(msg)
        return self
