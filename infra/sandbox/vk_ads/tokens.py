"""Tokens of one application: at most five for each user, refreshed in place.

A refreshed token keeps its place among the five and its refresh token; its old value is unknown
from then on. They lie in the store, so that a test may end one or count them.
Source: ads.vk.com/doc/api/info/Authorization.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass

from infra.sandbox.store import Store
from infra.sandbox.vk_ads import records

MOST = 5
_SECONDS = 86400.0


class Refused(Exception):
    """A refused request for tokens, or with one.

    Args:
        status: the HTTP status.
        code: the error's code.
        text: its message.
    """

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.code = code
        self.text = text


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a world's application.

    Args:
        store: the world.
    """

    store: Store

    def give(self, form: Mapping[str, str]) -> dict[str, object]:
        """Answer a request for a token, new or refreshed.

        Raises:
            Refused: none is given.
        """
        self._let_in(form)
        grant = form.get("grant_type", "")
        if grant == "refresh_token":
            return self._refreshed(form.get("refresh_token", ""))
        user_id = self._user(form, "agency_client_name", "agency_client_id")
        if (grant == "client_credentials") != (user_id is None):
            raise Refused(400, "unsupported_grant_type", "Unsupported grant type")
        return self._issued(self._owner() if user_id is None else user_id)

    def delete(self, form: Mapping[str, str]) -> None:
        """Delete the tokens of a user, of the application's owner where none is named.

        Raises:
            Refused: another application.
        """
        self._let_in(form)
        user_id = self._user(form, "username", "user_id") or self._owner()
        self.store.add_rows("delete from vk_token where user_id = ?", [(user_id,)])

    def user_of(self, authorization: str) -> int:
        """Return whose token this is.

        Raises:
            Refused: it has ended, or is none.
        """
        rows = self.store.query(
            "select user_id, ends from vk_token where access = ?",
            (authorization.removeprefix("Bearer "),),
        )
        if not rows:
            raise Refused(401, "invalid_token", "Unknown access token")
        user_id, ends = rows[0]
        if ends <= time.time():
            raise Refused(401, "expired_token", "Access token is expired")
        return user_id

    def _issued(self, user_id: int) -> dict[str, object]:
        living = self.store.query("select 1 from vk_token where user_id = ?", (user_id,))
        if len(living) >= MOST:
            raise Refused(403, "token_limit_exceeded", "Active access token limit reached")
        access, refresh = secrets.token_urlsafe(48), secrets.token_urlsafe(48)
        self.store.add_rows(
            "insert into vk_token(user_id, access, refresh, ends, refreshed)"
            " values (?, ?, ?, ?, 0)",
            [(user_id, access, refresh, time.time() + _SECONDS)],
        )
        return _answer(access, refresh)

    def _refreshed(self, refresh: str) -> dict[str, object]:
        if not self.store.query("select 1 from vk_token where refresh = ?", (refresh,)):
            raise Refused(401, "invalid_token", "Unknown refresh token")
        access = secrets.token_urlsafe(48)
        self.store.add_rows(
            "update vk_token set access = ?, ends = ?, refreshed = refreshed + 1 where refresh = ?",
            [(access, time.time() + _SECONDS, refresh)],
        )
        return _answer(access, refresh)

    def _let_in(self, form: Mapping[str, str]) -> None:
        records.prepare(self.store)
        meta = self.store.all_meta()
        given = form.get("client_id"), form.get("client_secret")
        if given != (meta["vk_client_id"], meta["vk_client_secret"]):
            raise Refused(401, "invalid_client", "Invalid client id or secret provided")

    def _user(self, form: Mapping[str, str], by_name: str, by_id: str) -> int | None:
        name, number = form.get(by_name), form.get(by_id)
        if name is None and number is None:
            return None
        for user_id, payload in records.users(self.store).items():
            if number == str(user_id) or name == payload["username"]:
                return user_id
        raise Refused(401, "invalid_user", "Unknown user")

    def _owner(self) -> int:
        return next(iter(records.users(self.store)))


def _answer(access: str, refresh: str) -> dict[str, object]:
    return {
        "access_token": access,
        "token_type": "bearer",
        "scope": "read_ads",
        "expires_in": str(int(_SECONDS)),
        "refresh_token": refresh,
    }
