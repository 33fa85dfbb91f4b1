"""What only the company itself knows, in files of its own.

What lands: `channel_rules`, from the file `channel_rules.csv`. The rules say what the portal's own
CRM sources and UTM spellings mean; they share the columns of the dbt seed `channel_rules` and win
over it. And `custom_fields`, from `custom_fields.csv`: names for custom fields of the CRM, which
win over the titles that the portal shows. `plan`, from `plan.csv`: what the company means to reach,
by month. `marketing_actions`, from `marketing_actions.csv`: what it did, and the days before that
each is held against. A missing file is no row at all.

What is left out: every other file of the folder (a warning names it).

Honesty: the file is read whole each time; a row that was removed is marked as deleted. A file with
one wrong line lands nothing, and all that is wrong with it is reported together.

Limits: none. Format: docs/sources/company.md.
"""

from connectors.company.client import SOURCE_NAME, open_folder
from connectors.company.settings import Settings
from connectors.company.streams import STREAMS
from connectors.stream import Source

__all__ = ["SOURCE"]

SOURCE = Source(
    name=SOURCE_NAME,
    title="The company's own files",
    streams=STREAMS,
    settings=Settings,
    open=open_folder,
)
