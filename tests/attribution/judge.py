"""Shares paths out with marketing-attribution-models; runs in an environment of its own.

Reads a list of `[channels, conversions, value, nulls]` from standard input and writes an object:
model, then channel, then `[conversions, value]`. The package knows one journey a row, converted or
not, so that a path becomes as many rows as it was gone.
"""

from __future__ import annotations

import json
import sys

import pandas as pd
from marketing_attribution_models import MAM

MODELS = {
    "attribution_first_click_heuristic": "first",
    "attribution_last_click_heuristic": "last",
    "attribution_last_click_non_direct_heuristic": "last_non_direct",
    "attribution_linear_heuristic": "linear",
    "attribution_position_based_0.4_0.2_0.4_heuristic": "position",
    "attribution_markov_algorithmic": "markov",
    "attribution_markov_same_state_algorithmic": "markov, a > a counted",
}


def journeys(paths: list[tuple[list[str], int, float, int]]) -> pd.DataFrame:
    """Return one row for each time that a path was gone."""
    rows = [
        (number, " > ".join(channels), ended < conversions, 1.0, value / (conversions or 1))
        for number, (channels, conversions, value, nulls) in enumerate(paths)
        for ended in range(conversions + nulls)
    ]
    return pd.DataFrame(rows, columns=["id", "path", "converted", "one", "value"])


def shared(frame: pd.DataFrame, column: str) -> dict[str, dict[str, float]]:
    """Return what each channel gets of a column, by model."""
    models = MAM(
        frame,
        channels_colname="path",
        journey_with_conv_colname="converted",
        conversion_value=column,
        group_channels_by_id_list=["id"],
        path_separator=" > ",
    )
    models.attribution_first_click()
    models.attribution_last_click()
    models.attribution_last_click_non(but_not_this_channel="direct")
    models.attribution_linear()
    models.attribution_position_based(list_positions_first_middle_last=[0.4, 0.2, 0.4])
    for is_counted in (False, True):
        # By default a row is counted as often as its value says: 0 times where nothing was sold.
        models.attribution_markov(
            transition_to_same_state=is_counted, conversion_value_as_frequency=False
        )
    table = models.group_by_channels_models.set_index("channels").rename(columns=MODELS)
    return table.to_dict()


def main() -> None:
    """Share out what stands on standard input."""
    frame = journeys(json.load(sys.stdin))
    conversions, values = shared(frame, "one"), shared(frame, "value")
    together = {
        model: {channel: (count, values[model][channel]) for channel, count in channels.items()}
        for model, channels in conversions.items()
    }
    json.dump(together, sys.stdout)


if __name__ == "__main__":
    main()
