"""Data API 2.0 of UIS and its sister brands.

::

    protocol.py  what the server, the settings and the faults take from here
    http.py      the one route, JSON-RPC, sessions, the white list
    reports.py   a report: window, fields, paging
    fields.py    which fields each report has
    errors.py    error bodies, under HTTP 200

Source: comagic.github.io/data_api.
"""
