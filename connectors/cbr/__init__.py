"""The official rates of the Central Bank of Russia: roubles for a currency, day by day.

What lands: `rates`, one record per currency and day on which the bank set a rate, as the bank wrote
it: the value in roubles for so many units (`Nominal`), with a decimal comma.

What is left out: days without a rate of their own. The bank sets none for Sundays, Mondays and
holidays, and none from New Year to about the 10th of January; the rate set last holds. Which one
holds on a day is decided in dbt, where it is seen how old it is. Names and numeric codes of
currencies are not read either.

Honesty of the days: a rate that was set is not restated, so days are replaced only to heal runs
that were missed. What a range holds is held against the daily list of its last day, which is asked
for apart: a range that lacks the rate that the list shows is not landed.

Limits: none stated; two requests a second are sent. Whoever sends no User-Agent is refused.

Pages: cbr.ru/development/SXML. For people: docs/sources/cbr.md.
"""

from connectors.cbr.answers import SOURCE_NAME
from connectors.cbr.client import CentralBank
from connectors.cbr.settings import Settings
from connectors.cbr.streams import STREAMS
from connectors.stream import Source

__all__ = ["SOURCE"]

SOURCE = Source(
    name=SOURCE_NAME,
    title="Central Bank of Russia",
    streams=STREAMS,
    settings=Settings,
    open=CentralBank,
    never_empty=frozenset({"rates"}),
)
