"""Records in the exact form in which the portal's API gives them, field by field.

The key sets follow the documented answers of github.com/bitrix24/b24restdocs (MIT): crm.item.list
and crm.item.get, crm.stagehistory.list, crm.status.list, crm.category.list, crm.currency.list,
user.get, department.get, voximplant.statistic.get. Deals, contacts and companies have no printed
camelCase sample; their keys are those of crm.deal.get, crm.contact.get and crm.company.get put into
camel case by the documented rule.

A caller gives the fields that matter; everything else has the value of an untouched field. A field
that the API does not know is refused, so that a world cannot invent one.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

_CLICK_IDS = dict.fromkeys(("UF_CRM_GCLID", "UF_CRM_YCLID"))  # fields of the company's own
_UTM = dict.fromkeys(("utmSource", "utmMedium", "utmCampaign", "utmContent", "utmTerm"))

_COMMON: dict[str, Any] = {
    "id": 0,
    "createdTime": None,
    "updatedTime": None,
    "createdBy": 1,
    "updatedBy": 1,
    "assignedById": 1,
    "opened": "Y",
    "webformId": 0,
    "lastActivityBy": 1,
    "lastActivityTime": None,
    **_UTM,
    "originatorId": None,
    "originId": None,
    "sourceId": None,
    "sourceDescription": None,
    "comments": None,
    "observers": [],
}

_CONTACT_MARKS: dict[str, Any] = {
    "hasPhone": "N",
    "hasEmail": "N",
    "hasImol": "N",
    "phoneMobile": "",
    "phoneWork": "",
    "phoneMailing": "",
    "emailHome": "",
    "emailWork": "",
    "emailMailing": "",
    "skype": None,
    "icq": None,
    "imol": "",
    "email": "",
    "phone": "",
    "fm": [],
}

_PERSON: dict[str, Any] = {
    "honorific": None,
    "name": None,
    "secondName": None,
    "lastName": None,
    "shortName": None,
    "birthdate": None,
    "post": None,
    "address": None,
    "login": None,
}

LEAD_FIELDS: dict[str, Any] = {
    **_COMMON,
    **_PERSON,
    **_CONTACT_MARKS,
    "dateCreateShort": None,
    "dateModifyShort": None,
    "title": "",
    "companyTitle": None,
    "companyId": 0,
    "contactId": 0,
    "contactIds": [],
    "stageId": "NEW",
    "stageSemanticId": "P",
    "statusDescription": None,
    "isConvert": None,
    "isReturnCustomer": "N",
    "productId": None,
    "opportunity": Decimal(0),
    "isManualOpportunity": "N",
    "currencyId": "RUB",
    "dateClosed": None,
    "movedBy": 1,
    "movedTime": None,
    "searchContent": None,
    **_CLICK_IDS,
    "entityTypeId": 1,
}

DEAL_FIELDS: dict[str, Any] = {
    **_COMMON,
    "title": "",
    "typeId": "SALE",
    "categoryId": 0,
    "stageId": "NEW",
    "stageSemanticId": "P",
    "isNew": "N",
    "isRecurring": "N",
    "isReturnCustomer": "N",
    "isRepeatedApproach": "N",
    "closed": "N",
    "probability": None,
    "opportunity": Decimal(0),
    "isManualOpportunity": "N",
    "taxValue": Decimal(0),
    "currencyId": "RUB",
    "begindate": None,
    "closedate": None,
    "eventDate": None,
    "eventId": None,
    "eventDescription": None,
    "leadId": None,
    "companyId": 0,
    "contactId": 0,
    "contactIds": [],
    "quoteId": None,
    "additionalInfo": None,
    "locationId": None,
    "orderStage": None,
    "movedBy": 1,
    "movedTime": None,
    **_CLICK_IDS,
    "entityTypeId": 2,
}

_PARTS = ("", "2", "City", "PostalCode", "Region", "Province", "Country", "LocAddrId")
_ADDRESS = dict.fromkeys(f"address{part}" for part in _PARTS)

CONTACT_FIELDS: dict[str, Any] = {
    **_COMMON,
    **_PERSON,
    **_CONTACT_MARKS,
    **_ADDRESS,
    "typeId": "CLIENT",
    "photo": None,
    "faceId": None,
    "leadId": None,
    "export": "Y",
    "companyId": 0,
    "companyIds": [],
    "originVersion": None,
    "categoryId": 0,
    "entityTypeId": 3,
}

COMPANY_FIELDS: dict[str, Any] = {
    **{key: value for key, value in _COMMON.items() if key != "sourceId"},
    **_CONTACT_MARKS,
    **_ADDRESS,
    "addressCountryCode": None,
    "addressLegal": None,
    **dict.fromkeys(f"regAddress{part}" for part in (*_PARTS, "CountryCode")),
    "title": "",
    "typeId": "CUSTOMER",
    "industry": "OTHER",
    "employees": "EMPLOYEES_1",
    "revenue": Decimal(0),
    "currencyId": "RUB",
    "bankingDetails": None,
    "leadId": None,
    "logo": None,
    "isMyCompany": "N",
    "categoryId": 0,
    "contactIds": [],
    "originVersion": None,
    "lastCommunicationTime": None,
    "entityTypeId": 4,
}

_CALL_FIELDS: dict[str, Any] = {
    "ID": "0",
    "PORTAL_USER_ID": "0",
    "PORTAL_NUMBER": "",
    "PHONE_NUMBER": "",
    "CALL_ID": "",
    "EXTERNAL_CALL_ID": None,
    "CALL_CATEGORY": "external",
    "CALL_LOG": None,
    "CALL_DURATION": "0",
    "CALL_START_DATE": None,
    "CALL_RECORD_URL": None,
    "CALL_VOTE": None,
    "COST": "0.0000",
    "COST_CURRENCY": "",
    "CALL_FAILED_CODE": "200",
    "CALL_FAILED_REASON": "",
    "CRM_ENTITY_TYPE": None,
    "CRM_ENTITY_ID": None,
    "CRM_ACTIVITY_ID": None,
    "REST_APP_ID": None,
    "REST_APP_NAME": None,
    "TRANSCRIPT_ID": None,
    "TRANSCRIPT_PENDING": "N",
    "SESSION_ID": None,
    "REDIAL_ATTEMPT": None,
    "COMMENT": None,
    "RECORD_DURATION": None,
    "RECORD_FILE_ID": None,
    "CALL_TYPE": "1",
}


def record(template: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """A record with these fields set, all others as the template has them.

    Raises:
        KeyError: a field that the template does not have.
    """
    filled = {**template, **fields}
    if len(filled) != len(template):
        raise KeyError(*sorted(set(fields) - set(template)))
    return filled


def call(fields: Mapping[str, Any]) -> dict[str, Any]:
    """One row of voximplant.statistic.get."""
    return record(_CALL_FIELDS, fields)


def deal_entry(
    *, row_id: int, type_id: int, deal_id: int, moment: str, pipeline: int, stage: tuple[str, str]
) -> dict[str, Any]:
    """One row of a deal's stage history; `stage` is (id, semantics P, S or F)."""
    return {
        "ID": row_id,
        "TYPE_ID": type_id,
        "OWNER_ID": deal_id,
        "CREATED_TIME": moment,
        "CATEGORY_ID": pipeline,
        "STAGE_SEMANTIC_ID": stage[1],
        "STAGE_ID": stage[0],
    }


