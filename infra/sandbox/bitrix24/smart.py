"""The fields of quotes, smart invoices and smart processes.

A quote is described as its siblings in `entities` are; what a smart process has depends on the
settings of its type. Sources: api-reference/crm/quote, crm/universal/invoice.md and
crm/universal/crm-item-fields.md in the vendor's documentation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infra.sandbox.bitrix24.fields import Entity, Field, upper_name

_LINE = ("utmSource", "utmMedium", "utmCampaign", "utmContent", "utmTerm")
_CLIENT_COPIES = (
    *("clientTitle", "clientAddr", "clientContact", "clientEmail", "clientPhone"),
    *("clientTpId", "clientTpaId"),
)


def _many(types: str, *names: str, flags: str = "") -> tuple[Field, ...]:
    return tuple(
        Field(name=name, column=upper_name(name), type=types, flags=flags) for name in names
    )


def _one(
    name: str, types: str, flags: str = "", *, column: str | None = None, status: str | None = None
) -> Field:
    return Field(
        name=name,
        column=column or upper_name(name),
        type=types,
        flags=flags,
        status_type=status,
    )


QUOTE = Entity(
    type_id=7,
    name="quote",
    multifields=False,
    fields=(
        _one("id", "integer", "r"),
        *_many("string", "title", "quoteNumber"),
        _one("createdTime", "datetime", "r", column="DATE_CREATE"),
        _one("updatedTime", "datetime", "r", column="DATE_MODIFY"),
        _one("createdBy", "user", "r", column="CREATED_BY_ID"),
        _one("updatedBy", "user", "r", column="MODIFY_BY_ID"),
        *_many("user", "assignedById"),
        *_many("char", "opened", "closed"),
        _one("webformId", "integer", "fi"),
        _one("stageId", "crm_status", column="STATUS_ID", status="QUOTE_STATUS"),
        *_many("crm_currency", "currencyId"),
        *_many("double", "opportunity", "taxValue"),
        _one("isManualOpportunity", "char", "f"),
        *_many("date", "begindate", "closedate", "actualDate"),
        *_many("crm_lead", "leadId"),
        *_many("crm_deal", "dealId"),
        *_many("crm_company", "companyId", "mycompanyId"),
        *_many("crm_contact", "contactId", flags="d"),
        *_many("crm_contact", "contactIds", flags="mf"),
        *_many("string", "comments", "content", "terms", *_CLIENT_COPIES),
        *_many("location", "locationId"),
        *_many("integer", "personTypeId"),
        *_many("user", "lastActivityBy", flags="r"),
        *_many("datetime", "lastActivityTime", flags="r"),
        *_many("string", "lastCommunicationTime", flags="r"),
        *_many("string", *_LINE),
    ),
)

_BASIC = (
    _one("id", "integer", "r"),
    *_many("string", "title", "xmlId"),
    *_many("datetime", "createdTime", "updatedTime", flags="r"),
    *_many("user", "createdBy", "updatedBy", flags="r"),
    *_many("user", "assignedById"),
    _one("opened", "boolean", "q"),
    *_many("integer", "webformId"),
)
_DATES = _many("date", "begindate", "closedate")
_CLIENT = (
    *_many("crm_company", "companyId"),
    *_many("crm_contact", "contactId", flags="d"),
    *_many("crm_contact", "contactIds", "contacts", flags="m"),
)
_OBSERVERS = _many("user", "observers", flags="m")
_MOVED = (
    *_many("crm_category", "categoryId"),
    *_many("datetime", "movedTime", flags="r"),
    *_many("user", "movedBy", flags="r"),
)
_SOURCE = (
    _one("sourceId", "crm_status", status="SOURCE"),
    *_many("text", "sourceDescription"),
)
_MONEY = (
    *_many("crm_currency", "currencyId"),
    *_many("boolean", "isManualOpportunity"),
    *_many("double", "opportunity", "taxValue"),
)
_MY_COMPANY = _many("crm_company", "mycompanyId")
_ACTIVITY = (
    *_many("user", "lastActivityBy", flags="r"),
    *_many("datetime", "lastActivityTime", flags="r"),
)


def _stages(status_type: str) -> tuple[Field, ...]:
    return (
        _one("stageId", "crm_status", status=status_type),
        _one("previousStageId", "crm_status", "r", status=status_type),
    )


def smart_invoice(default_category: int | None) -> Entity:
    """Return a smart invoice.

    Args:
        default_category: its pipeline, which the dictionary of its stages is named after; None
            where no portal is meant.
    """
    suffix = "" if default_category is None else f"_{default_category}"
    return Entity(
        type_id=31,
        name="smart_invoice",
        multifields=False,
        fields=(
            *_BASIC,
            *_DATES,
            *_CLIENT,
            *_OBSERVERS,
            *_MOVED,
            *_stages(f"SMART_INVOICE_STAGE{suffix}"),
            *_SOURCE,
            *_MONEY,
            *_MY_COMPANY,
            *_ACTIVITY,
            *_many("string", "accountNumber"),
            *_many("text", "comments"),
            *_many("location", "locationId"),
        ),
    )


SMART_INVOICE = smart_invoice(None)


def smart_process(settings: Mapping[str, Any], default_category: int) -> Entity:
    """Return a smart process as its type has it.

    Args:
        settings: the type, as `crm.type.list` gives it.
        default_category: its first pipeline, which the dictionary of its stages is named after.
    """
    type_id = int(settings["entityTypeId"])

    def having(flag: str, fields: tuple[Field, ...]) -> tuple[Field, ...]:
        return fields if settings.get(flag, "Y") == "Y" else ()

    return Entity(
        type_id=type_id,
        name=f"dynamic_{type_id}",
        multifields=False,
        fields=(
            *_BASIC,
            *having("isBeginCloseDatesEnabled", _DATES),
            *having("isClientEnabled", _CLIENT),
            *having("isObserversEnabled", _OBSERVERS),
            *_MOVED,
            *having("isStagesEnabled", _stages(f"DYNAMIC_{type_id}_STAGE_{default_category}")),
            *having("isSourceEnabled", _SOURCE),
            *having("isLinkWithProductsEnabled", _MONEY),
            *having("isMycompanyEnabled", _MY_COMPANY),
            *_ACTIVITY,
        ),
    )
