"""The customers that a configured account stands for: itself, or all that advertise under it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import cast

from connectors.google_ads.queries import CLIENTS, CUSTOMERS
from connectors.google_ads.rows import ClientRow, Customer, CustomerRow
from connectors.google_ads.search import Search

_ENDED = frozenset({"CANCELED", "CLOSED"})
"""Statuses of customers that are refused for certain; a suspended one may show what it spent."""

_log = logging.getLogger(__name__)


class Customers:
    """Finds the customers once, and remembers which of them cannot be read.

    Args:
        search: asks.
        configured: the customer or manager of the settings.
    """

    def __init__(self, search: Search, configured: str) -> None:
        self._search = search
        self._configured = configured
        self._found: tuple[str, ...] | None = None
        self._itself: Customer | None = None
        self._closed: dict[str, str] = {}
        self._kept: set[str] = set()
        self._currencies: dict[str, str | None] = {}

    def open(self) -> tuple[str, ...]:
        """Return the customers that advertise and can be read."""
        if self._found is None:
            is_manager = self.itself().manager
            self._found = self._below() if is_manager else (self._configured,)
        return tuple(customer for customer in self._found if customer not in self._closed)

    def itself(self) -> Customer:
        """Return the configured customer's own record."""
        if self._itself is None:
            (found,) = self._search.rows(self._configured, CUSTOMERS)
            self._itself = cast("CustomerRow", found.row).customer
            self._currencies[self._configured] = self._itself.currency_code
        return self._itself

    def currency_of(self, customer: str) -> str | None:
        """Return the currency of a customer's money, ISO 4217, closed ones too."""
        self.open()
        return self._currencies.get(customer)

    def closed(self) -> Mapping[str, str]:
        """Return the customers that are left out, each with the status that says why."""
        return dict(self._closed)

    def unanswered(self) -> tuple[str, ...]:
        """Return the customers of which something was not told."""
        return tuple(sorted({*self._closed, *self._kept}))

    def close(self, customer: str, status: str = "not enabled") -> None:
        """Leave a customer out from now on, and say so."""
        _log.warning(
            "google_ads: customer %s is not enabled and is left out (%s)", customer, status
        )
        self._closed[customer] = status

    def keep(self, customer: str) -> None:
        """Remember that something of a customer was not told."""
        self._kept.add(customer)

    def _below(self) -> tuple[str, ...]:
        """Return the advertising customers at any depth; a manager has no statistics of its own."""
        self._search.go_through(self._configured)
        rows = self._search.rows(self._configured, CLIENTS)
        found = [cast("ClientRow", each.row).customer_client for each in rows]
        advertisers = sorted(
            (client for client in found if not client.manager), key=lambda client: client.id
        )
        for client in advertisers:
            self._currencies[client.id] = client.currency_code
            if client.status in _ENDED:
                self.close(client.id, client.status)
        return tuple(client.id for client in advertisers)
