"""What happens after the world was built: a deal changes or is deleted, spend is restated.

Every change moves the portal's clock on by a second and stamps the record with it, so that an
extractor that asks for what is new since its last visit must see it. A change of stage does what
the portal does: `movedTime`, the stage's semantics, `closed`, and a row of stage history.
"""

from __future__ import annotations

import sqlite3
from decimal import Decimal
from typing import Any

from infra.sandbox.payload_text import decode, encode
from infra.sandbox.store import DEAL, LEAD, Store

MICROS = 1_000_000


def change_item(store: Store, entity_type_id: int, item_id: int, **fields: object) -> str:
    """Change fields of one record, by their API names.

    Returns:
        The record's new `updatedTime`.

    Raises:
        KeyError: no such living record, no such field, or an unknown stage.
    """
    with store.changing() as connection:
        payload = store.item(entity_type_id, item_id)
        if payload is None:
            raise KeyError(item_id)
        unknown = sorted(set(fields) - set(payload))
        if unknown:
            raise KeyError(", ".join(unknown))
        moment = store.meta("now")
        if "stageId" in fields and fields["stageId"] != payload["stageId"]:
            fields |= _moved(store, connection, entity_type_id, payload, str(fields["stageId"]))
        payload |= fields | {"updatedTime": moment}
        connection.execute(
            "update item set payload = ?, updated_time = ? where entity_type_id = ? and id = ?",
            (encode(payload), moment, entity_type_id, item_id),
        )
    return moment


def delete_item(store: Store, entity_type_id: int, item_id: int) -> None:
    """Delete one record; its stage history goes with it, as on the portal.

    Raises:
        KeyError: no such living record.
    """
    with store.changing() as connection:
        done = connection.execute(
            "update item set deleted = 1 where entity_type_id = ? and id = ? and deleted = 0",
            (entity_type_id, item_id),
        )
        if done.rowcount == 0:
            raise KeyError(item_id)
        connection.execute(
            "delete from stage_history where entity_type_id = ? and owner_id = ?",
            (entity_type_id, item_id),
        )


def set_spend_day(
    store: Store, *, platform: str, account: str, campaign_id: str, day: str, spend: Decimal
) -> None:
    """Restate the spend of one campaign on one day, in the account's currency.

    Args:
        store: the world.
        platform: `google_ads` or `yandex_direct`.
        account: customer id or login.
        campaign_id: the campaign.
        day: ISO date; the campaign must have a row on it.
        spend: the new amount, up to six decimals.

    Raises:
        KeyError: unknown platform, or no row of that campaign on that day.
    """
    table, owner = {
        "google_ads": ("google_campaign_day", "customer_id"),
        "yandex_direct": ("yandex_campaign_day", "login"),
    }[platform]
    with store.changing() as connection:
        done = connection.execute(
            f"update {table} set cost_micros = ?"  # noqa: S608 - both names come from the table above
            f" where {owner} = ? and campaign_id = ? and day = ?",
            (int(spend * MICROS), account, campaign_id, day),
        )
        if done.rowcount == 0:
            raise KeyError(account, campaign_id, day)


def _moved(
    store: Store,
    connection: sqlite3.Connection,
    entity_type_id: int,
    payload: dict[str, Any],
    stage_id: str,
) -> dict[str, object]:
    """Write the row of stage history; return the fields that a change of stage sets by itself."""
    semantics = _stage_semantics(store, entity_type_id, stage_id, payload.get("categoryId") or 0)
    moment = store.meta("now")
    (last,) = connection.execute(
        "select coalesce(max(id), 0) from stage_history where entity_type_id = ?",
        (entity_type_id,),
    ).fetchone()
    final = semantics in ("S", "F")
    row: dict[str, object] = {
        "ID": last + 1,
        "TYPE_ID": 3 if final else 2,
        "OWNER_ID": payload["id"],
        "CREATED_TIME": moment,
    }
    if entity_type_id == DEAL:
        row |= {
            "CATEGORY_ID": payload["categoryId"],
            "STAGE_SEMANTIC_ID": semantics,
            "STAGE_ID": stage_id,
        }
    else:
        row |= {"STATUS_SEMANTIC_ID": semantics, "STATUS_ID": stage_id}
    connection.execute(
        "insert into stage_history values (?, ?, ?, ?, ?)",
        (entity_type_id, last + 1, payload["id"], moment, encode(row)),
    )
    moved: dict[str, object] = {"movedTime": moment, "stageSemanticId": semantics}
    if entity_type_id == DEAL:
        moved["closed"] = "Y" if final else "N"
    return moved


def _stage_semantics(store: Store, entity_type_id: int, stage_id: str, category_id: int) -> str:
    if entity_type_id == LEAD:
        entity = "STATUS"
    else:
        entity = f"DEAL_STAGE_{category_id}" if category_id else "DEAL_STAGE"
    for (text,) in store.query("select payload from dictionary where kind = 'status'"):
        entry = decode(text)
        if entry["ENTITY_ID"] == entity and entry["STATUS_ID"] == stage_id:
            return entry["SEMANTICS"] or "P"
    raise KeyError(stage_id)
