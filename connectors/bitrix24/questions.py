"""A batch of questions about a portal: each is answered or refused, and neither stops the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from connectors.bitrix24.envelope import Timing
from connectors.bitrix24.portal import Parts, Portal
from connectors.bitrix24.verdicts import Refusal
from connectors.errors import Retryable
from connectors.raw_json import Json

_UNCOUNTED = "start=-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What a portal said.

    Args:
        results: by question.
        refusals: by question.
        time: of the whole; `started_at` has the portal's offset.
        counts_unasked: it counted the rows of a list that was asked not to be counted.
    """

    results: Mapping[str, object]
    refusals: Mapping[str, Refusal]
    time: Timing
    counts_unasked: bool = False


def ask(portal: Portal, questions: Mapping[str, str]) -> Answers:
    """Ask up to fifty questions in one request.

    Args:
        portal: whom to ask.
        questions: commands of a batch by name.

    Raises:
        ConnectorError: the portal does not answer, or says of a question that it may later.
    """

    def build(_has_failed: bool) -> Mapping[str, str]:  # noqa: FBT001 - called by the portal
        return questions

    def convert(_name: str, result: object) -> object:
        return result.plain() if isinstance(result, Json) else result

    def conclude(parts: Parts[object]) -> Answers:
        for name, refused in parts.refusals.items():
            error = refused.as_error(questions[name].partition("?")[0])
            if isinstance(error, Retryable):
                raise error
        return Answers(
            results=parts.results,
            refusals=parts.refusals,
            time=parts.time,
            counts_unasked=any(
                parts.totals.get(name, 0) > 0 and _UNCOUNTED in text
                for name, text in questions.items()
            ),
        )

    return portal.batch("batch", build, convert, conclude, halt=False)
