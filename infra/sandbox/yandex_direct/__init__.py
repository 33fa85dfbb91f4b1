"""The Yandex Direct API, versions 5 and 501: the Reports service and the object services.

::

    http.py     routes, tokens, an agency and its clients, the `Units` header
    reports.py  a report's definition, checked, and its TSV
    facts.py    the rows behind a report: campaigns, or what is shown below them
    queue.py    the offline queue: 201, 202, 200, and what is kept
    objects.py  `clients`, `agencyclients`, `campaigns`, `adgroups`, `ads`
    details.py  what a world writes below its campaigns
    answer.py   error bodies

Source: yandex.com/dev/direct/doc.
"""
