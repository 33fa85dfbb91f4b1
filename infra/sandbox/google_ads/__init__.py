"""The Google Ads API over REST, version 26, read-only.

::

    http.py       routes: token, accessible customers, `searchStream`, `search`
    access.py     who may see which customer, through which manager
    gaql.py       the query language, as far as the served resources need it
    catalogue.py  resources and fields, with their types
    report.py     a query's rows
    answer.py     rows in the REST spelling; errors in Google's shape

Served resources: `customer`, `customer_client`, `campaign`, with `segments.date` and the metrics
that a campaign's day has. Every other version answers as a sunset one: 404 with an HTML page.
Source: developers.google.com/google-ads/api, names and types from the google-ads 34 wheel.
"""
