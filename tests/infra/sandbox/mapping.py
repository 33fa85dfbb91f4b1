"""The documented mapping of a deal between the two method families, written down independently.

`crm/universal/object-fields.md` and `crm/deals/crm-deal-get.md` of the vendor's documentation:
the names on the left are what `crm.item.*` calls the fields on the right.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

DEAL_NAMES = {
    "id": "ID",
    "title": "TITLE",
    "typeId": "TYPE_ID",
    "categoryId": "CATEGORY_ID",
    "stageId": "STAGE_ID",
    "stageSemanticId": "STAGE_SEMANTIC_ID",
    "isNew": "IS_NEW",
    "isRecurring": "IS_RECURRING",
    "isReturnCustomer": "IS_RETURN_CUSTOMER",
    "isRepeatedApproach": "IS_REPEATED_APPROACH",
    "probability": "PROBABILITY",
    "currencyId": "CURRENCY_ID",
    "opportunity": "OPPORTUNITY",
    "isManualOpportunity": "IS_MANUAL_OPPORTUNITY",
    "taxValue": "TAX_VALUE",
    "companyId": "COMPANY_ID",
    "contactId": "CONTACT_ID",
    "quoteId": "QUOTE_ID",
    "begindate": "BEGINDATE",
    "closedate": "CLOSEDATE",
    "opened": "OPENED",
    "closed": "CLOSED",
    "comments": "COMMENTS",
    "assignedById": "ASSIGNED_BY_ID",
    "createdBy": "CREATED_BY_ID",
    "updatedBy": "MODIFY_BY_ID",
    "movedBy": "MOVED_BY_ID",
    "createdTime": "DATE_CREATE",
    "updatedTime": "DATE_MODIFY",
    "movedTime": "MOVED_TIME",
    "sourceId": "SOURCE_ID",
    "sourceDescription": "SOURCE_DESCRIPTION",
    "leadId": "LEAD_ID",
    "additionalInfo": "ADDITIONAL_INFO",
    "locationId": "LOCATION_ID",
    "originatorId": "ORIGINATOR_ID",
    "originId": "ORIGIN_ID",
    "utmSource": "UTM_SOURCE",
    "utmMedium": "UTM_MEDIUM",
    "utmCampaign": "UTM_CAMPAIGN",
    "utmContent": "UTM_CONTENT",
    "utmTerm": "UTM_TERM",
    "lastActivityTime": "LAST_ACTIVITY_TIME",
    "lastActivityBy": "LAST_ACTIVITY_BY",
    "parentId1220": "PARENT_ID_1220",
    "UF_CRM_GCLID": "UF_CRM_GCLID",
    "UF_CRM_1721244482250": "UF_CRM_1721244482250",
}
_MONEY = {"opportunity", "taxValue"}
_MOMENTS = {
    *("createdTime", "updatedTime", "movedTime", "lastActivityTime"),
    *("begindate", "closedate"),
}
_BY_COLUMN = {column: name for name, column in DEAL_NAMES.items()}


def as_item(row: Mapping[str, Any]) -> dict[str, Any]:
    """Read a deal of `crm.item.list`, or of the store: money and instants, the rest as it is."""
    return {name: _exact(name, value) for name, value in row.items()}


def expected_classic(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `crm.deal.list` must say of a stored deal, as the exact value behind the text."""
    return {column: _exact(name, _as_text(stored[name])) for name, column in DEAL_NAMES.items()}


def as_classic(row: Mapping[str, Any]) -> dict[str, Any]:
    """Read a deal of `crm.deal.list`; whatever is no flag or null must be text."""
    wrong = {name: value for name, value in row.items() if isinstance(value, int | float)}
    assert all(isinstance(value, bool) for value in wrong.values()), f"not text: {wrong}"
    return {column: _exact(_BY_COLUMN[column], value or None) for column, value in row.items()}


def _as_text(value: Any) -> Any:
    """Spell a stored value as the old methods do; no text at all is null or `""` there."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value)
    return value or None


def _exact(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _MONEY:
        return Decimal(str(value))
    if name in _MOMENTS:
        moment = datetime.fromisoformat(value)
        assert moment.tzinfo is not None, f"{name} has lost its offset: {value}"
        return moment
    return value
