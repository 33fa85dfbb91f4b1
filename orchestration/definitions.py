"""The code location: everything under `defs/`, and the promises of freshness on top.

Here: nothing but assembly. Instances live in `defs/`, what they are made with beside this file.
Concept: https://docs.dagster.io/guides/build/projects-and-components/organizing-dagster-projects
"""

from pathlib import Path

import dagster as dg

from orchestration import freshness, resources


@dg.definitions
def defs() -> dg.Definitions:
    """Load every instance under `defs/` and apply the freshness promises by layer.

    Raises:
        FileNotFoundError: the launcher prepared no dbt manifest.
    """
    resources.dbt().manifest.stat()  # asked first: its error would drown in that of the folder
    found = dg.load_from_defs_folder(path_within_project=Path(__file__))
    return found.permissive_map_resolved_asset_specs(func=freshness.promise, selection=None)
