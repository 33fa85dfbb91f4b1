"""The methods that are read, as data: how each names its rows, its ids and its moments.

Names and spelling follow each method's page under https://apidocs.bitrix24.com/api-reference/.
"""

from __future__ import annotations

from connectors.bitrix24.listings import Dictionary, Listing, Spelling

LEAD, DEAL, CONTACT, COMPANY, QUOTE, SMART_INVOICE = 1, 2, 3, 4, 7, 31
KINDS = (LEAD, DEAL, CONTACT, COMPANY, QUOTE, SMART_INVOICE)
"""`entityTypeId` of what every portal has (https://apidocs.bitrix24.com/api-reference/crm/data-types.html)."""


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


def pipelines(entity_type_id: int) -> Dictionary:
    """Return the pipelines of a kind of item (`crm.category.list`)."""
    return Dictionary(
        method="crm.category.list",
        key="id",
        wrapper="categories",
        fixed={"entityTypeId": entity_type_id},
    )


def fields(entity_type_id: int) -> Dictionary:
    """Return the fields of a kind of item, custom ones with their labels (`crm.item.fields`)."""
    return Dictionary(
        method="crm.item.fields",
        key="upperName",
        wrapper="fields",
        fixed={"entityTypeId": entity_type_id, "useOriginalUfNames": "Y"},
    )


INVOICES = Listing(
    method="crm.invoice.list",
    key="ID",
    spelling=Spelling.CRM,
    select=("*", "UF_*"),
    changed="DATE_UPDATE",
    created="DATE_INSERT",
)
ACTIVITIES = Listing(
    method="crm.activity.list",
    key="ID",
    spelling=Spelling.CRM,
    select=(
        "ID",
        "OWNER_ID",
        "OWNER_TYPE_ID",
        "TYPE_ID",
        "PROVIDER_ID",
        "PROVIDER_TYPE_ID",
        "PROVIDER_GROUP_ID",
        "ASSOCIATED_ENTITY_ID",
        "SUBJECT",
        "CREATED",
        "LAST_UPDATED",
        "START_TIME",
        "END_TIME",
        "DEADLINE",
        "COMPLETED",
        "STATUS",
        "RESPONSIBLE_ID",
        "PRIORITY",
        "NOTIFY_TYPE",
        "NOTIFY_VALUE",
        "DESCRIPTION_TYPE",
        "DIRECTION",
        "LOCATION",
        "ORIGINATOR_ID",
        "ORIGIN_ID",
        "AUTHOR_ID",
        "EDITOR_ID",
        "RESULT_MARK",
        "RESULT_VALUE",
        "RESULT_SUM",
        "RESULT_CURRENCY_ID",
        "RESULT_STATUS",
        "RESULT_STREAM",
        "RESULT_SOURCE_ID",
        "AUTOCOMPLETE_RULE",
        "IS_INCOMING_CHANNEL",
    ),
    changed="LAST_UPDATED",
    created="CREATED",
)
"""Its fields are named one by one: `*` brings the bodies of mails, private and megabytes long.
DESCRIPTION, SETTINGS, PROVIDER_PARAMS, PROVIDER_DATA, COMMUNICATIONS and FILES stay at the portal
(https://apidocs.bitrix24.com/api-reference/crm/timeline/activities/activity-base/)."""
CALLS = Listing(
    method="voximplant.statistic.get",
    key="ID",
    spelling=Spelling.UPPER,
    changed="CALL_START_DATE",
    created="CALL_START_DATE",
    short_page_ends=False,
)
USERS = Listing(method="user.get", key="ID", spelling=Spelling.UPPER, short_page_ends=False)
DEPARTMENTS = Dictionary(
    method="department.get",
    key="ID",
    fixed={"sort": "ID", "order": "ASC"},
    start="START",
    narrowed={"ID": 0},
)
STATUSES = Dictionary(method="crm.status.list", key="ID", narrowed={"filter": {"ID": 0}})
CURRENCIES = Dictionary(method="crm.currency.list", key="CURRENCY")
TYPES = Dictionary(method="crm.type.list", key="entityTypeId", wrapper="types")
"""Without an order: `order[ID]`, as other lists take it, is refused here
(leshchenko1979/fast_bitrix24#196)."""
