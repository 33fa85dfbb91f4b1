"""The order of a long listing, remembered between its pages.

A client that pages by offset asks thousands of times for the same filter in the same order, each
time a little further on. Walking there anew for every page would make the sandbox the slowest part
of whatever is measured against it, so the keys are kept, in their order, until the world changes.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from weakref import WeakKeyDictionary

from infra.sandbox.bitrix24.filters import Clause
from infra.sandbox.store import Store

_KEPT = 4

_Asked = tuple[str, str, str, tuple[object, ...], str]


class OrderedKeys:
    """The keys of a few listings of one store, each as long as nothing has changed."""

    def __init__(self) -> None:
        self._edition: object = None
        self._known: OrderedDict[_Asked, tuple[object, ...]] = OrderedDict()

    def of(
        self, store: Store, key: str, table: str, where: Clause, order: str
    ) -> Sequence[object] | None:
        """Return all keys in order; None where one of them stands for several rows."""
        edition = store.query("SELECT total_changes(), data_version FROM pragma_data_version")
        if edition != self._edition:
            self._known.clear()
            self._edition = edition
        asked = (key, table, where.sql, where.values, order)
        if asked not in self._known:
            found = store.query(
                f"SELECT {key} FROM {table} WHERE {where.sql} ORDER BY {order}",  # noqa: S608
                where.values,
            )
            keys = tuple(value for (value,) in found)
            self._known[asked] = keys if len(set(keys)) == len(keys) else ()
        self._known.move_to_end(asked)
        if len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return self._known[asked] or None


_OF_STORES: WeakKeyDictionary[Store, OrderedKeys] = WeakKeyDictionary()


def ordered_keys(store: Store) -> OrderedKeys:
    """Return what is remembered of a store."""
    return _OF_STORES.setdefault(store, OrderedKeys())
