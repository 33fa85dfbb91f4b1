"""Data API 2.0: one JSON-RPC call, and what came back, checked.

Every answer says what is left of the points, which is logged; an error says when they come back.
A session of a user lasts an hour and is renewed when the API says that it is over; it is kept in
memory alone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec
from pydantic import SecretStr

from connectors import redaction
from connectors.comagic.settings import Settings
from connectors.comagic.verdicts import LIMIT, SESSION_OVER, broken, failed, meaning
from connectors.errors import ConnectorError, Unauthorized
from connectors.http import Answer, HttpClient, Request
from connectors.json_stream import NotJson
from connectors.raw_json import Json, decoded

_OK = 200
_LOGIN = "login.user"

_log = logging.getLogger(__name__)


class _Limits(msgspec.Struct, frozen=True):
    """What is left of the points, and seconds until they are set back."""

    day_limit: int | None = None
    day_remaining: int | None = None
    day_reset: int | None = None
    minute_remaining: int | None = None
    minute_reset: int | None = None


class _Metadata(msgspec.Struct, frozen=True):
    total_items: int | None = None
    limits: _Limits | None = None
    current_version_deprecated: bool = False


class _Result(msgspec.Struct, frozen=True):
    data: msgspec.Raw
    metadata: _Metadata = msgspec.field(default_factory=_Metadata)


class _ErrorData(msgspec.Struct, frozen=True):
    mnemonic: str = ""
    metadata: _Metadata = msgspec.field(default_factory=_Metadata)


class _Error(msgspec.Struct, frozen=True):
    data: _ErrorData = msgspec.field(default_factory=_ErrorData)


class _Answer(msgspec.Struct, frozen=True):
    result: _Result | None = None
    error: _Error | None = None


class _Session(msgspec.Struct, frozen=True):
    access_token: str


_answers = msgspec.json.Decoder(_Answer)
_lists = msgspec.json.Decoder(list[msgspec.Raw])
_sessions = msgspec.json.Decoder(_Session)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """What a report answered.

    Args:
        items: its rows, as they were sent.
        total: how many rows match in all; None where the method does not count.
    """

    items: tuple[Json, ...]
    total: int | None


class Rpc:
    """The methods of one account.

    Args:
        http: talks to the brand's host.
        settings: the way in.
    """

    def __init__(self, http: HttpClient, settings: Settings) -> None:
        self._http = http
        self._settings = settings
        self._session: SecretStr | None = None
        self._is_deprecation_said = False

    def call(self, method: str, params: Mapping[str, object]) -> Rows:
        """Call a method that reads.

        Raises:
            Unauthorized: the way in was refused, or a right is missing.
            RateLimited: the points are used up, and patience with it.
            Deferred: they come back later than patience lasts.
            ContractBroken: the answer is not as documented.
        """
        try:
            return self._http.fetch(self._request(method, params), self._reader(method))
        except Unauthorized as error:
            if self._session is None or error.code not in SESSION_OVER:
                raise
            self._session = None
        return self._http.fetch(self._request(method, params), self._reader(method))

    def _request(self, method: str, params: Mapping[str, object]) -> Request:
        given = {"access_token": self._token().get_secret_value(), **params}
        return _request(method, given)

    def _token(self) -> SecretStr:
        """Return the key, or the session's, which is opened where there is none."""
        settings = self._settings
        if settings.access_token is not None:
            return settings.access_token
        if self._session is None:
            password = settings.password
            given = {
                "login": settings.login,
                "password": "" if password is None else password.get_secret_value(),
            }
            self._session = self._http.fetch(_request(_LOGIN, given), self._read_session)
            redaction.protect(self._session)
        return self._session

    def _reader(self, method: str) -> Callable[[Answer], Rows]:
        def read(answer: Answer) -> Rows:
            result, is_marked = self._result(answer, method)
            try:
                rows = _lists.decode(result.data)
            except msgspec.DecodeError:
                failure = broken("the answer holds no list of rows", method)
            else:
                items = tuple(Json(row, is_marked) for row in rows)
                return Rows(items=items, total=result.metadata.total_items)
            raise failure

        return read

    def _read_session(self, answer: Answer) -> SecretStr:
        result, _ = self._result(answer, _LOGIN)
        try:
            return SecretStr(_sessions.decode(result.data).access_token)
        except msgspec.DecodeError:
            failure = broken("the answer holds no session", _LOGIN)
        raise failure

    def _result(self, answer: Answer, method: str) -> tuple[_Result, bool]:
        if answer.status != _OK:
            raise failed(answer.status, method)
        try:
            found, is_marked = decoded(answer.body(), _answers)
        except NotJson:
            failure = broken("the answer is not JSON-RPC: a page for people, or a proxy's", method)
        else:
            if found.error is not None:
                raise _refusal(found.error.data, method)
            if found.result is not None:
                self._note(found.result.metadata)
                return found.result, is_marked
            failure = broken("the answer holds neither a result nor an error", method)
        raise failure

    def _note(self, metadata: _Metadata) -> None:
        """Log what is left of the points, and once that the version ends."""
        limits = metadata.limits
        if limits is not None and limits.day_remaining is not None:
            _log.debug("comagic: %s of %s points left", limits.day_remaining, limits.day_limit)
        if metadata.current_version_deprecated and not self._is_deprecation_said:
            self._is_deprecation_said = True
            _log.warning("comagic: this version of the Data API ends within two months")


def _request(method: str, params: Mapping[str, object]) -> Request:
    body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    return Request(name=method, path="", json=body)


def _refusal(data: _ErrorData, method: str) -> ConnectorError:
    return meaning(
        data.mnemonic, _wait(data.metadata.limits) if data.mnemonic == LIMIT else None, method
    )


def _wait(limits: _Limits | None) -> float | None:
    """Return the seconds until the limit that was met is set back."""
    if limits is None:
        return None
    reset = limits.day_reset if limits.day_remaining == 0 else limits.minute_reset
    return None if reset is None else float(max(1, reset))
