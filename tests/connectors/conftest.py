"""Samples that lie beside the project, because nobody gave leave to copy them into it."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def samples_beside() -> Path:
    """The folder of samples whose licence is not known; never part of this project."""
    folder = Path(__file__).parents[3] / "shared" / "samples"
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent: no licence allows copies of its samples")
    return folder
