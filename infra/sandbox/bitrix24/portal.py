"""One portal: which methods it has, who may call them, how often, and what time it is there."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from infra.sandbox.bitrix24.answer import Answer, ApiError, time_block
from infra.sandbox.bitrix24.filters import FilterReader, Resolve
from infra.sandbox.bitrix24.limits import LeakyBucket, OperatingBudget, Pace, Plan
from infra.sandbox.bitrix24.params import Params
from infra.sandbox.bitrix24.schema import Schemas
from infra.sandbox.store import Store

DEFAULT_SCOPES = ("crm", "user", "department", "telephony")

_LACKS_SCOPE = "The request requires higher privileges than provided by the webhook token"
_CALL_SECONDS = 0.002
_ROW_SECONDS = 0.0002
_COUNT_SECONDS = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One REST method.

    Args:
        run: answers a call.
        scope: the right that a webhook needs for it; None where any webhook has it.
        denial: code, description and status of the error for a user who lacks the right; the
            methods of the CRM say nothing but that.
    """

    run: Callable[[Portal, Params], Answer]
    scope: str | None = "crm"
    denial: tuple[str, str, int] = ("", "Access denied.", 400)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """An answer with the `time` block that goes with it."""

    answer: Answer
    time: Mapping[str, object]


class Portal:
    """A portal over a store.

    Args:
        store: the world.
        methods: what the portal offers, by lower-case name.
        plan: its limits.
    """

    def __init__(self, store: Store, methods: Mapping[str, Method], plan: Plan) -> None:
        self.store = store
        self.methods = methods
        self.schemas = Schemas(store)
        self.bucket = LeakyBucket(plan)
        self.operating = OperatingBudget(plan)
        self._plan = plan

    def pace(self) -> Pace:
        """Begin a request: the time that its commands take."""
        return Pace(self._plan.command_seconds)

    def now(self) -> datetime:
        """The portal's clock, in its own offset."""
        return self.store.now()

    def scopes(self) -> list[str]:
        """The rights of the webhook: those of the world, all that are served by default."""
        return self._listed("scopes", DEFAULT_SCOPES)

    def admits(self, user: str, secret: str) -> bool:
        """Tell whether a webhook of that user with that secret exists."""
        meta = self.store.all_meta()
        return user == meta["webhook_user"] and secret == meta["webhook_secret"]

    def is_smart_process(self, entity_type_id: int) -> bool:
        """Tell whether the portal has a smart process of that type."""
        return bool(
            self.store.query(
                "SELECT 1 FROM dictionary WHERE kind = 'type' AND id = ?", (str(entity_type_id),)
            )
        )

    def filters(self, resolve: Resolve, *, strict: bool) -> FilterReader:
        """Return a reader of filters for the fields that `resolve` finds."""
        return FilterReader(resolve=resolve, zone=self.now().tzinfo, strict=strict)

    def call(self, name: str, params: Params) -> Timed:
        """Run one method, alone or as part of a batch.

        Raises:
            ApiError: the portal refuses.
        """
        method = self.methods.get(name)
        if method is None or name in self._listed("missing_methods", ()):
            raise ApiError(
                code="ERROR_METHOD_NOT_FOUND", description="Method not found!", status=404
            )
        if method.scope is not None and method.scope not in self.scopes():
            raise ApiError(
                code="insufficient_scope",
                description=_LACKS_SCOPE,
                status=401,
            )
        if name in self._listed("denied_methods", ()):
            code, description, status = method.denial
            raise ApiError(code=code, description=description, status=status)
        self.operating.check(name)
        answer = method.run(self, params)
        seconds = self._plan.command_seconds or _modelled_seconds(answer)
        self.operating.add(name, seconds)
        return Timed(answer=answer, time=self.clock_block(name, seconds))

    def _listed(self, key: str, default: Sequence[str]) -> list[str]:
        stored = self.store.all_meta().get(key)
        return list(default) if stored is None else json.loads(stored)

    def clock_block(self, name: str, seconds: float) -> dict[str, object]:
        """Return the `time` block of a call that ran for so long."""
        return time_block(
            self.now(),
            seconds=seconds,
            operating=self.operating.spent(name),
            reset_in=self.operating.reset_in(name),
        )


def _modelled_seconds(answer: Answer) -> float:
    """Return how long the call would have run: the same call always costs the same."""
    counting = _COUNT_SECONDS if answer.total is not None else 0.0
    return _CALL_SECONDS + answer.rows * _ROW_SECONDS + counting
