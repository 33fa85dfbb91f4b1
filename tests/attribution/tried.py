"""The models of attribution on paths that a test writes down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import psycopg

from infra.postgres import Warehouse
from orchestration.commands.attribution import MODELS, attributed, compiled, load
from orchestration.commands.touch_paths import TouchPath

SETTING = f"{{% set models = {list(MODELS)} %}}"
SHARES = "{{ attributed_paths('paths', 'touches', models) }}"
WEIGHTS = """
    with fitted as (select 0 as fit_id, paths.* from paths),
    effects as ({{ markov_removal_effects('fitted', 'touches') }}),
    known as (
        select touches.*, effects.removal_effect
        from touches left join effects on touches.channel_code = effects.channel_code
    ),
    weights as ({{ attribution_weights('known', models) }}),
    micros as ({{ apportioned('weights', '1000000', 'weight_micros') }}),
    valued as (select micros.*, paths.value_amount from micros inner join paths using (path_id)),
    kopecks as (
        {{ apportioned('valued', '100 * value_amount', 'kopecks', 'weight_micros / 1000000.0') }}
    )
    select path_id, touch_no, attribution_model_code, weight, weight_micros, kopecks
    from kopecks order by path_id, attribution_model_code, touch_no
"""
EFFECTS = """
    with fitted as (select fits.fit_id, paths.* from paths inner join fits using (path_id)),
    effects as ({{ markov_removal_effects('fitted', 'touches') }})
    select fit_id, channel_code, removal_effect from effects
"""
BETWEEN = "\n;;\n"


class Weight(NamedTuple):
    """What a model gives to a touch: exactly, in millionths, and of the path's value."""

    path: int
    touch: int
    model: str
    weight: Decimal
    micros: int
    kopecks: int


@dataclass(frozen=True)
class Engine:
    """The macros, compiled once, on a PostgreSQL."""

    server: Warehouse
    shares_query: str
    weights_query: str
    effects_query: str

    def shares(
        self, paths: Sequence[TouchPath], direct: str | None = None
    ) -> Mapping[str, Mapping[str, tuple[Decimal, Decimal]]]:
        """Return conversions and value by model and channel; zeros are left out."""
        found: dict[str, dict[str, tuple[Decimal, Decimal]]] = {}
        with self.loaded(paths, direct) as connection:
            for model, channel, *shares in attributed(connection, self.shares_query):
                if any(shares):
                    found.setdefault(model, {})[channel] = (shares[0], shares[1])
        return found

    def weights(self, paths: Sequence[TouchPath], direct: str | None = None) -> list[Weight]:
        """Return what each touch gets, paths numbered from 1, in the order of path and model."""
        with self.loaded(paths, direct) as connection:
            return [Weight(*row) for row in connection.execute(self.weights_query.encode())]

    def effects(self, fits: Sequence[Sequence[TouchPath]]) -> Mapping[tuple[int, str], Decimal]:
        """Return the removal effects of several sets of paths at once, by set and channel."""
        numbered = list(enumerate((n, path) for n, fit in enumerate(fits) for path in fit))
        with self.loaded([path for _, (_, path) in numbered]) as connection:
            connection.execute("create temporary table fits (path_id integer, fit_id integer)")
            with connection.cursor() as cursor:
                rows = [(number + 1, fit) for number, (fit, _) in numbered]
                cursor.executemany("insert into fits values (%s, %s)", rows)
            found = connection.execute(self.effects_query.encode()).fetchall()
        return {(fit, channel): effect for fit, channel, effect in found}

    @contextmanager
    def loaded(
        self, paths: Sequence[TouchPath], direct: str | None = None
    ) -> Iterator[psycopg.Connection]:
        """Give a connection whose temporary tables hold the paths."""
        with psycopg.connect(self.server.administrator()) as connection:
            load(connection, paths, direct)
            yield connection


def compile_engine(server: Warehouse, folder: Path) -> Engine:
    """Compile the macros, all queries at once."""
    text = compiled(SETTING + BETWEEN.join((SHARES, WEIGHTS, EFFECTS)), folder)
    return Engine(server, *text.split(BETWEEN))


def path(
    channels: str, *, conversions: int = 1, nulls: int = 0, value: str = "0", hours: str = ""
) -> TouchPath:
    """Return a path as a line of a file would have it."""
    return TouchPath(
        channels=channels.split(" > "),
        hours=[Decimal(hour) for hour in hours.split(" > ")] if hours else None,
        conversions=Decimal(conversions),
        nulls=Decimal(nulls),
        value=Decimal(value),
    )
