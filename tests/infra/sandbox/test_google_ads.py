"""The Google Ads protocol: access, queries, errors in Google's shape."""

from __future__ import annotations

from typing import Any

import pytest

from infra.sandbox.google_ads import http
from infra.sandbox.google_ads.answer import GoogleError
from infra.sandbox.google_ads.gaql import Condition, read_query
from tests.infra.sandbox.asking import google_search, google_token
from tests.infra.sandbox.serving import Served
from tests.infra.sandbox.tiny_world import CUSTOMER, MANAGER


def code(document: Any) -> tuple[str, str]:
    """Return the kind and the code of an error, a stream's being wrapped in an array."""
    error = (document[0] if isinstance(document, list) else document)["error"]
    ((kind, value),) = error["details"][0]["errors"][0]["errorCode"].items()
    return kind, value


def test_a_query_is_read() -> None:
    query = read_query(
        "select campaign.id, metrics.clicks\nFROM campaign"
        " WHERE segments.date BETWEEN '2026-11-01' AND '2026-11-07'"
        " AND campaign.status IN ('ENABLED', 'PAUSED') AND metrics.clicks > 0"
        " ORDER BY metrics.clicks DESC, campaign.id LIMIT 5"
        " PARAMETERS omit_unselected_resource_names = true;"
    )
    assert query.select == ("campaign.id", "metrics.clicks")
    assert query.where == (
        Condition(field="segments.date", operator="BETWEEN", values=("2026-11-01", "2026-11-07")),
        Condition(field="campaign.status", operator="IN", values=("ENABLED", "PAUSED")),
        Condition(field="metrics.clicks", operator=">", values=("0",)),
    )
    assert query.order == (("metrics.clicks", True), ("campaign.id", False))
    assert (query.limit, query.omit_resource_names) == (5, True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "EXPECTED_SELECT"),
        ("SELECT campaign.id", "EXPECTED_FROM"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id ~ 1", "BAD_SYMBOL"),
        ("SELECT campaign.id FROM campaign WHERE campaign.id LIKE 'x'", "BAD_OPERATOR"),
        ("SELECT campaign.id FROM campaign LIMIT none", "BAD_LIMIT_VALUE"),
        ("SELECT campaign.id FROM campaign OR", "UNEXPECTED_INPUT"),
        ("SELECT campaign.id FROM campaign WHERE segments.date BETWEEN 'a' 'b'", "EXPECTED_AND"),
    ],
)
def test_a_query_is_refused(text: str, expected: str) -> None:
    with pytest.raises(GoogleError) as refused:
        read_query(text)
    assert (refused.value.kind, refused.value.code) == ("queryError", expected)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT campaign.start_date FROM campaign", "UNRECOGNIZED_FIELD"),
        ("SELECT customer_client.id FROM campaign", "PROHIBITED_RESOURCE_TYPE_IN_SELECT_CLAUSE"),
        (
            "SELECT search_term_view.search_term FROM search_term_view",
            "BAD_RESOURCE_TYPE_IN_FROM_CLAUSE",
        ),
        (
            "SELECT campaign.id FROM campaign WHERE segments.date = '1.11.2026'",
            "INVALID_DATE_FORMAT",
        ),
    ],
)
def test_what_a_query_may_not_name(tiny: Served, query: str, expected: str) -> None:
    document = google_search(tiny, query)
    assert isinstance(document, list)
    assert code(document) == ("queryError", expected)
    assert document[0]["error"]["status"] == "INVALID_ARGUMENT"


def test_managers_have_no_metrics(tiny: Served) -> None:
    document = google_search(tiny, "SELECT metrics.clicks FROM customer", customer=MANAGER)
    assert code(document) == ("queryError", "REQUESTED_METRICS_FOR_MANAGER")


def test_the_tree_of_customers(tiny: Served) -> None:
    (chunk,) = google_search(
        tiny,
        "SELECT customer_client.id, customer_client.level, customer_client.manager,"
        " customer_client.client_customer FROM customer_client",
        customer=MANAGER,
    )
    clients = [row["customerClient"] for row in chunk["results"]]
    assert [(client["id"], client["level"], client["manager"]) for client in clients] == [
        (MANAGER, "0", True),
        (CUSTOMER, "1", False),
    ]
    assert clients[1]["clientCustomer"] == f"customers/{CUSTOMER}"
    (chunk,) = google_search(
        tiny,
        "SELECT customer_client.id FROM customer_client WHERE customer_client.manager = false",
        customer=MANAGER,
    )
    assert [row["customerClient"]["id"] for row in chunk["results"]] == [CUSTOMER]


