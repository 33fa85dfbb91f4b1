"""Every request to the API: with the shared token, within the user's limits.

A token that has ended is refreshed and the request repeated, once; one that VK does not know is
read from the store anew, where another process has put the next value, or issued again
(ads.vk.com/doc/api/info/Authorization).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import msgspec

from connectors.errors import RateLimited, Unauthorized
from connectors.http import Answer, HttpClient, Request
from connectors.token_store import Tokens
from connectors.vk_ads.quota import Quota
from connectors.vk_ads.tokens import TokenKeeper
from connectors.vk_ads.verdicts import EXPIRED, UNKNOWN, read_as

T = TypeVar("T")


class Access:
    """Asks the API as one advertiser.

    Args:
        http: a client of the API's base URL.
        keeper: has the token.
        quota: knows what is left.
    """

    def __init__(self, http: HttpClient, keeper: TokenKeeper, quota: Quota) -> None:
        self._http = http
        self._keeper = keeper
        self._quota = quota
        self.left = "nothing was asked yet"

    def get(
        self,
        method: str,
        path: str,
        params: Mapping[str, str],
        decoder: msgspec.json.Decoder[T],
    ) -> tuple[T, bool]:
        """Return what an answer holds, and whether it was marked (see `raw_json.py`).

        Args:
            method: the name for errors and limits.
            path: behind the base URL.
            params: the query; without secrets.
            decoder: of the answer.

        Raises:
            Deferred: the hour's or the day's requests are used up.
            ConnectorError: see `verdicts.py`.
        """

        def read(answer: Answer) -> tuple[T, bool]:
            self._quota.note(method, answer.headers)
            self.left = self._quota.left(answer.headers)
            try:
                return read_as(answer, decoder, method)
            except RateLimited:
                deferred = self._quota.refused(method)
                if deferred is None:
                    raise
            raise deferred

        def asked(tokens: Tokens) -> Request:
            self._quota.wait(method)
            value = tokens.access_token.get_secret_value()
            headers = {"Authorization": f"Bearer {value}"}
            return Request(name=method, path=path, verb="GET", params=params, headers=headers)

        tokens = self._keeper.current()
        try:
            return self._http.fetch(lambda: asked(tokens), read)
        except Unauthorized as refused:
            if refused.code not in {EXPIRED, UNKNOWN}:
                raise
            is_unknown = refused.code == UNKNOWN
        other = self._keeper.renew(tokens, is_unknown=is_unknown)
        return self._http.fetch(lambda: asked(other), read)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()
        self._keeper.close()
