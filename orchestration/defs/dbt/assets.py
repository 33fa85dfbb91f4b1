"""One op that runs `dbt build`: seeds, snapshots, models, and the tests between them."""

import logging
import shutil
import sys
from collections.abc import Iterator
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource, dbt_assets
from packaging.version import Version

from orchestration import resources
from orchestration.defs.dbt.translation import Translator

log = logging.getLogger(__name__)
KEPT_RUNS = 14


class InstalledDbt(DbtCliResource):
    """The dbt of this environment, whose version is looked up and not asked for.

    `dbt --version` costs four seconds and asks PyPI for a newer one.
    """

    @cached_property
    def _cli_version(self) -> Version:
        return Version(metadata.version("dbt-core"))


@dg.definitions
def defs() -> dg.Definitions:
    """Return the assets of the manifest that the launcher prepared."""

    @dbt_assets(
        manifest=resources.dbt().manifest, dagster_dbt_translator=Translator(), name="dbt_build"
    )
    def dbt_build(
        context: dg.AssetExecutionContext,
        dbt: dg.ResourceParam[resources.Dbt],
        company: dg.ResourceParam[resources.Company],  # noqa: ARG001 - pins AS_OF for the child
    ) -> Iterator[Any]:
        client = InstalledDbt(
            project_dir=str(dbt.project),
            global_config_flags=["--no-use-colors"],
            profiles_dir=str(dbt.project),
            dbt_executable=str(Path(sys.executable).with_name("dbt")),
        )
        invocation = client.cli(
            # Unit tests try the SQL on rows of their own; they belong to `make test`.
            ["build", "--exclude-resource-type", "unit_test"],
            context=context,
            target_path=fresh_folder(dbt.home, context.run_id),
        )
        for event in invocation.stream():
            if isinstance(event, dg.Output):
                log.info("dbt %s", context.asset_key_for_output(event.output_name).to_user_string())
            yield event

    return dg.Definitions(assets=[dbt_build])


def fresh_folder(home: Path, run_id: str) -> Path:
    """Return a folder for one invocation, and drop those of long past runs.

    It starts with the parsed project of the launch, so that dbt reads only what changed since.
    """
    folder = home / "runs" / run_id
    folder.mkdir(parents=True, exist_ok=True)
    parsed = home / "partial_parse.msgpack"
    if parsed.exists():
        shutil.copy(parsed, folder / parsed.name)
    runs = sorted(folder.parent.iterdir(), key=lambda path: path.stat().st_mtime)
    for old in runs[:-KEPT_RUNS]:
        shutil.rmtree(old)
    return folder
