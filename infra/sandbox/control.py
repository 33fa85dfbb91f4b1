"""What a test or a person does to a served world: look at it, plan faults, change it.

Routes `/_sandbox/health`, `/_sandbox/requests`, `/_sandbox/faults`, `/_sandbox/change`; the command
line changes a world in the same words. A change bumps the portal's clock, as every change at a
source does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from infra.sandbox.bitrix24.entities import ENTITIES
from infra.sandbox.bitrix24.limits import LeakyBucket
from infra.sandbox.changes import (
    change_item,
    create_item,
    delete_item,
    replace_product_rows,
    set_spend_day,
)
from infra.sandbox.faults import CONTROL_PREFIX, Fault, FaultPlan
from infra.sandbox.store import Store
from infra.sandbox.text_changes import (
    ACTIVITIES,
    OLD_INVOICES,
    Listed,
    change_record,
    create_record,
    delete_record,
)

ENTITY_NAMES = {entity.name: entity.type_id for entity in ENTITIES.values()}

_LISTED = {"activity": ACTIVITIES, "invoice": OLD_INVOICES}
_AMOUNTS = ("opportunity", "taxValue", "price", "quantity", "taxRate", "discountRate", "productId")


class UnknownChange(ValueError):
    """A change that the world cannot make; the message says what is wrong with it."""


def apply_change(store: Store, change: Mapping[str, Any]) -> int | None:
    """Make one change.

    Args:
        store: the world.
        change: one of::

            {"entity": "deal", "id": 7, "fields": {"opportunity": "1200.50"}}
            {"entity": "deal", "create": {"title": "New"}}
            {"entity": "deal", "id": 7, "delete": true}
            {"entity": "deal", "id": 7, "product_rows": [{"productName": "x", "price": "9.50"}]}
            {"platform": "google_ads", "account": …, "campaign_id": …, "day": "2026-11-01",
             "spend": "99.90"}

            The entity is a name of `ENTITY_NAMES`, the number of a smart process, `activity` or
            `invoice` (an old one); the last two have no product rows here.

    Returns:
        The id of what was made; None for any other change.

    Raises:
        UnknownChange: the change names what is not there.
    """
    try:
        if "platform" in change:
            _change_spend(store, change)
            return None
        listed = _LISTED.get(str(change["entity"]))
        if listed is not None:
            return _change_listed(store, listed, change)
        return _change_item(store, _type_of(change["entity"]), change)
    except KeyError as error:
        msg = f"no such thing in this world: {', '.join(map(str, error.args))}"
        raise UnknownChange(msg) from error
    except (InvalidOperation, ValueError, TypeError) as error:
        msg = f"not a value of that field: {error}"
        raise UnknownChange(msg) from error


def _type_of(entity: object) -> int:
    name = str(entity)
    return int(name) if name.isdigit() else ENTITY_NAMES[name]


def _change_item(store: Store, type_id: int, change: Mapping[str, Any]) -> int | None:
    if "create" in change:
        return create_item(store, type_id, **_numbers(change["create"]))
    item_id = int(change["id"])
    if change.get("delete"):
        delete_item(store, type_id, item_id)
    elif "product_rows" in change:
        rows = [_numbers(row) for row in change["product_rows"]]
        replace_product_rows(store, type_id, item_id, rows)
    else:
        current = store.item(type_id, item_id)
        if current is None:
            raise KeyError(change["entity"], item_id)
        fields = {
            name: _like(current.get(name), value) for name, value in dict(change["fields"]).items()
        }
        change_item(store, type_id, item_id, **fields)
    return None


def _change_listed(store: Store, kind: Listed, change: Mapping[str, Any]) -> int | None:
    if "create" in change:
        return create_record(store, kind, **_texts(change["create"]))
    if change.get("delete"):
        delete_record(store, kind, int(change["id"]))
    else:
        change_record(store, kind, int(change["id"]), **_texts(change["fields"]))
    return None


def _texts(fields: Mapping[str, Any]) -> dict[str, str | None]:
    return {name: None if value in (None, "null") else str(value) for name, value in fields.items()}


def _numbers(fields: Mapping[str, Any]) -> dict[str, object]:
    """Read texts of money and quantities, of which a new record has no example, as numbers."""
    return {
        name: Decimal(value) if name in _AMOUNTS and isinstance(value, str) else value
        for name, value in fields.items()
    }


def _change_spend(store: Store, change: Mapping[str, Any]) -> None:
    set_spend_day(
        store,
        platform=change["platform"],
        account=str(change["account"]),
        campaign_id=str(change["campaign_id"]),
        day=str(change["day"]),
        spend=Decimal(str(change["spend"])),
    )


def _like(current: object, value: object) -> object:
    """Read a text as the kind of value that the field has now."""
    if not isinstance(value, str):
        return value
    if value == "null":
        return None
    if isinstance(current, int | Decimal) and not isinstance(current, bool):
        amount = Decimal(value)
        return int(amount) if amount == amount.to_integral() else amount
    return value


@dataclass(frozen=True, slots=True)
class Control:
    """Serves the control routes of a world."""

    store: Store
    plan: FaultPlan
    bucket: LeakyBucket

    async def health(self, _request: Request) -> Response:
        """Tell which world this is and what time it is there."""
        meta = self.store.all_meta()
        return JSONResponse({name: meta.get(name) for name in ("world", "as_of", "now")})

    async def requests(self, _request: Request) -> Response:
        """Tell how many requests the portal let through, and how many met a full bucket."""
        return JSONResponse({"taken": self.bucket.taken, "refused": self.bucket.refused})

    async def faults(self, request: Request) -> Response:
        """Plan faults (POST a list), clear them (DELETE), or show what waits (GET)."""
        if request.method == "DELETE":
            self.plan.faults.clear()
        elif request.method == "POST":
            given = await _json(request)
            try:
                self.plan.faults += [Fault.read(fault) for fault in given]
            except (ValueError, TypeError) as error:
                return JSONResponse({"error": str(error)}, status_code=400)
        waiting = [asdict(fault) for fault in self.plan.faults]
        return JSONResponse({"faults": waiting, "met": self.plan.met})

    async def change(self, request: Request) -> Response:
        """Make one change (POST)."""
        given = await _json(request)
        try:
            made = apply_change(self.store, given)
        except (UnknownChange, TypeError) as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        now = {"now": self.store.meta("now")}
        return JSONResponse(now if made is None else now | {"id": made})


def routes(store: Store, plan: FaultPlan, bucket: LeakyBucket) -> list[Route]:
    """Return the control routes of a world and of its portal's bucket."""
    control = Control(store, plan, bucket)
    return [
        Route(f"{CONTROL_PREFIX}/health", control.health),
        Route(f"{CONTROL_PREFIX}/requests", control.requests),
        Route(f"{CONTROL_PREFIX}/faults", control.faults, methods=["GET", "POST", "DELETE"]),
        Route(f"{CONTROL_PREFIX}/change", control.change, methods=["POST"]),
    ]


async def _json(request: Request) -> Any:
    try:
        return json.loads(await request.body())
    except ValueError:
        return None
