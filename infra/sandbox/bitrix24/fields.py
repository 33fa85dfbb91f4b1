"""What a field of a CRM entity is, and how its name is spelled in either family of methods.

Types and flags are those of `crm.deal.fields` and its siblings in the vendor's documentation.
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
    "boolean": Kind.FLAG,
    **dict.fromkeys(
        (
            "integer",
            "user",
            "crm_category",
            "crm_company",
            "crm_contact",
            "crm_deal",
            "crm_entity",
            "crm_lead",
            "crm_quote",
            "crm_webform",
        ),
        Kind.NUMBER,
    ),
}


def kind_of(types: str, *, multiple: bool) -> Kind:
    """Return how the values of a type that the `fields` methods state are compared."""
    return Kind.LIST if multiple else _KINDS.get(types, Kind.TEXT)


_PARENTS = {"crm_lead": 1, "crm_deal": 2, "crm_company": 4, "crm_quote": 7}


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
        return kind_of(self.type, multiple="m" in self.flags)

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
    """Spell an UPPER name in the new way.

    `UF_CRM_GCLID` is `ufCrmGclid`, `UF_CRM_17` is `ufCrm_17`, `PARENT_ID_2` is `parentId2`. In
    `UF_CRM_5_17`, a field of a smart process, the number of its type follows the prefix directly:
    `ufCrm5_17`.
    """
    if name.upper() != name:
        return name
    if name.startswith("PARENT_ID_"):
        return "parentId" + name.removeprefix("PARENT_ID_")
    of_process = re.fullmatch(r"UF_CRM_(\d+)_(.+)", name)
    if of_process is not None:
        name = f"UF_CRM{of_process[1]}_{of_process[2]}"
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
