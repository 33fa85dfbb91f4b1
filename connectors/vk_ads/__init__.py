"""VK Ads (ads.vk.com) over its API, read-only: the advertiser, its objects, and their days.

What lands:

- `users`: the advertiser, with the currency of every amount and whether amounts hold VAT;
- `campaigns`, `ad_groups`, `ads` (the API's ad_plans, ad_groups, banners), deleted ones too,
  because their past spend keeps their names;
- `campaign_days`, `ad_group_days`, `ad_days`: spend, shows, clicks, goals by object and day.

Statistics are asked of version 2, by ids: the answer documented for version 3 is one sum for the
whole period, without days. So ids are listed first, and 200 of them are asked for at a time.

What is left out: further sets of metrics (video, carousel, uniques, social actions), goals one by
one, the near real-time figures, which are not cleaned of fraud; an agency's list of clients,
because each client is an account of its own here; access given by other people's consent, which VK
grants to few applications.

Honesty of the days: clicks found to be fraud are taken back later, and goals are credited to the
day of the event. So landed days are replaced: the last seven each time, the last 35 once a week. A
day without any figure is no row. Days are Moscow's. 366 days are served.

Everything here is from documentation, not seen live: a mirror of ads.vk.com/doc/api of 2026-04-02
(info/Authorization, info/Statistics, methods/AdPlans, AdGroups, Banners).
For people: docs/sources/vk_ads.md.
"""

from connectors.stream import Source
from connectors.vk_ads.client import VkAds
from connectors.vk_ads.settings import Settings
from connectors.vk_ads.streams import STREAMS
from connectors.vk_ads.verdicts import SOURCE_NAME

__all__ = ["SOURCE"]

SOURCE = Source(
    name=SOURCE_NAME,
    title="VK Ads",
    streams=STREAMS,
    settings=Settings,
    open=VkAds,
    never_empty=frozenset({"users"}),
)
