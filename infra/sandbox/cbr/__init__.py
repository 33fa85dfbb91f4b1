"""The Central Bank of Russia's rates: `XML_daily.asp` and `XML_dynamic.asp`.

::

    rates.py     which rates a world has, and the days on which the bank sets one
    protocol.py  what the sandbox finds: paths, settings, faults
    http.py      the routes, the XML in windows-1251, and the refusal of who names no User-Agent

Source: cbr.ru/development/SXML.
"""
