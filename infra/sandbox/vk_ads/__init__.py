"""The API of VK Ads: tokens, lists of objects, statistics of days.

::

    protocol.py  what the server, the settings and the faults take from here
    http.py      routes, errors, limits
    tokens.py    five tokens of an application and a user, refreshed in place
    records.py   what a world holds, and how it is filled and changed
    days.py      the answer of `statistics/{ad_plans|ad_groups|banners|users}/day.json`

From documentation alone, a mirror of ads.vk.com/doc/api of 2026-04-02: info/Authorization,
info/Statistics, "API", resource/AdPlans, /AdGroups, /Banners. No licensed sample was at hand.
"""
