"""What a check of an account tells a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a check of an account found, for a person.

    Args:
        is_fault: whether something cannot be loaded because of it.
        subject: what it is about: the address, a right, the name of a stream.
        says: what is so.
        remedy: what to do about it, empty where nothing has to be done.
    """

    is_fault: bool
    subject: str
    says: str
    remedy: str = ""


@runtime_checkable
class Checkup(Protocol):
    """What a client adds that can tell a person what is wrong with an account."""

    def check(self) -> Iterator[Finding]:
        """Yield what was found, good news too; never raises for what it is there to find."""
        ...
