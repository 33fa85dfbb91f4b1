"""What happens after the world was built: records are made, change and go, spend is restated.

Every change moves the portal's clock on by a second and stamps the record with it, so that an
extractor that asks for what is new since its last visit must see it. A change of stage does what
the portal does: `movedTime`, the stage's semantics, `closed`, and a row of stage history. Ids are
never given twice, also where the record that had one is gone.

Activities and old invoices are changed in `text_changes`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from infra.sandbox.numbers_given import next_id, remember
from infra.sandbox.payload_text import decode, encode
from infra.sandbox.stages import born_into, moved_to
from infra.sandbox.store import DEAL, LEAD, QUOTE, SMART_INVOICE, Store

MICROS = 1_000_000

_OWNER_TYPES = {LEAD: "L", DEAL: "D", QUOTE: "Q", SMART_INVOICE: "SI"}


def owner_type(entity_type_id: int) -> str:
    """Return the short code that product rows name their owner's type by (crm/data-types.md)."""
    return _OWNER_TYPES.get(entity_type_id) or f"T{entity_type_id:x}"


def create_item(store: Store, entity_type_id: int, **fields: object) -> int:
    """Make one record in its first stage, like the newest one in all that `fields` do not say.

    Instants of the past may be said too, as by an import or a return from the recycle bin.

    Returns:
        The record's id.

    Raises:
        KeyError: the world has no record of that type, no such field, or an unknown stage.
    """
    with store.changing() as connection:
        newest = connection.execute(
            "select payload from item where entity_type_id = ? and deleted = 0"
            " order by id desc limit 1",
            (entity_type_id,),
        ).fetchone()
        if newest is None:
            raise KeyError(entity_type_id)
        payload = decode(newest[0])
        _check(fields, payload)
        moment = store.meta("now")
        (last,) = connection.execute(
            "select max(id) from item where entity_type_id = ?", (entity_type_id,)
        ).fetchone()
        payload |= {"createdTime": moment, "updatedTime": moment} | fields | {"id": last + 1}
        if "stageId" in payload:
            stage = fields.get("stageId")
            payload |= born_into(store, connection, entity_type_id, payload, stage)
        connection.execute(
            "insert into item values (?, ?, ?, ?, 0, ?)",
            (
                *(entity_type_id, last + 1, payload["createdTime"], payload["updatedTime"]),
                encode(payload),
            ),
        )
    return last + 1


def change_item(store: Store, entity_type_id: int, item_id: int, **fields: object) -> str:
    """Change fields of one record, by their API names.

    Returns:
        The record's new `updatedTime`.

    Raises:
        KeyError: no such living record, no such field, or an unknown stage.
    """
    with store.changing() as connection:
        payload = _living(store, entity_type_id, item_id)
        _check(fields, payload)
        if "stageId" in fields and fields["stageId"] != payload["stageId"]:
            stage = str(fields["stageId"])
            fields |= moved_to(store, connection, entity_type_id, payload, stage)
        return _save(store, connection, entity_type_id, payload | fields)


def delete_item(store: Store, entity_type_id: int, item_id: int) -> None:
    """Delete one record; its stage history, product rows and activities go with it.

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
        remember(connection, "stage_history", entity_type_id)
        connection.execute(
            "delete from stage_history where entity_type_id = ? and owner_id = ?",
            (entity_type_id, item_id),
        )
        _delete_rows(connection, entity_type_id, item_id)
        remember(connection, "activity")
        connection.execute(
            "delete from activity where owner_type_id = ? and owner_id = ?",
            (entity_type_id, item_id),
        )


def replace_product_rows(
    store: Store, entity_type_id: int, item_id: int, rows: Iterable[Mapping[str, Any]]
) -> list[int]:
    """Save the product rows of a record: all are put in anew, under new ids, as the portal does.

    The record is saved with them: `updatedTime` moves on, and so does its amount unless that is
    kept by hand (`isManualOpportunity`).

    Args:
        store: the world.
        entity_type_id: what owns the rows.
        item_id: the owner.
        rows: fields of each row, by their API names; what is not said is as in the newest row of
            the portal, without a discount.

    Returns:
        The ids of the rows.

    Raises:
        KeyError: no such living record, no such field, or a portal without any product row.
    """
    with store.changing() as connection:
        payload = _living(store, entity_type_id, item_id)
        template = _newest_row(connection)
        _delete_rows(connection, entity_type_id, item_id)
        ids: list[int] = []
        total = Decimal(0)
        for place, fields in enumerate(rows, start=1):
            row_id = next_id(connection, "product_row")
            row = _row(template, fields, place) | {
                "id": row_id,
                "ownerType": owner_type(entity_type_id),
                "ownerId": item_id,
            }
            total += Decimal(str(row["price"])) * Decimal(str(row["quantity"]))
            connection.execute(
                "insert into product_row values (?, ?, ?, ?)",
                (row_id, row["ownerType"], item_id, encode(row)),
            )
            ids.append(row_id)
        if payload.get("isManualOpportunity") == "N":
            payload["opportunity"] = total
        _save(store, connection, entity_type_id, payload)
    return ids


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


def _living(store: Store, entity_type_id: int, item_id: int) -> dict[str, Any]:
    payload = store.item(entity_type_id, item_id)
    if payload is None:
        raise KeyError(item_id)
    return payload


def _check(fields: Mapping[str, object], payload: Mapping[str, object]) -> None:
    unknown = sorted(set(fields) - set(payload))
    if unknown:
        raise KeyError(", ".join(unknown))


def _save(
    store: Store, connection: sqlite3.Connection, entity_type_id: int, payload: dict[str, Any]
) -> str:
    moment = store.meta("now")
    connection.execute(
        "update item set payload = ?, updated_time = ? where entity_type_id = ? and id = ?",
        (encode(payload | {"updatedTime": moment}), moment, entity_type_id, payload["id"]),
    )
    return moment


def _delete_rows(connection: sqlite3.Connection, entity_type_id: int, item_id: int) -> None:
    remember(connection, "product_row")
    connection.execute(
        "delete from product_row where owner_type = ? and owner_id = ?",
        (owner_type(entity_type_id), item_id),
    )


def _newest_row(connection: sqlite3.Connection) -> dict[str, Any]:
    newest = connection.execute(
        "select payload from product_row order by id desc limit 1"
    ).fetchone()
    if newest is None:
        raise KeyError("product_row")  # noqa: EM101 - the name of what is missing
    return decode(newest[0])


def _row(template: Mapping[str, Any], fields: Mapping[str, Any], place: int) -> dict[str, Any]:
    """Fill a product row up; a price that is said alone is that before tax and discount too."""
    _check(fields, template)
    prices = ("price", "priceAccount", "priceExclusive", "priceNetto", "priceBrutto")
    untouched = dict.fromkeys(prices, fields.get("price", 0))
    untouched |= {"quantity": 1, "discountRate": 0, "discountSum": 0, "sort": 10 * place}
    return {**template, **untouched, **fields}
