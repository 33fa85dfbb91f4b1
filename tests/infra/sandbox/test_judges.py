"""The sandbox before its judges: public clients, and the protocol's own traps."""

from __future__ import annotations

import pytest

from tests.infra.sandbox.judges import JUDGES, Judge
from tests.infra.sandbox.serving import Served


@pytest.mark.parametrize("judge", JUDGES, ids=lambda judge: judge.__name__)
def test_the_sandbox_holds(tiny: Served, judge: Judge) -> None:
    judge(tiny)
