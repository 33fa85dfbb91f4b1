"""Yandex Direct over the Reports service, read-only.

What lands: the advertiser (its currency), and each campaign's day: cost with VAT, clicks,
impressions, conversions. The campaign is the true grain of spend: campaigns of the wizard show no
groups and no ads.

What is left out: finer levels, goals, revenue, agency clients.

Honesty of the days: statistics settle within about three days, clicks found to be fraud are
refunded later, and a day whose figures all became zero vanishes. So a window is replaced, never
merged: the last seven days each time, the last 35 once a week. Days are Moscow's.

Limits: 20 requests in ten seconds, five reports waiting in the queue of an advertiser, three years
of history; a finished report is kept for five hours under its name, and served again unchanged.

Pages: yandex.com/dev/direct/doc/en/reports, /spec, /mode, /restrictions, /headers, /actual.
"""

from connectors.yandex_direct.streams import SOURCE

__all__ = ["SOURCE"]
