"""The columns of the official BI connector with their counterparts, from facts and rules.

The order of the rules stands at the head of `bitrix24_bi_connector.yml`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

FACTS = Path(__file__).with_name("bitrix24_bi_connector.yml")

_PARTS = {
    "_ID": ("{}_id",),
    "_NAME": ("{}_name",),
    "_DEPARTMENT": ("{}_department_id", "{}_department_name"),
    "": ("{}_id", "{}_name"),
}
"""What the columns of a reference end in, and what they are of the reference's name here."""

Facts = Mapping[str, Any]


class CoverageError(ValueError):
    """The facts contradict themselves."""


class Standing(StrEnum):
    """How a column of the connector stands here."""

    HAVE = "have"
    RENAMED = "renamed"
    BETTER = "better"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterpart:
    """One column of the connector.

    Args:
        column: its name there.
        standing: how it stands here.
        at: `model.column`, one or more; none where it is absent.
        why: why it is better or absent; empty otherwise.
    """

    column: str
    standing: Standing
    at: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """One dataset of the connector.

    Args:
        name: its name there.
        about: what a row of it tells of.
        model: where its rows are here.
        where: which rows of the model they are; empty for all.
        gain: what the model has beyond it; may be empty.
        short: what the model lacks that no column tells; may be empty.
        columns: its columns, in its order.
    """

    name: str
    about: str
    model: str
    where: str
    gain: str
    short: str
    columns: tuple[Counterpart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Datasets of the connector that have no counterpart.

    Args:
        names: their names there.
        why: the reason.
    """

    names: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Everything that the connector offers."""

    datasets: tuple[Dataset, ...]
    missing: tuple[Missing, ...]


def read(facts: Path = FACTS) -> Coverage:
    """Read the facts and put each column through the rules.

    Raises:
        CoverageError: a column is named twice, a rule names a column that its dataset does not
            have, or a reason is not among the reasons.
    """
    known: Facts = yaml.safe_load(facts.read_text(encoding="utf-8"))
    return Coverage(
        datasets=tuple(_dataset(name, one, known) for name, one in known["datasets"].items()),
        missing=tuple(
            Missing(names=tuple(one["names"].split()), why=one["why"]) for one in known["missing"]
        ),
    )


def _dataset(name: str, facts: Facts, known: Facts) -> Dataset:
    columns = facts["columns"].split()
    told = {column for rule in ("absent", "better", "renamed") for column in facts.get(rule, {})}
    _refuse(name, "named twice", [one for one in columns if columns.count(one) > 1])
    _refuse(name, "a rule for a column that is not there", told - set(columns))
    return Dataset(
        name=name,
        about=facts["about"],
        model=facts["model"],
        where=facts.get("where", ""),
        gain=facts.get("gain", ""),
        short=facts.get("short", ""),
        columns=tuple(_counterpart(column, facts, known) for column in columns),
    )


def _refuse(dataset: str, what: str, columns: Sequence[str] | set[str]) -> None:
    if columns:
        msg = f"{dataset}: {what}: {', '.join(sorted(columns))}"
        raise CoverageError(msg)


def _counterpart(column: str, facts: Facts, known: Facts) -> Counterpart:
    model = facts["model"]
    if column in facts.get("absent", {}):
        return _absent(column, facts["absent"][column], known)
    if column in facts.get("better", {}):
        better = facts["better"][column]
        at = _addresses(better["at"], model)
        return Counterpart(column=column, standing=Standing.BETTER, at=at, why=better["why"])
    names = (
        facts.get("renamed", {}).get(column)
        or _referred(column, facts.get("reference", {}))
        or (None if column in known["absent"] else _referred(column, known["reference"]))
    )
    if names is None and column in known["absent"]:
        return _absent(column, known["absent"][column], known)
    at = _addresses(names or known["renamed"].get(column, column.lower()), model)
    kept = at == (f"{model}.{column.lower()}",)
    return Counterpart(
        column=column, standing=Standing.HAVE if kept else Standing.RENAMED, at=at, why=""
    )


def _absent(column: str, reason: str, known: Facts) -> Counterpart:
    try:
        why = known["reasons"][reason]
    except KeyError:
        msg = f"{column}: {reason} is not among the reasons"
        raise CoverageError(msg) from None
    return Counterpart(column=column, standing=Standing.ABSENT, at=(), why=why)


def _referred(column: str, references: Mapping[str, str]) -> list[str] | None:
    for end, forms in _PARTS.items():
        stem = column.removesuffix(end)
        if column.endswith(end) and stem in references:
            return [form.format(references[stem]) for form in forms]
    return None


def _addresses(names: str | Sequence[str], model: str) -> tuple[str, ...]:
    listed = [names] if isinstance(names, str) else names
    return tuple(name if "." in name else f"{model}.{name}" for name in listed)
