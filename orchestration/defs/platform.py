"""What every run shares: the resources, the daily job and its schedule."""

import dagster as dg

from orchestration import automation, resources


@dg.definitions
def defs() -> dg.Definitions:
    """Return the platform of the code location."""
    return dg.Definitions(
        executor=dg.in_process_executor,
        jobs=[automation.DAILY],
        schedules=[automation.daily_schedule(resources.timezone())],
        resources={
            "warehouse": resources.warehouse_resource,
            "company": resources.company_resource,
            "accounts": resources.accounts_resource,
            "dbt": resources.dbt_resource,
        },
    )
