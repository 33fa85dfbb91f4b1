"""How the portal's list methods are asked, as data and as the text of a batch command.

Two shapes cover all methods: a `Listing` is read by its ids, page behind page, in any number of
rows; a `Dictionary` is small and read whole. A stream is one of them, or one of them for every type
of smart process (`ListingPerType`, `DictionaryPerType`), or rows that are read by the items they
belong to (`ProductRows`), or a dictionary remembered day by day (`Daily`).

Names and spelling follow https://apidocs.bitrix24.com/api-reference/ (crm.item.list,
crm.stagehistory.list, voximplant.statistic.get, user.get): the CRM spells its parameters in lower
case, telephony and users in upper case with the sorting in two texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import cast
from urllib.parse import urlencode

from connectors.errors import ContractBroken

SOURCE_NAME = "bitrix24"
PAGE_SIZE = 50
"""Every list method of REST v2 serves fifty rows a page."""


class Spelling(StrEnum):
    """How a family of methods spells filter and order."""

    CRM = "crm"
    UPPER = "upper"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A method that lists rows by a growing id.

    Args:
        method: the API's name.
        key: the field that holds the id.
        spelling: how the method's parameters are spelled.
        wrapper: the name under which a page holds its rows; None where it is the rows.
        fixed: parameters of every request.
        select: fields to ask for; empty where the method takes no `select`.
        changed: the field that says when a row was last modified, and is its cursor.
        created: the field that says when a row came to be; None where a first day does not apply.
        short_page_ends: a page with fewer than fifty rows is the last one. The CRM promises it;
            of other methods only an empty page is believed.
    """

    method: str
    key: str
    spelling: Spelling
    wrapper: str | None = None
    fixed: Mapping[str, object] = field(default_factory=dict[str, object])
    select: tuple[str, ...] = ()
    changed: str | None = None
    created: str | None = None
    short_page_ends: bool = True

    def page(
        self,
        conditions: Mapping[str, object],
        *,
        descending: bool = False,
        only_key: bool = False,
        counted: bool = False,
    ) -> str:
        """Return the command for one page, in the order of the ids.

        Args:
            conditions: filter keys with their prefixes, and values.
            descending: from the largest id down.
            only_key: ask for nothing but ids, where the method lets one choose.
            counted: let the server count all rows; costs it a pass over the table.
        """
        direction = "DESC" if descending else "ASC"
        params: dict[str, object] = {**self.fixed}
        if self.select:
            params["select"] = [self.key] if only_key else list(self.select)
        if self.spelling is Spelling.UPPER:
            params |= {"SORT": self.key, "ORDER": direction, "FILTER": dict(conditions)}
        else:
            params |= {"order": {self.key: direction}, "filter": dict(conditions)}
        params["start"] = 0 if counted else -1
        return command(self.method, params)

    def last_key_of(self, name: str) -> str:
        """Return the reference to the last id of a full page that came earlier in the batch."""
        inner = "" if self.wrapper is None else f"[{self.wrapper}]"
        return f"$result[{name}]{inner}[{PAGE_SIZE - 1}][{self.key}]"

    def rows(self, page: object) -> list[Mapping[str, object]]:
        """Return the rows of a page, whichever of PHP's shapes it came in."""
        return rows(page, self.wrapper, self.method)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dictionary:
    """A method that lists a few rows, read whole.

    Args:
        method: the API's name.
        key: the field that identifies a row.
        wrapper: see `Listing`.
        fixed: parameters of every request.
        start: the parameter that asks for a further page, should the answer name one.
        narrowed: parameters under which it answers with next to nothing; to see that it answers.
    """

    method: str
    key: str
    wrapper: str | None = None
    fixed: Mapping[str, object] = field(default_factory=dict[str, object])
    start: str = "start"
    narrowed: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingPerType:
    """One listing for each type of smart process that the portal has.

    Args:
        of: returns the listing of an `entityTypeId`.
        flag: the flag of the type (`crm.type.list`) that has to be `Y`; None takes every type.
    """

    of: Callable[[int], Listing]
    flag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DictionaryPerType:
    """One dictionary for some kinds of CRM item and for each type of smart process.

    Args:
        of: returns the dictionary of an `entityTypeId`.
        kinds: the kinds that every portal has; one that a portal lacks is passed over.
        flag: see `ListingPerType`.
    """

    of: Callable[[int], Dictionary]
    kinds: tuple[int, ...]
    flag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRows:
    """The product rows of one kind of item, read by the items they belong to.

    Args:
        owners: the listing of the items.
        owners_stream: the stream that lands the items.
        owner_type: the kind's short code.
    """

    owners: Listing
    owners_stream: str
    owner_type: str
    method: str = "crm.item.productrow.list"
    key: str = "id"
    wrapper: str = "productRows"

    def page(self, owners: Sequence[object], after: int) -> str:
        """Return the command for the first page of some owners' rows above an id."""
        asked = owners[0] if len(owners) == 1 else list(owners)
        conditions = {"=ownerType": self.owner_type, "=ownerId": asked, f">{self.key}": after}
        params = {"filter": conditions, "order": {self.key: "asc"}, "start": -1}
        return command(self.method, params)


@dataclass(frozen=True, slots=True, kw_only=True)
class Daily:
    """A dictionary of which each day's state is kept.

    Args:
        dictionary: what is read.
    """

    dictionary: Dictionary


Shape = Listing | Dictionary | ListingPerType | DictionaryPerType | ProductRows | Daily


def command(method: str, params: Mapping[str, object]) -> str:
    """Return a command of a batch: the method with its parameters as PHP reads a query."""
    return f"{method}?{urlencode(list(_flat('', params)))}"


def rows(page: object, wrapper: str | None, method: str) -> list[Mapping[str, object]]:
    """Return the rows of a page; PHP prints an empty one as `[]`, `{}`, `false` or nothing.

    Raises:
        ContractBroken: it is neither a list of rows nor empty.
    """
    found = page
    if wrapper is not None and isinstance(page, Mapping):
        found = cast("Mapping[str, object]", page).get(wrapper)
    if not found:
        return []
    if isinstance(found, Mapping):  # a PHP array whose indexes have gaps
        found = list(cast("Mapping[str, object]", found).values())
    if not isinstance(found, list) or not all(
        isinstance(row, Mapping) for row in cast("list[object]", found)
    ):
        msg = "a page holds something else than rows"
        raise ContractBroken(msg, source=SOURCE_NAME, method=method)
    return cast("list[Mapping[str, object]]", found)


def whole(value: object, what: str) -> int:
    """Return an id as a number, however it was spelled (`12`, `"12"`, `"0012 "`).

    Raises:
        ContractBroken: it is not a whole number.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        return int(value)
    msg = f"{what} is no whole number"
    raise ContractBroken(msg, source=SOURCE_NAME)


def _flat(name: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in cast("Mapping[str, object]", value).items():
            yield from _flat(f"{name}[{key}]" if name else key, inner)
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(cast("list[object]", value)):
            yield from _flat(f"{name}[{index}]", inner)
    else:
        yield name, str(value)
