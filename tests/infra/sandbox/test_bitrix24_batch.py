"""`batch`: its size, its references, its speed."""

from __future__ import annotations

import time
from urllib.parse import quote

from infra.sandbox.store import DEAL
from tests.infra.sandbox.serving import Served
from tests.infra.sandbox.tiny_world import deal


def test_a_batch_is_at_most_fifty_commands(tiny: Served) -> None:
    result = tiny.rest("batch", cmd={f"k{number}": "server.time" for number in range(51)})["result"]
    assert len(result["result"]) == 50
    assert result["result_error"]["k50"]["error"] == "ERROR_BATCH_LENGTH_EXCEEDED"


def test_a_batch_holds_no_batch(tiny: Served) -> None:
    result = tiny.rest("batch", cmd={"a": "batch?cmd[b]=server.time"})["result"]
    assert result["result_error"]["a"]["error"] == "ERROR_BATCH_METHOD_NOT_ALLOWED"


def test_a_batch_with_numbered_commands_gives_lists(tiny: Served) -> None:
    result = tiny.rest("batch", cmd=["server.time", "crm.settings.mode.get"])["result"]
    assert result["result"] == ["2026-11-23T04:00:00+03:00", 1]


def test_references_need_a_value_of_their_own(tiny: Served) -> None:
    """A reference inside a longer text is text."""
    result = tiny.rest(
        "batch",
        cmd={
            "me": "user.current",
            "mine": "user.get?FILTER[ID]=$result[me][ID]",
            "encoded": f"user.get?FILTER[ID]={quote('$result[me][ID]')}",
            "text": "user.get?FILTER[NAME]=x$result[me][ID]",
        },
    )["result"]["result"]
    assert [user["ID"] for user in result["mine"]] == ["1"]
    assert result["encoded"] == result["mine"]
    assert result["text"] == []


def test_a_failed_command_is_seen_by_a_reference_as_all_results(tiny: Served) -> None:
    result = tiny.rest(
        "batch",
        cmd={
            "failed": "no.such.method",
            "next": "crm.deal.list?start=-1&select[]=ID&order[ID]=ASC"
            "&filter[>ID]=$result[failed][0][ID]",
        },
    )["result"]["result"]
    assert result["next"][0]["ID"] == "1"


def test_a_batch_of_fifty_pages_is_quick(own: Served) -> None:
    """2,500 deals in one request, well under a second: the first load is not slow for our sake."""
    own.store.add_items(DEAL, (deal(number) for number in range(10_000, 12_500)))
    commands = {
        f"k{number}": "crm.item.list?entityTypeId=2&select[]=*&useOriginalUfNames=Y&start=-1"
        "&order[id]=ASC&filter[%3Eid]="
        + ("9999" if number == 0 else f"$result[k{number - 1}][items][49][id]")
        for number in range(50)
    }
    started = time.perf_counter()
    result = own.rest("batch", halt=1, cmd=commands)["result"]["result"]
    seconds = time.perf_counter() - started
    assert [row["id"] for page in result.values() for row in page["items"]] == list(
        range(10_000, 12_500)
    )
    assert seconds < 5, "an order of magnitude over what it takes"
