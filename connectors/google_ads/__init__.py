"""Google Ads over REST, read-only: who advertises, and what each level of it cost and brought.

What lands:

- `customers`, `campaigns`, `ad_groups`, `ads`: removed ones too, because old spend is theirs;
- `campaign_days`: cost in micros, impressions, clicks, conversions by campaign and day;
- `ad_group_days`, `ad_days`, `keyword_days`: the same figures, finer;
- `conversion_days`: conversions by campaign, action and day of the click;
- `clicks`: each gclid with its campaign, ad group, ad and keyword.

The campaign is the true grain of spend: Performance Max has no complete finer level.

What is left out: averages and rates, which never add up and can be computed.

Honesty of the days: recent cost and conversions are provisional, and a campaign's day whose metrics
all became zero is no longer in the answer. So landed days are replaced, never merged, and the
last 30 are read again each time. Days are the customer's own, in its time zone; cost holds no
VAT. Google serves 37 months of days, and 90 days of clicks, one day a question.

A manager account stands for the customers under it, which are found anew each time.

Limits: one `searchStream` is one operation whatever its rows, and an Explorer project has 2,880
a day. A used-up quota ends the source until Google wants to be asked again. Developer tokens ended
on 2026-09-09: the header is sent only where one is set.

Pages: developers.google.com/google-ads/api/rest/common/search,
developers.google.com/google-ads/api/docs/sunset-dates,
developers.google.com/google-ads/api/docs/api-policy/developer-token.
For people: docs/sources/google_ads.md.
"""

from connectors.google_ads.client import GoogleAds
from connectors.google_ads.settings import Settings
from connectors.google_ads.streams import STREAMS
from connectors.google_ads.verdicts import SOURCE_NAME
from connectors.stream import Source

__all__ = ["SOURCE"]

SOURCE = Source(
    name=SOURCE_NAME,
    title="Google Ads",
    streams=STREAMS,
    settings=Settings,
    open=GoogleAds,
    never_empty=frozenset({"customers"}),
)
