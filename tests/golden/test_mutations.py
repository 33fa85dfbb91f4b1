"""A rule turned wrong breaks an answer: patched SQL, in a transaction that never commits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from infra.postgres import Warehouse
from tests.dbt.conftest import Dbt
from tests.golden.comparisons import COMPARISONS
from tests.golden.conftest import CALENDAR
from tests.golden.mutations import MUTATIONS, Mutation
from tests.golden.tables import Row, answers
from tests.golden.test_golden import differences

Node = Mapping[str, Any]


@pytest.fixture(scope="session")
def models(golden: Warehouse, golden_dbt: Dbt) -> Mapping[str, Node]:
    """The models as they were compiled for the golden portal, parents before children."""
    nodes = golden_dbt.manifest["nodes"]
    ordered: dict[str, Node] = {}

    def place(key: str) -> None:
        node = nodes.get(key)
        if node is None or node["resource_type"] == "seed" or node["name"] in ordered:
            return
        for parent in node["depends_on"]["nodes"]:
            place(parent)
        if node["resource_type"] == "model":
            ordered[node["name"]] = node

    for key, node in nodes.items():
        if node["resource_type"] == "model":
            place(key)
    return ordered


def affected(models: Mapping[str, Node], changed: str) -> Iterator[Node]:
    """Yield what has to be built anew, in order; a snapshot keeps what it has seen."""
    anew: set[str] = set()
    for name, node in models.items():
        parents = {parent.rpartition(".")[2] for parent in node["depends_on"]["nodes"]}
        if name == changed or parents & anew:
            anew.add(name)
            yield node


def rebuild(connection: psycopg.Connection[Any], node: Node, code: str) -> None:
    """Put what a SELECT gives into a model's table, or the SELECT itself into its view."""
    relation = Identifier(node["schema"], node["name"])
    if node["config"]["materialized"] == "view":
        connection.execute(SQL("create or replace view {} as {}").format(relation, SQL(code)))  # type: ignore[arg-type]
        return
    temporary = Identifier(f"anew_{node['name']}"[:63])
    connection.execute(SQL("create temporary table {} as {}").format(temporary, SQL(code)))  # type: ignore[arg-type]
    columns = connection.execute(SQL("select * from {} limit 0").format(temporary)).description
    names = SQL(", ").join(Identifier(column.name) for column in columns or ())
    connection.execute(SQL("delete from {}").format(relation))
    connection.execute(
        SQL("insert into {} ({}) select {} from {}").format(relation, names, names, temporary)
    )


def net_answers() -> list[Row]:
    return [row for row in answers("deals") if row["net_reporting_amount"]]


def build_anew(
    connection: psycopg.Connection[Any], models: Mapping[str, Node], mutation: Mutation
) -> None:
    """Turn the rule wrong, in the model that states it and in all that follows from it."""
    for node in affected(models, mutation.model):
        code = node["compiled_code"]
        if node["name"] == mutation.model:
            assert mutation.right in code, "the rule is written otherwise now: say how"
            code = code.replace(mutation.right, mutation.wrong)
        rebuild(connection, node, code)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.rule)
def test_a_rule_turned_wrong_breaks_an_answer(
    golden: Warehouse, models: Mapping[str, Node], mutation: Mutation
) -> None:
    tables = {table for table, _, _ in mutation.breaks}
    compared = [one for one in COMPARISONS if one.answers in tables]
    before = {one.answers: differences(one, golden) for one in compared}
    with psycopg.connect(golden.dsn("transformer")) as connection:
        build_anew(connection, models, mutation)
        after = {one.answers: differences(one, golden, connection) for one in compared}
        connection.rollback()
    for table, key, column in mutation.breaks:
        assert (key, column) not in before[table]
        assert (key, column) in after[table]


def test_net_of_vat_is_as_answered(golden: Warehouse, models: Mapping[str, Node]) -> None:
    """The other basis gives the other column of the answers; an empty tax is left out here."""
    told = {row["deal"]: Decimal(row["net_reporting_amount"]) for row in net_answers()}
    (basis,) = [one for one in MUTATIONS if one.rule == "VAT basis of revenue"]
    with psycopg.connect(golden.dsn("transformer")) as connection:
        build_anew(connection, models, basis)
        found = connection.execute(
            "select deal_id, revenue_reporting_amount from marts_build.fct_deals where is_won"
        ).fetchall()
        connection.rollback()
    assert {deal: amount for deal, amount in found if deal in told} == told


def test_an_empty_tax_stops_the_run_under_net(golden: Warehouse, golden_dbt: Dbt) -> None:
    done = golden_dbt.run(
        *("test", "--select", "money_has_its_vat"),
        warehouse=golden,
        **CALENDAR,
        VAT_BASIS="net",
    )
    assert not done.is_success
    assert "money_has_its_vat: Got 1 result" in done.said, "deal 14, and nothing else"