def lead_entry(
    *, row_id: int, type_id: int, lead_id: int, moment: str, stage: tuple[str, str]
) -> dict[str, Any]:
    """One row of a lead's stage history; `stage` is (id, semantics P, S or F)."""
    return {
        "ID": row_id,
        "TYPE_ID": type_id,
        "OWNER_ID": lead_id,
        "CREATED_TIME": moment,
        "STATUS_SEMANTIC_ID": stage[1],
        "STATUS_ID": stage[0],
    }


def status(
    *,
    row_id: int,
    entity: str,
    status_id: str,
    name: str,
    sort: int,
    semantics: str = "P",
    category_id: int | None = None,
) -> dict[str, Any]:
    """One entry of crm.status.list; `semantics` is P, S or F."""
    colour = {"S": "#7BD500", "F": "#FF5752"}.get(semantics, "#39A8EF")
    entry: dict[str, Any] = {
        "ID": str(row_id),
        "ENTITY_ID": entity,
        "STATUS_ID": status_id,
        "NAME": name,
        "NAME_INIT": "",
        "SORT": str(sort),
        "SYSTEM": "N",
        "CATEGORY_ID": None if category_id is None else str(category_id),
        "COLOR": colour,
        "SEMANTICS": None if semantics == "P" else semantics,
    }
    if "STAGE" in entity or entity == "STATUS":
        named = {"S": "success", "F": "failure"}.get(semantics, "process")
        entry["EXTRA"] = {"SEMANTICS": named, "COLOR": colour}
    return entry
