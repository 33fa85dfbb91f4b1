"""Which fields leads, deals, contacts and companies have, under their new and their old names.

The pairs of names are those of `crm/universal/object-fields.md` and `crm/main-entities-fields.md`
in the vendor's documentation. Custom fields and links to smart processes are not listed: they are
found in the store. Quotes and invoices stand in `smart`.
"""

from __future__ import annotations

from infra.sandbox.bitrix24.fields import Entity, Field, upper_name
from infra.sandbox.bitrix24.smart import QUOTE, SMART_INVOICE

_STATUS_TYPES = {
    "sourceId": "SOURCE",
    "honorific": "HONORIFIC",
    "industry": "INDUSTRY",
    "employees": "EMPLOYEES",
}


def _same(types: str, *names: str, flags: str = "") -> tuple[Field, ...]:
    return tuple(
        Field(
            name=name,
            column=upper_name(name),
            type=types,
            flags=flags,
            status_type=_STATUS_TYPES.get(name) if types == "crm_status" else None,
        )
        for name in names
    )


def _one(
    name: str, column: str | None, types: str, flags: str = "", status: str | None = None
) -> Field:
    return Field(name=name, column=column, type=types, flags=flags, status_type=status)


_UTM = _same("string", "utmSource", "utmMedium", "utmCampaign", "utmContent", "utmTerm")
_COMMON = (
    _one("id", "ID", "integer", "r"),
    _one("createdTime", "DATE_CREATE", "datetime", "r"),
    _one("updatedTime", "DATE_MODIFY", "datetime", "r"),
    _one("createdBy", "CREATED_BY_ID", "user", "r"),
    _one("updatedBy", "MODIFY_BY_ID", "user", "r"),
    _one("webformId", None, "crm_webform", "i"),
    *_same("user", "assignedById"),
    *_same("char", "opened"),
    *_same("string", "comments", "originatorId", "originId"),
    *_UTM,
)
_ACTIVITY = (
    *_same("datetime", "lastActivityTime", flags="r"),
    *_same("user", "lastActivityBy", flags="r"),
)
_MOVED = (
    *_same("datetime", "movedTime", flags="r"),
    _one("movedBy", "MOVED_BY_ID", "user", "r"),
)
_REACHABLE = _same("char", "hasPhone", "hasEmail", "hasImol", flags="r")
_ADDRESS_PARTS = (
    *_same(
        "string",
        "address2",
        "addressCity",
        "addressPostalCode",
        "addressRegion",
        "addressProvince",
        "addressCountry",
        "addressCountryCode",
        flags="o",
    ),
    *_same("integer", "addressLocAddrId", flags="o"),
)
_REGISTERED_ADDRESS = (
    *_same(
        "string",
        "addressLegal",
        "regAddress",
        "regAddress2",
        "regAddressCity",
        "regAddressPostalCode",
        "regAddressRegion",
        "regAddressProvince",
        "regAddressCountry",
        "regAddressCountryCode",
        flags="o",
    ),
    *_same("integer", "regAddressLocAddrId", flags="o"),
)
_SOURCE = (
    *_same("crm_status", "sourceId"),
    *_same("string", "sourceDescription"),
)
_MONEY = (
    *_same("crm_currency", "currencyId"),
    *_same("double", "opportunity"),
    *_same("char", "isManualOpportunity"),
)
_CLIENT = (
    *_same("crm_company", "companyId"),
    *_same("crm_contact", "contactId", flags="d"),
    *_same("crm_contact", "contactIds", flags="mf"),
    _one("observers", None, "user", "m"),
)

LEAD = Entity(
    type_id=1,
    name="lead",
    multifields=True,
    fields=(
        *_COMMON,
        *_ACTIVITY,
        *_MOVED,
        *_REACHABLE,
        *_SOURCE,
        *_MONEY,
        *_CLIENT,
        *_ADDRESS_PARTS,
        *_same("crm_status", "honorific"),
        *_same("string", "title", "name", "secondName", "lastName", "companyTitle", "post"),
        *_same("string", "address", "statusDescription"),
        *_same("date", "birthdate"),
        *_same("datetime", "dateClosed", flags="r"),
        *_same("char", "isReturnCustomer", flags="r"),
        _one("stageId", "STATUS_ID", "crm_status", status="STATUS"),
        _one("stageSemanticId", "STATUS_SEMANTIC_ID", "string", "r"),
    ),
)
DEAL = Entity(
    type_id=2,
    name="deal",
    multifields=False,
    fields=(
        *_COMMON,
        *_ACTIVITY,
        *_MOVED,
        *_SOURCE,
        *_MONEY,
        *_CLIENT,
        *_same("string", "title", "additionalInfo"),
        *_same("char", "closed", "isRecurring", "isReturnCustomer", "isRepeatedApproach"),
        *_same("char", "isNew", flags="r"),
        *_same("crm_category", "categoryId", flags="i"),
        *_same("string", "stageSemanticId", flags="r"),
        *_same("integer", "probability"),
        *_same("double", "taxValue"),
        *_same("date", "begindate", "closedate"),
        *_same("crm_lead", "leadId", flags="r"),
        *_same("crm_quote", "quoteId", flags="r"),
        *_same("location", "locationId"),
        _one("typeId", "TYPE_ID", "crm_status", status="DEAL_TYPE"),
        _one("stageId", "STAGE_ID", "crm_status", status="DEAL_STAGE"),
    ),
)
CONTACT = Entity(
    type_id=3,
    name="contact",
    multifields=True,
    fields=(
        *_COMMON,
        *_ACTIVITY,
        *_REACHABLE,
        *_SOURCE,
        *_ADDRESS_PARTS,
        *_same("crm_status", "honorific"),
        *_same("string", "name", "secondName", "lastName", flags="q"),
        *_same("string", "post", "address", "originVersion"),
        *_same("string", "faceId", flags="o"),
        *_same("file", "photo"),
        *_same("date", "birthdate"),
        *_same("char", "export"),
        *_same("crm_company", "companyId", flags="d"),
        *_same("crm_company", "companyIds", flags="mf"),
        *_same("crm_lead", "leadId", flags="r"),
        _one("typeId", "TYPE_ID", "crm_status", status="CONTACT_TYPE"),
        _one("categoryId", None, "crm_category", "i"),
        _one("observers", None, "user", "m"),
    ),
)
COMPANY = Entity(
    type_id=4,
    name="company",
    multifields=True,
    fields=(
        *_COMMON,
        *_REACHABLE,
        *_ADDRESS_PARTS,
        *_REGISTERED_ADDRESS,
        *_same("datetime", "lastActivityTime"),
        *_same("user", "lastActivityBy"),
        *_same("string", "lastCommunicationTime", flags="r"),
        *_same("string", "title", flags="q"),
        *_same("string", "bankingDetails", "originVersion", "address"),
        *_same("file", "logo"),
        *_same("crm_status", "industry", "employees"),
        *_same("crm_currency", "currencyId"),
        *_same("double", "revenue"),
        *_same("char", "isMyCompany"),
        *_same("crm_lead", "leadId", flags="r"),
        _one("typeId", "COMPANY_TYPE", "crm_status", status="COMPANY_TYPE"),
        _one("contactIds", "CONTACT_ID", "crm_contact", "mf"),
        _one("categoryId", None, "crm_category", "i"),
        _one("observers", None, "user", "m"),
    ),
)
CLASSIC = (LEAD, DEAL, CONTACT, COMPANY, QUOTE)
"""What the old methods know, each under a name of its own."""

ENTITIES = {entity.type_id: entity for entity in (*CLASSIC, SMART_INVOICE)}
