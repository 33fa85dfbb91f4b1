"""What starts by itself: one job, once a day; what a person starts waits behind it.

Here: the names and the moment. A run is one process (docs/adr/0003), so a source that waits for
its limits holds no second one. Nothing starts from a condition that stays true, such as "stale":
a broken source would then be asked again for ever.
Concept: https://docs.dagster.io/guides/automate/schedules
"""

from zoneinfo import ZoneInfo

import dagster as dg

from orchestration.keys import AGAIN

JOB = "daily"
SIX_IN_THE_MORNING = "0 6 * * *"
"""Late enough for the ad platforms to have closed yesterday, early enough for the first reader."""


DAILY = dg.define_asset_job(
    JOB,
    selection=dg.AssetSelection.all() - dg.AssetSelection.key_prefixes(AGAIN),
    executor_def=dg.in_process_executor,
    tags={"dagster/priority": "10"},  # goes before the months of a backfill that wait in line
    description="Land every source, build and check the marts, publish them together.",
)


def daily_schedule(timezone: ZoneInfo) -> dg.ScheduleDefinition:
    """Return the schedule of the daily job in the company's time zone, on from the start."""
    return dg.ScheduleDefinition(
        name=f"{JOB}_at_six",
        job_name=JOB,
        cron_schedule=SIX_IN_THE_MORNING,
        execution_timezone=timezone.key,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
