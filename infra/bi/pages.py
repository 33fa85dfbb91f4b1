"""The pages of the docs that follow from dbt's manifest: `python -m infra.bi.pages`."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner

from infra.bi import contract, glossary, star
from infra.bi.definitions import DefinitionError
from infra.bi.manifest import understand

DBT_PROJECT = Path(__file__).parents[2] / "dbt_project"


def pages(manifest: Mapping[str, Any]) -> Mapping[Path, str]:
    """Return each page's file and text."""
    return {
        glossary.PAGE: glossary.page(understand(manifest)),
        contract.PAGE: contract.page(manifest),
        star.PAGE: star.page(manifest),
    }


def write() -> None:
    """Read the project anew and write its pages.

    Raises:
        DefinitionError: the project does not parse.
    """
    with tempfile.TemporaryDirectory() as target:
        done = dbtRunner().invoke(
            [
                *("parse", "--quiet", "--no-send-anonymous-usage-stats"),
                *("--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)),
                *("--target-path", target, "--log-path", target),
            ]
        )
        if not done.success:
            msg = f"dbt cannot read its project: {done.exception}"
            raise DefinitionError(msg)
        manifest = json.loads((Path(target) / "manifest.json").read_text(encoding="utf-8"))
    for path, text in pages(manifest).items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
