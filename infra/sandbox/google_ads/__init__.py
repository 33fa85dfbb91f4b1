"""The Google Ads API over REST, version 26, read-only.

::

    http.py       routes: token, accessible customers, `searchStream`, `search`
    access.py     who may see which customer, through which manager
    signing.py    what a service account has signed
    gaql.py       the query language, as far as the served resources need it
    catalogue.py  resources and fields, with their types
    levels.py     ad groups, ads, keywords, conversion actions, clicks: as a world states them
    report.py     a query's rows
    finer.py      those below the campaign
    answer.py     rows in the REST spelling; errors in Google's shape

Served resources: `customer`, `customer_client`, `campaign`, `ad_group`, `ad_group_ad`,
`keyword_view` with `segments.date` and the metrics that a campaign's day has; a campaign's
conversions by action; `click_view`, one day at a time and 90 days back. Every other version
answers as a sunset one: 404 with an HTML page.
Source: developers.google.com/google-ads/api, names and types from the google-ads 34 wheel.
"""
