"""Which fields each CRM entity has, under its new (camelCase) and its old (UPPER) names.

Types and flags are those of `crm.deal.fields` and its siblings; the pairs of names those of
`crm/universal/object-fields.md` and `crm/main-entities-fields.md` in the vendor's documentation.
Custom fields and links to smart processes are not listed: they are found in the store.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from infra.sandbox.bitrix24.filters import Kind

MULTIFIELDS = ("PHONE", "EMAIL", "WEB", "IM", "LINK")

_KINDS = {
    "double": Kind.NUMBER,
    "date": Kind.MOMENT,
    "datetime": Kind.MOMENT,
    "char": Kind.FLAG,
    **dict.fromkeys(
        (
            "integer",
            "user",
            "crm_category",
            "crm_company",
            "crm_contact",
            "crm_lead",
            "crm_quote",
            "crm_webform",
        ),
        Kind.NUMBER,
    ),
}
_STATUS_TYPES = {
    "sourceId": "SOURCE",
    "honorific": "HONORIFIC",
    "industry": "INDUSTRY",
    "employees": "EMPLOYEES",
}
_PARENTS = {"crm_lead": 1, "crm_company": 4, "crm_quote": 7}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One standard field.

    Args:
        name: its camelCase name.
        column: its UPPER name in the old lists; None where these do not have it.
        type: the type that the `fields` methods state.
        flags: r read-only, i immutable, m multiple, q required, d deprecated,
            f only in descriptions and never in an old list's row, o only in the old lists.
        status_type: the dictionary that a `crm_status` refers to.
    """

    name: str
    column: str | None
    type: str
    flags: str = ""
    status_type: str | None = None

    @property
    def kind(self) -> Kind:
        """How its values are compared."""
        return Kind.LIST if "m" in self.flags else _KINDS.get(self.type, Kind.TEXT)

    def describe(self) -> dict[str, object]:
        """Return its description, as far as the old and the new `fields` methods agree."""
        described: dict[str, object] = {
            "type": self.type,
            "isRequired": "q" in self.flags,
            "isReadOnly": "r" in self.flags,
            "isImmutable": "i" in self.flags,
            "isMultiple": "m" in self.flags,
            "isDynamic": False,
        }
        if "d" in self.flags:
            described["isDeprecated"] = True
        if self.status_type:
            described["statusType"] = self.status_type
        parent = _PARENTS.get(self.type)
        if parent and not set("md") & set(self.flags):
            described["settings"] = {"parentEntityTypeId": parent}
        return described


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One kind of CRM item.

    Args:
        type_id: its `entityTypeId`.
        name: the word in the old methods' names, such as `deal`.
        fields: its standard fields.
        multifields: whether it has phones and addresses (`fm`).
    """

    type_id: int
    name: str
    fields: tuple[Field, ...]
    multifields: bool
    by_item_name: Mapping[str, Field] = field(init=False)
    by_column: Mapping[str, Field] = field(init=False)

    def __post_init__(self) -> None:
        served = [item for item in self.fields if "o" not in item.flags]
        by_name = {item.name: item for item in served}
        by_name |= {upper_name(item.name): item for item in served}
        object.__setattr__(self, "by_item_name", by_name)
        columns = {item.column: item for item in self.fields if item.column}
        object.__setattr__(self, "by_column", columns)


@lru_cache(maxsize=4096)
def upper_name(name: str) -> str:
    """Spell a camelCase name in the old way: `ufCrm_17` and `ufCrmGclid` as `UF_CRM_…`."""
    if name.upper() == name:
        return name
    return re.sub(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[0-9])(?=[A-Z])", "_", name).upper()


@lru_cache(maxsize=4096)
def camel_name(name: str) -> str:
    """Spell `UF_CRM_GCLID` as `ufCrmGclid`, and `UF_CRM_17` as `ufCrm_17`."""
    if name.upper() != name:
        return name
    head, *rest = name.split("_")
    return head.lower() + "".join(
        f"_{part}" if part[:1].isdigit() else part.capitalize() for part in rest
    )


def is_custom(name: str) -> bool:
    """Tell whether a key of the store is a custom field, in either spelling."""
    return upper_name(name).startswith("UF_")


def is_link(name: str) -> bool:
    """Tell whether a key of the store links to an item of a smart process."""
    return upper_name(name).startswith("PARENT_ID_")


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
ENTITIES = {entity.type_id: entity for entity in (LEAD, DEAL, CONTACT, COMPANY)}
