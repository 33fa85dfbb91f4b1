"""The types of smart processes that a portal has: discovered, never listed by hand.

Source: https://apidocs.bitrix24.com/api-reference/crm/universal/user-defined-object-types/. It is
asked without an order: `order[ID]`, which other lists take, is refused
(leshchenko1979/fast_bitrix24#196).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from connectors.bitrix24.listings import PAGE_SIZE, rows, whole
from connectors.bitrix24.methods import KINDS, TYPES
from connectors.bitrix24.portal import Portal


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessType:
    """One type of smart process.

    Args:
        entity_type_id: what the CRM's universal methods know it by.
        flags: its settings, `Y` or `N` by name, and whatever else the portal tells.
    """

    entity_type_id: int
    flags: Mapping[str, object]

    def has(self, flag: str | None) -> bool:
        """Tell whether a setting is on; True where none is asked for or the portal tells none."""
        return flag is None or self.flags.get(flag, "Y") == "Y"


def process_types(portal: Portal, first_page: object) -> tuple[ProcessType, ...]:
    """Return all types, in the order of their ids.

    Args:
        portal: asked for what does not fit the first page.
        first_page: the result of `crm.type.list`.

    Raises:
        ContractBroken: a page holds something else than types.
        ConnectorError: see `portal.py`.
    """
    found: dict[int, ProcessType] = {}
    page, start = first_page, 0
    while listed := rows(page, TYPES.wrapper, TYPES.method):
        known = len(found)
        for row in listed:
            number = whole(row.get(TYPES.key), f"{TYPES.method}: a row's {TYPES.key}")
            if number not in KINDS:
                found[number] = ProcessType(entity_type_id=number, flags=row)
        start += PAGE_SIZE
        if len(listed) < PAGE_SIZE or len(found) == known:
            break
        page = portal.call(TYPES.method, {"start": start}).result
    return tuple(found[number] for number in sorted(found))
