"""What the page about access says is what the code says and reads."""

from __future__ import annotations

import re
from pathlib import Path

from connectors.bitrix24 import SOURCE
from connectors.bitrix24.settings import OAUTH_URL, Plan

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "sources" / "bitrix24_access.md").read_text(encoding="utf-8")
JOINED = re.compile(r'"\s*f?"')


def test_every_text_of_an_error_is_one_of_the_code() -> None:
    files = [*(ROOT / "connectors").glob("*.py"), *(ROOT / "connectors" / "bitrix24").glob("*.py")]
    code = JOINED.sub("", "\n".join(file.read_text(encoding="utf-8") for file in files))
    table = PAGE.partition("## When it says no")[2]
    quoted = [text for row in table.splitlines() for text in re.findall(r'"([^"]+)"', row)]
    assert len(quoted) > 10
    parts = {part.strip(" :") for text in quoted for part in text.split("…")}
    assert {part for part in parts if part not in code} == set()


def test_every_setting_and_plan_is_one_that_is_read() -> None:
    named = set(re.findall(r"\bBITRIX24__[A-Z]+__(\w+?)\b", PAGE))
    assert named <= {name.upper() for name in SOURCE.settings.model_fields}
    assert set(re.findall(r"PLAN=(\w+)", PAGE)) <= {plan.value for plan in Plan}
    assert OAUTH_URL in PAGE
    pace = Plan.SELF_HOSTED.pace
    said = f"{pace.per_second:.0f} a second after the first {pace.burst}"
    assert said in re.sub(r"\s+", " ", PAGE)
