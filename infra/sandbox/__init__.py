"""The demo company behind real API shapes, on loopback: Bitrix24, Google Ads, Yandex Direct.

::

    worlds/         companies: an imagined one, and any CRM export given as files
    store.py        a company's records, as the source systems know them
    ledger.py       the true answers, written before anything is served
    bitrix24/, google_ads/, yandex_direct/    the protocols
    server.py       HTTP and HTTPS in one process; process.py starts and stops it
    control.py      faults and changes on demand

The product never knows that it is there: only base URLs differ.
"""
