"""Spend without an API: CSV files that people write or platforms export, and Google Sheets.

What lands: `spend_lines`, each line as written. Offline advertising, bloggers, and every platform
that there is no connector for come this way, under the platform's own name and with the channel
that the company says it belongs to; none is ever shown as another platform. And `fees`: what an
agency or a platform charges beside the spend, a percentage of it or an amount a month, from a day
to a day.

What is left out: files that do not end in `.csv` (a warning names them), folders in the folder.

Honesty: the place is read whole each time, so a corrected line replaces the old one, and what was
removed is marked as deleted. A folder with one wrong line lands nothing; all that is wrong is
reported together, each with file, line and column. A copy of a file is refused.

Limits: a sheet of 32 MB. Format: docs/sources/csv_spend.md.
"""

from connectors.csv_spend.client import SOURCE_NAME, open_place
from connectors.csv_spend.settings import Settings
from connectors.csv_spend.streams import STREAMS
from connectors.stream import Source

__all__ = ["SOURCE"]

SOURCE = Source(
    name=SOURCE_NAME,
    title="Spend without an API",
    streams=STREAMS,
    settings=Settings,
    open=open_place,
)
