"""How a lead and a deal move through their stages, cut off at the end of the world."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from infra.sandbox.worlds.demo.company import (
    CLOSED,
    CORPORATE,
    LEAD_CALLBACK,
    LEAD_CONVERTED,
    LEAD_JUNK,
    LEAD_NEW,
    LEAD_NO_ANSWER,
    LEAD_WORK,
    LOST,
    OPEN_STAGES,
    RETAIL,
    WON,
    Stage,
)
from infra.sandbox.worlds.demo.records import CREATED, FINISHED, MOVED, PIPELINE_CHANGED, Entry

_CYCLE_DAYS = {RETAIL: 9.0, CORPORATE: 27.0}


def lead_entries(rng: random.Random, created: datetime, *, converts: bool) -> list[Entry]:
    """A lead's stages; the last one is `CONVERTED` only if it came to that in time."""
    path = [(created, LEAD_NEW)]
    moment = created + _minutes(rng, 55)
    path.append((moment, LEAD_WORK))
    if rng.random() < 0.08:
        moment += _minutes(rng, 1500)
        path.append((moment, LEAD_CALLBACK))
    moment += _minutes(rng, 900)
    refused = LEAD_JUNK if rng.random() < 0.6 else LEAD_NO_ANSWER
    path.append((moment, LEAD_CONVERTED if converts else refused))
    return _cut(
        [_entry(when, 0, stage, is_first=number == 0) for number, (when, stage) in enumerate(path)]
    )


def deal_entries(
    rng: random.Random, created: datetime, pipeline: int, *, wins: bool
) -> list[Entry]:
    """A deal's stages up to a win or a loss, sometimes reopened, sometimes moved over."""
    entries: list[Entry] = []
    moment = created
    if pipeline == CORPORATE and rng.random() < 0.06:  # began in retail, then moved over
        entries.append(_entry(moment, RETAIL, OPEN_STAGES[RETAIL][0], is_first=True))
        moment += _minutes(rng, 2000)
        stage = OPEN_STAGES[CORPORATE][0]
        entries.append(
            Entry(moment=moment, pipeline=CORPORATE, stage=stage, type_id=PIPELINE_CHANGED)
        )
    stages = OPEN_STAGES[pipeline]
    steps = _steps(rng, stages, wins=wins)
    pause = _CYCLE_DAYS[pipeline] * rng.lognormvariate(0, 0.75) / max(len(steps), 1)
    for stage in steps:
        if not (entries and stage == stages[0]):
            entries.append(_entry(moment, pipeline, stage, is_first=not entries))
        moment += timedelta(days=pause * rng.uniform(0.4, 1.6), seconds=rng.randrange(60, 4000))
    last = WON[pipeline] if wins else rng.choice(LOST[pipeline])
    entries.append(_entry(moment, pipeline, last))
    return _cut(_reopened(rng, entries, pipeline))


def _steps(rng: random.Random, stages: tuple[Stage, ...], *, wins: bool) -> list[Stage]:
    """The open stages that a deal passes: a lost one stops early, any may skip some."""
    reached = len(stages) if wins else rng.randrange(1, len(stages) + 1)
    return [stages[0], *(stage for stage in stages[1:reached] if rng.random() > 0.15)]


def _reopened(rng: random.Random, entries: list[Entry], pipeline: int) -> list[Entry]:
    if rng.random() > 0.03:
        return entries
    last = entries[-1]
    back = last.moment + timedelta(days=rng.uniform(1, 25))
    entries = [*entries, _entry(back, pipeline, OPEN_STAGES[pipeline][-1])]
    again = back + timedelta(days=rng.uniform(2, 20))
    fate = rng.random()
    if fate < 0.45:
        entries.append(_entry(again, pipeline, WON[pipeline]))
    elif fate < 0.75:
        entries.append(_entry(again, pipeline, LOST[pipeline][0]))
    return entries


def _entry(moment: datetime, pipeline: int, stage: Stage, *, is_first: bool = False) -> Entry:
    moved = MOVED if stage[1] == "P" else FINISHED
    return Entry(
        moment=moment.replace(microsecond=0),
        pipeline=pipeline,
        stage=stage,
        type_id=CREATED if is_first else moved,
    )


def _cut(entries: list[Entry]) -> list[Entry]:
    """Only what happened before the world ends; the first entry always did."""
    return [entry for entry in entries if entry.moment < CLOSED]


def _minutes(rng: random.Random, mean: float) -> timedelta:
    return timedelta(minutes=2 + rng.expovariate(1 / mean))
