"""Tokens, and which customer may be seen through which manager."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from infra.sandbox.google_ads.answer import GoogleError
from infra.sandbox.store import Store

TOKEN_SECONDS = 3599


class Tokens:
    """Access tokens that this server has issued; they end with it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._live: dict[str, float] = {}

    def issue(self) -> str:
        """Return a new token."""
        token = f"ya29.{secrets.token_urlsafe(24)}"
        self._live[token] = self._clock() + TOKEN_SECONDS
        return token

    def check(self, authorization: str) -> None:
        """Refuse a header without a live token.

        Raises:
            GoogleError: `OAUTH_TOKEN_INVALID`.
        """
        token = authorization.removeprefix("Bearer ")
        if self._live.get(token, 0.0) < self._clock():
            message = "Request had invalid authentication credentials."
            raise GoogleError(
                kind="authenticationError", code="OAUTH_TOKEN_INVALID", message=message, status=401
            )


class Customers:
    """The tree of customers of a world."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def payload(self, customer_id: str) -> Mapping[str, Any]:
        """Return what is known of a customer.

        Raises:
            KeyError: there is none.
        """
        rows = self._store.query(
            "SELECT payload FROM google_customer WHERE customer_id = ?", (customer_id,)
        )
        if not rows:
            raise KeyError(customer_id)
        return json.loads(rows[0][0])

    def directly_accessible(self) -> list[str]:
        """Return the customers that the credential was given: those without a manager above."""
        rows = self._store.query(
            "SELECT customer_id FROM google_customer"
            " WHERE manager_id IS NULL OR manager_id = '' ORDER BY customer_id"
        )
        return [customer_id for (customer_id,) in rows]

    def below(self, customer_id: str) -> Iterator[tuple[str, int]]:
        """Yield a customer and everything under it, with its depth."""
        level = [customer_id]
        depth = 0
        while level:
            yield from ((member, depth) for member in level)
            marks = ", ".join("?" * len(level))
            rows = self._store.query(
                f"SELECT customer_id FROM google_customer WHERE manager_id IN ({marks})"  # noqa: S608
                " ORDER BY customer_id",
                level,
            )
            level = [child for (child,) in rows]
            depth += 1

    def check(self, customer_id: str, login_customer_id: str | None) -> None:
        """Refuse a customer that cannot be reached through the manager named in the header.

        Raises:
            GoogleError: `USER_PERMISSION_DENIED`, or `CUSTOMER_NOT_ENABLED`.
        """
        login = login_customer_id or customer_id
        reachable = (
            {member for member, _ in self.below(login)}
            if login in self.directly_accessible()
            else set()
        )
        if customer_id not in reachable:
            message = (
                "User doesn't have permission to access customer. Note: If you're accessing a "
                "client customer, the manager's customer id must be set in the "
                "'login-customer-id' header."
            )
            raise GoogleError(
                kind="authorizationError",
                code="USER_PERMISSION_DENIED",
                message=message,
                status=403,
            )
        if self.payload(customer_id).get("status", "ENABLED") != "ENABLED":
            message = "The customer account can't be accessed because it is not yet enabled."
            raise GoogleError(
                kind="authorizationError", code="CUSTOMER_NOT_ENABLED", message=message, status=403
            )
