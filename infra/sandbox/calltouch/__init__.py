"""The API of Calltouch: the diary of calls, and requests.

::

    protocol.py  what the server, the settings and the faults take from here
    http.py      routes, the token, paging
    dates.py     the two ways of reading a day

Source: calltouch.ru/support, "API: calls", "API: requests"; names and types of fields from the
public client github.com/mg-realcom/calltouch-sdk (facts only).
"""
