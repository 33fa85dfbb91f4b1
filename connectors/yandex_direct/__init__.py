"""Yandex Direct over the Reports service and the object services, read-only.

What lands:

- `clients`: the advertiser, or every client of an agency, with the currency of every amount;
- `campaigns`, `ad_groups`, `ads`: what is advertised, archived and unified ones among them;
- `campaign_days`: cost with and without VAT, impressions, clicks, conversions, revenue by campaign
  and day; `ad_group_days`, `ad_days`, `keyword_days`: the same below it;
- `goal_days`: conversions and revenue of each goal that the settings name.

The campaign is the true grain of spend: campaigns of the wizard show no groups and no ads.

Honesty of the days: statistics settle within about three days, clicks found to be fraud are
refunded later, and a campaign's day without any figure is no longer in the report. So landed days
are replaced, never merged: the last seven each time, the last 35 once a week. Days are
Moscow's. The `AUTO` period of the service is not used: what it returns depends on earlier calls.

Limits: 20 requests in ten seconds, five reports waiting in an advertiser's queue, about three years
of history. A finished report is kept for five hours under its name and served again unchanged.

Pages: yandex.com/dev/direct/doc/en/reports, /spec, /mode, /restrictions, /headers, /actual,
/clients, /agencyclients, /campaigns, /adgroups, /ads, /concepts/units.
For people: docs/sources/yandex_direct.md.
"""

from connectors.stream import Source
from connectors.yandex_direct.client import YandexDirect
from connectors.yandex_direct.settings import Settings
from connectors.yandex_direct.streams import STREAMS
from connectors.yandex_direct.verdicts import SOURCE_NAME

__all__ = ["SOURCE"]

SOURCE = Source(
    name=SOURCE_NAME,
    title="Yandex Direct",
    streams=STREAMS,
    settings=Settings,
    open=YandexDirect,
    never_empty=frozenset({"clients"}),
)
