"""`crm.deal.contact.items.get`, `crm.contact.company.items.get`: whom an item is linked with.

The same links stand in the items themselves (`contactIds`, `companyIds`), the first of them the
primary one. Source: api-reference/crm/deals/contacts and crm/contacts/company.
"""

from __future__ import annotations

from functools import partial

from infra.sandbox.bitrix24.answer import Answer, ApiError
from infra.sandbox.bitrix24.params import Params, integer, pick
from infra.sandbox.bitrix24.portal import Method, Portal
from infra.sandbox.store import CONTACT, DEAL

_STEP = 10


def list_links(
    entity_type_id: int, many: str, column: str, portal: Portal, params: Params
) -> Answer:
    """Serve the links of one item.

    Args:
        entity_type_id: what the item is.
        many: the field of the item that holds the linked ids.
        column: what an id is called in the answer.
        portal: the portal.
        params: `id`, the item.
    """
    item_id = integer(pick(params, "id", "ID"))
    if item_id <= 0:
        raise ApiError(
            code="", description="The parameter ownerEntityID is invalid or not defined."
        )
    item = portal.store.item(entity_type_id, item_id)
    if item is None:
        raise ApiError(code="", description="Not found.")
    links = [
        {
            column: linked,
            "SORT": _STEP * number,
            "ROLE_ID": 0,
            "IS_PRIMARY": "Y" if number == 1 else "N",
        }
        for number, linked in enumerate(item.get(many) or [], start=1)
    ]
    return Answer(result=links, rows=len(links))


METHODS = {
    "crm.deal.contact.items.get": Method(run=partial(list_links, DEAL, "contactIds", "CONTACT_ID")),
    "crm.contact.company.items.get": Method(
        run=partial(list_links, CONTACT, "companyIds", "COMPANY_ID")
    ),
}
