"""The Yandex Direct API, version 5: the Reports service, clients and campaigns.

::

    http.py     routes, tokens, logins, the `Units` header
    reports.py  a report's definition, checked, and its TSV
    queue.py    the offline queue: 201, 202, 200, and what is kept
    objects.py  `clients` and `campaigns`
    answer.py   error bodies

Source: yandex.com/dev/direct/doc.
"""
