"""The streams of a portal, as data: what each record is and which method lists it.

Items of any kind come from `crm.item.list` (`methods.py`). The links between deals, contacts and
companies are no streams: `contactIds` and `companyIds` come with the items. A stream stands behind
those whose records its own hang on. `enabled_when` is the scope that a webhook needs
(https://apidocs.bitrix24.com/api-reference/scopes/permissions.html).
"""

from __future__ import annotations

from datetime import timedelta

from connectors.bitrix24 import methods
from connectors.bitrix24.listings import (
    Daily,
    DictionaryPerType,
    ListingPerType,
    ProductRows,
    Shape,
)
from connectors.bitrix24.methods import COMPANY, CONTACT, DEAL, LEAD, QUOTE, SMART_INVOICE
from connectors.stream import Stream, WriteMode

_CRM = "crm"
_OVERLAP = timedelta(minutes=15)
"""The portal's clock is read before its rows, so little can slip between two runs; a quarter of an
hour covers transactions that commit late."""

_CALLS_ARE_EDITED = timedelta(days=7)
"""A call's record, vote and link to the CRM arrive days after the call, and nothing says when."""


def _upsert(name: str, description: str, shape: Shape, *, reconcile: bool = True) -> Stream:
    return Stream(
        name=name,
        description=description,
        write=WriteMode.UPSERT,
        request={"shape": shape},
        lookback=_OVERLAP,
        reconcile=reconcile,
        enabled_when=_CRM,
    )


def _product_rows(owners_stream: str, kind: int, owner_type: str, owner: str) -> Stream:
    return _upsert(
        f"{owners_stream[:-1]}_product_rows",
        f"One record per product row of a {owner}, keyed by the {owner}'s id and its own. The rows "
        f"of a {owner} are replaced together, because saving them gives them new ids.",
        ProductRows(owners=methods.items(kind), owners_stream=owners_stream, owner_type=owner_type),
        reconcile=False,
    )


def _dictionary(name: str, description: str, shape: Shape, scope: str = _CRM) -> Stream:
    return Stream(
        name=name,
        description=description,
        write=WriteMode.REPLACE_ALL,
        request={"shape": shape},
        enabled_when=scope,
    )


_ITEMS = (
    _upsert(
        "deals",
        "One record per deal, with its custom fields under their own names.",
        methods.items(DEAL),
    ),
    _upsert(
        "leads",
        "One record per lead. A portal in simple mode has none and the stream is off.",
        methods.items(LEAD),
    ),
    _upsert(
        "contacts",
        "One record per contact, with phones and e-mails. A first day does not apply: this year's "
        "deals belong to customers of any year.",
        methods.items(CONTACT, created=None),
    ),
    _upsert(
        "companies",
        "One record per company, the portal's own legal entities among them. A first day does not "
        "apply, as for contacts.",
        methods.items(COMPANY, created=None),
    ),
    _upsert("quotes", "One record per quote.", methods.items(QUOTE)),
    _upsert("smart_invoices", "One record per invoice.", methods.items(SMART_INVOICE)),
    _upsert(
        "smart_process_items",
        "One record per item of any type of smart process, keyed by the type's id and its own. "
        "The types are found at the portal; a new one is read whole.",
        ListingPerType(of=methods.items),
    ),
    _upsert(
        "invoices",
        "One record per invoice of the old kind, which portals made since 2021 do not have.",
        methods.INVOICES,
    ),
)
_STAGE_HISTORY = (
    _upsert(
        "deal_stage_history",
        "One record per entry of a deal into a stage. Rows are added and never changed; they go "
        "when their deal is deleted.",
        methods.stage_history(DEAL),
    ),
    _upsert(
        "lead_stage_history",
        "One record per entry of a lead into a status. Rows are added and never changed; they go "
        "when their lead is deleted.",
        methods.stage_history(LEAD),
    ),
    _upsert(
        "smart_invoice_stage_history",
        "One record per entry of an invoice into a stage, as for deals.",
        methods.stage_history(SMART_INVOICE),
    ),
    _upsert(
        "smart_process_stage_history",
        "One record per entry of an item of a smart process into a stage, keyed by the type's id "
        "and its own.",
        ListingPerType(of=methods.stage_history, flag="isStagesEnabled"),
    ),
)
_PRODUCT_ROWS = (
    _product_rows("deals", DEAL, "D", "deal"),
    _product_rows("leads", LEAD, "L", "lead"),
    _product_rows("quotes", QUOTE, "Q", "quote"),
    _product_rows("smart_invoices", SMART_INVOICE, "SI", "invoice"),
)
_DICTIONARIES = (
    _dictionary(
        "users",
        "One record per employee, dismissed ones among them: old deals are theirs.",
        methods.USERS,
        "user",
    ),
    _dictionary("departments", "One record per department.", methods.DEPARTMENTS, "department"),
    _dictionary(
        "statuses",
        "One record per entry of the CRM's dictionaries: stages, lead statuses, sources, types.",
        methods.STATUSES,
    ),
    _dictionary(
        "pipelines",
        "One record per pipeline of deals, invoices and smart processes, keyed by the kind's id "
        "and its own; the default one of deals has the id 0.",
        DictionaryPerType(
            of=methods.pipelines, kinds=(DEAL, SMART_INVOICE), flag="isCategoriesEnabled"
        ),
    ),
    _dictionary("smart_process_types", "One record per type of smart process.", methods.TYPES),
    _dictionary(
        "fields",
        "One record per field of each kind of item, keyed by the kind's id and the field's "
        "upper-case name: titles, types and the values of lists, custom fields among them.",
        DictionaryPerType(of=methods.fields, kinds=methods.KINDS),
    ),
    _dictionary(
        "currencies",
        "One record per currency, with the portal's present rate to its base currency.",
        methods.CURRENCIES,
    ),
    _upsert(
        "currency_rates",
        "One record per currency and day of the portal: its rate when that day was last read. The "
        "portal keeps no history of rates.",
        Daily(dictionary=methods.CURRENCIES),
        reconcile=False,
    ),
)
STREAMS = (
    *_ITEMS,
    *_STAGE_HISTORY,
    *_PRODUCT_ROWS,
    _upsert(
        "activities",
        "One record per activity (a call, mail, meeting, task, chat), without its text.",
        methods.ACTIVITIES,
    ),
    Stream(
        name="calls",
        description="One record per telephone call. It is edited for some days after the call, and "
        "never deleted.",
        write=WriteMode.UPSERT,
        request={"shape": methods.CALLS},
        lookback=_CALLS_ARE_EDITED,
        reconcile=False,
        enabled_when="telephony",
    ),
    *_DICTIONARIES,
)
