"""The streams of a portal, as data: what each record is and which method lists it.

Capabilities (`enabled_when`) are established by `probe.py`.
"""

from __future__ import annotations

from datetime import timedelta

from connectors.bitrix24.listings import Dictionary, Listing, Spelling
from connectors.stream import Stream, WriteMode

_OVERLAP = timedelta(minutes=15)
"""The portal's clock is read before its rows, so little can slip between two runs; a quarter of an
hour covers transactions that commit late."""

_CALLS_ARE_EDITED = timedelta(days=7)
"""A call's record, vote and link to the CRM arrive days after the call, and nothing says when."""


def items(entity_type_id: int, *, created: str | None = "createdTime") -> Listing:
    """Return the listing of a kind of CRM item (`crm.item.list`)."""
    return Listing(
        method="crm.item.list",
        key="id",
        spelling=Spelling.CRM,
        wrapper="items",
        fixed={"entityTypeId": entity_type_id, "useOriginalUfNames": "Y"},
        select=("*",),
        changed="updatedTime",
        created=created,
    )


def stage_history(entity_type_id: int) -> Listing:
    """Return the listing of the stages that items have entered (`crm.stagehistory.list`)."""
    return Listing(
        method="crm.stagehistory.list",
        key="ID",
        spelling=Spelling.CRM,
        wrapper="items",
        fixed={"entityTypeId": entity_type_id},
        changed="CREATED_TIME",
        created="CREATED_TIME",
    )


USERS = Listing(
    method="user.get",
    key="ID",
    spelling=Spelling.UPPER,
    short_page_ends=False,
)
CALLS = Listing(
    method="voximplant.statistic.get",
    key="ID",
    spelling=Spelling.UPPER,
    changed="CALL_START_DATE",
    created="CALL_START_DATE",
    short_page_ends=False,
)


def _items_stream(name: str, description: str, listing: Listing) -> Stream:
    return Stream(
        name=name,
        description=description,
        write=WriteMode.UPSERT,
        request={"listing": listing},
        lookback=_OVERLAP,
        enabled_when=name,
    )


def _dictionary_stream(
    name: str, description: str, listing: Listing | Dictionary, enabled_when: str
) -> Stream:
    return Stream(
        name=name,
        description=description,
        write=WriteMode.REPLACE_ALL,
        request={"listing": listing},
        enabled_when=enabled_when,
    )


STREAMS = (
    _items_stream(
        "deals",
        "One record per deal, with its custom fields under their own names.",
        items(2),
    ),
    _items_stream(
        "leads",
        "One record per lead. A portal in simple mode has none and the stream is off.",
        items(1),
    ),
    _items_stream(
        "contacts",
        "One record per contact, with phones and e-mails. A first day does not apply: this year's "
        "deals belong to customers of any year.",
        items(3, created=None),
    ),
    _items_stream(
        "companies",
        "One record per company, the portal's own legal entities among them. A first day does not "
        "apply, as for contacts.",
        items(4, created=None),
    ),
    _items_stream(
        "deal_stage_history",
        "One record per entry of a deal into a stage. Rows are added and never changed; they go "
        "when their deal is deleted.",
        stage_history(2),
    ),
    _items_stream(
        "lead_stage_history",
        "One record per entry of a lead into a status. Rows are added and never changed; they go "
        "when their lead is deleted.",
        stage_history(1),
    ),
    Stream(
        name="calls",
        description="One record per telephone call. It is edited for some days after the call, and "
        "never deleted.",
        write=WriteMode.UPSERT,
        request={"listing": CALLS},
        lookback=_CALLS_ARE_EDITED,
        reconcile=False,
        enabled_when="calls",
    ),
    _dictionary_stream(
        "users",
        "One record per employee, dismissed ones among them: old deals are theirs.",
        USERS,
        "users",
    ),
    _dictionary_stream(
        "departments",
        "One record per department.",
        Dictionary(
            method="department.get",
            key="ID",
            fixed={"sort": "ID", "order": "ASC"},
            start="START",
        ),
        "departments",
    ),
    _dictionary_stream(
        "statuses",
        "One record per entry of the CRM's dictionaries: stages, lead statuses, sources, types.",
        Dictionary(method="crm.status.list", key="ID"),
        "crm",
    ),
    _dictionary_stream(
        "pipelines",
        "One record per deal pipeline; the default one has the id 0.",
        Dictionary(
            method="crm.category.list",
            key="id",
            wrapper="categories",
            fixed={"entityTypeId": 2},
        ),
        "crm",
    ),
    _dictionary_stream(
        "currencies",
        "One record per currency, with the portal's present rate to its base currency.",
        Dictionary(method="crm.currency.list", key="CURRENCY"),
        "crm",
    ),
)
