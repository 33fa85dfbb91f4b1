"""The business objects of the demo company: leads, deals, calls and what happened to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from infra.sandbox.worlds.demo.company import WON, Stage
from infra.sandbox.worlds.demo.people import Organisation, Person
from infra.sandbox.worlds.demo.signals import Signals

CREATED, MOVED, FINISHED, PIPELINE_CHANGED = 1, 2, 3, 5  # TYPE_ID of crm.stagehistory.list


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A record enters a stage."""

    moment: datetime
    pipeline: int
    stage: Stage
    type_id: int


@dataclass(slots=True, kw_only=True, eq=False)
class Lead:
    """Somebody asked. `manager_id` None: nobody is responsible."""

    created: datetime
    person: Person
    signals: Signals
    title: str
    manager_id: int | None
    entries: list[Entry]
    is_return: bool = False
    is_deleted: bool = False
    lead_id: int = 0

    @property
    def stage(self) -> Stage:
        """Where it stands now."""
        return self.entries[-1].stage


@dataclass(slots=True, kw_only=True, eq=False)
class Deal:
    """A possible sale.

    `signals` are the marks on the deal itself, `origin` what they and the lead's marks lead to
    (known customers are told apart only when all deals are there). `dated_by` says which date is
    left of a win: `stage_history`, `moved_time`, `close_date` or `unknown`. `history_remains`: its
    stage history is still served, though the deal is deleted.
    """

    created: datetime
    person: Person | None
    lead: Lead | None
    signals: Signals
    origin: Signals
    title: str
    manager_id: int | None
    amount: Decimal
    currency: str
    entries: list[Entry]
    close_date: date | None
    dated_by: str = "stage_history"
    is_return: bool = False
    is_recurring: bool = False
    is_deleted: bool = False
    history_remains: bool = False
    deal_id: int = 0

    @property
    def pipeline(self) -> int:
        """The funnel that it stands in now."""
        return self.entries[-1].pipeline

    @property
    def stage(self) -> Stage:
        """Where it stands now."""
        return self.entries[-1].stage

    @property
    def is_won(self) -> bool:
        """Won and not reopened since."""
        return self.stage[1] == "S"

    @property
    def won_on(self) -> date | None:
        """The day of the win as far as anything still tells it; None where nothing does."""
        if self.dated_by == "unknown":
            return None
        return self.close_date if self.dated_by == "close_date" else self.entries[-1].moment.date()

    @property
    def served_entries(self) -> list[Entry]:
        """The stage history as the portal still has it."""
        if self.is_deleted and not self.history_remains:
            return []
        if self.dated_by == "stage_history":
            return self.entries
        return [entry for entry in self.entries if entry.stage != WON[entry.pipeline]]


@dataclass(slots=True, kw_only=True, eq=False)
class Call:
    """One call; `record` is the lead or the person that it is bound to."""

    started: datetime
    manager_id: int
    phone: str
    kind: str
    seconds: int
    code: str
    record: Lead | Person | None
    call_id: int = 0


@dataclass(slots=True, kw_only=True)
class Sales:
    """All that was sold, or nearly."""

    leads: list[Lead] = field(default_factory=list)
    deals: list[Deal] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    own_companies: list[Organisation] = field(default_factory=list)