def test_sums_without_a_segment(tiny: Served) -> None:
    """Without a segment one row stands for the whole period, and conditions on days still count."""
    (chunk,) = google_search(
        tiny,
        "SELECT campaign.id, metrics.cost_micros FROM campaign"
        " WHERE segments.date BETWEEN '2026-11-01' AND '2026-11-02' AND campaign.id = 111",
    )
    (row,) = chunk["results"]
    assert row["metrics"] == {"costMicros": str(1_230_000 + 2 * 1_230_000)}
    (chunk,) = google_search(tiny, "SELECT metrics.clicks FROM customer")
    assert chunk["results"][0]["metrics"] == {"clicks": "320"}


def test_order_limit_and_resource_names(tiny: Served) -> None:
    (chunk,) = google_search(
        tiny,
        "SELECT segments.date, metrics.cost_micros FROM campaign"
        " WHERE segments.date BETWEEN '2026-11-01' AND '2026-11-20'"
        " ORDER BY metrics.cost_micros DESC LIMIT 1"
        " PARAMETERS omit_unselected_resource_names=true",
    )
    assert chunk["results"] == [
        {"segments": {"date": "2026-11-19"}, "metrics": {"costMicros": str(19 * 1_230_000)}}
    ]


def test_an_empty_answer_has_no_results(tiny: Served) -> None:
    (chunk,) = google_search(
        tiny, "SELECT campaign.id, segments.date FROM campaign WHERE segments.date = '2020-01-01'"
    )
    assert "results" not in chunk
    assert chunk["fieldMask"] == "campaign.id,segments.date"


def test_long_answers_come_in_chunks_and_pages(
    tiny: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "CHUNK_ROWS", 10)
    monkeypatch.setattr(http, "PAGE_ROWS", 10)
    query = "SELECT segments.date, metrics.clicks FROM campaign"
    chunks = google_search(tiny, query)
    assert [len(chunk["results"]) for chunk in chunks] == [10, 10, 10, 2]
    streamed = [row for chunk in chunks for row in chunk["results"]]
    paged: list[Any] = []
    token = None
    while True:
        body = {"query": query} | ({"pageToken": token} if token else {})
        page = search(tiny, body)
        paged += page["results"]
        token = page.get("nextPageToken")
        if token is None:
            break
    assert paged == streamed
    assert code(search(tiny, {"query": query, "pageSize": 10})) == (
        "requestError",
        "PAGE_SIZE_NOT_SUPPORTED",
    )


def search(world: Served, body: dict[str, Any], **headers: str) -> Any:
    """Call the paged twin of `searchStream`."""
    return world.client.post(
        f"{world.http_url}/v26/customers/{CUSTOMER}/googleAds:search",
        json=body,
        headers={
            "Authorization": f"Bearer {google_token(world)}",
            "login-customer-id": MANAGER,
            **headers,
        },
    ).json()


def test_who_may_see_what(tiny: Served) -> None:
    query = "SELECT customer.id FROM customer"
    through_nobody = {"login-customer-id": CUSTOMER}
    denied = google_search(tiny, query, **through_nobody)
    assert code(denied) == ("authorizationError", "USER_PERMISSION_DENIED")
    assert denied[0]["error"]["code"] == 403
    unknown = google_search(tiny, query, customer="9999999999")
    assert code(unknown) == ("authorizationError", "USER_PERMISSION_DENIED")
    stale = google_search(tiny, query, Authorization="Bearer ya29.stale")
    assert code(stale) == ("authenticationError", "OAUTH_TOKEN_INVALID")
    listed = tiny.client.get(
        f"{tiny.http_url}/v26/customers:listAccessibleCustomers",
        headers={"Authorization": f"Bearer {google_token(tiny)}", "developer-token": "ignored"},
    )
    assert listed.json() == {"resourceNames": [f"customers/{MANAGER}"]}


def test_a_closed_customer_is_not_enabled(own: Served) -> None:
    own.store.add_google(customers=[("3000000003", MANAGER, {"status": "CANCELED"})])
    document = google_search(own, "SELECT customer.id FROM customer", customer="3000000003")
    assert code(document) == ("authorizationError", "CUSTOMER_NOT_ENABLED")


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"refresh_token": "revoked"}, 400, "invalid_grant"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
)
def test_tokens_are_refused(tiny: Served, changed: dict[str, str], status: int, error: str) -> None:
    form = {
        "grant_type": "refresh_token",
        "client_id": "tiny-client",
        "client_secret": "tiny-secret",
        "refresh_token": "tiny-refresh",
    }
    response = tiny.client.post(f"{tiny.http_url}/token", data={**form, **changed})
    assert response.status_code == status
    assert response.json()["error"] == error


def test_a_sunset_version_is_a_page(tiny: Served) -> None:
    response = tiny.client.post(
        f"{tiny.http_url}/v22/customers/{CUSTOMER}/googleAds:searchStream", json={}
    )
    assert response.status_code == 404
    assert response.headers["content-type"].startswith("text/html")
