"""The moment that readers see: all marts switch together, or none."""

import json
import logging

import dagster as dg

from infra.postgres import Warehouse
from orchestration import publication, resources
from orchestration.completeness import completeness
from orchestration.defs.dbt.translation import key_of
from orchestration.keys import OWNERS
from orchestration.publishing import publish

log = logging.getLogger(__name__)


@dg.definitions
def defs() -> dg.Definitions:
    """Return the publication, behind every mart of the manifest."""
    manifest = json.loads(resources.dbt().manifest.read_bytes())
    tables = publication.mart_tables(manifest)

    @dg.asset(
        key=publication.PUBLICATION,
        deps=[key_of(node) for node in publication.mart_nodes(manifest)],
        group_name="publication",
        kinds={"postgres"},
        owners=OWNERS,
        description="The marts as BI reads them: built tables compared with the published ones, "
        "differences applied in one transaction.",
    )
    def publish_marts(
        context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[Warehouse]
    ) -> dg.MaterializeResult[None]:
        dsn = warehouse.dsn("publisher")
        complete = completeness(dsn)
        done = publish(dsn, run_id=context.run_id, tables=tables, completeness=complete)
        rows = "\n".join(
            f"| {one.name} | {one.row_count} | {one.inserted} | {one.updated} | {one.deleted} |"
            for one in done
        )
        log.info(
            "published %s marts: %s rows inserted, %s updated, %s deleted",
            len(done),
            sum(one.inserted for one in done),
            sum(one.updated for one in done),
            sum(one.deleted for one in done),
        )
        return dg.MaterializeResult(
            metadata={
                "stale_sources": ", ".join(complete.stale) or "none",
                "dagster/row_count": sum(one.row_count for one in done),
                "tables": dg.MetadataValue.md(
                    "| mart | rows | inserted | updated | deleted |\n|---|---|---|---|---|\n" + rows
                ),
            }
        )

    return dg.Definitions(assets=[publish_marts])
