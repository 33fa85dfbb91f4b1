"""The Bitrix24 REST protocol, version 2, over an inbound webhook or with an application's tokens.

::

    http.py      the route `/rest/{user}/{secret}/{method}`, from request to JSON body
    oauth.py     the application's tokens: issued, spent, ended
    portal.py    one portal: its methods, rights, limits and clock
    params.py    JSON bodies, PHP bracket parameters, the types that both arrive in
    batch.py     `batch` and its `$result[...]` references
    filters.py   filter keys with their prefixes, as SQL over the store
    fields.py    what a field is, and the two spellings of its name
    entities.py  the fields of leads, deals, contacts and companies
    smart.py     those of quotes, smart invoices and smart processes
    titles.py    what standard fields are called
    schema.py    an entity as one portal has it, with its custom fields
    rows.py      pages of rows, their values left as JSON text
    items.py     `crm.item.*`: typed values, strict filters
    classic.py   `crm.deal.*` and its siblings: strings, lenient filters
    invoices.py  `crm.invoice.list`, the old invoices
    product_rows.py what is sold in an item
    links.py     whom an item is linked with
    history.py   `crm.stagehistory.list`
    activities.py `crm.activity.list`
    calls.py     `voximplant.statistic.get`
    people.py    users and departments
    directory.py statuses, pipelines, currencies, types of smart processes
    system.py    `scope`, `profile`, `server.time` and their like
    limits.py    the leaky bucket and the ten minutes of operating time
    answer.py    answers, errors and the `time` block

What is left out: everything that writes, REST v3 and the entities that no
stream of ours reads. A method that is not served answers as one that does not exist.

Behaviour is taken from the vendor's documentation (github.com/bitrix24/b24restdocs); where a
docstring says *observed*, from issue threads of public clients instead.
"""
