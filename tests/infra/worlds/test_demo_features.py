"""Each oddity of real portals that the demo company must have, found in what is served."""

# ruff: noqa: S608 - statements are built of the constants of this file
from __future__ import annotations

import json

import pytest

DEAL = "from item where entity_type_id = 2 and deleted = 0"
LEAD = "from item where entity_type_id = 1 and deleted = 0"
HISTORY = "from stage_history h where entity_type_id = 2"
WON = f"{DEAL} and json_extract(payload, '$.stageSemanticId') = 'S'"
NO_WIN_IN_HISTORY = (
    f"{WON} and not exists (select 1 from stage_history h where h.entity_type_id = 2"
    " and h.owner_id = item.id and json_extract(h.payload, '$.STAGE_SEMANTIC_ID') = 'S')"
)


def _field(name: str) -> str:
    return f"json_extract(payload, '$.{name}')"


def _with_mark(condition: str) -> str:
    return f"select count(*) {LEAD} and {condition}"


def _with_phone(like: str) -> str:
    return (
        "select count(*) from item, json_each(payload, '$.fm') where entity_type_id = 1"
        f" and json_extract(value, '$.typeId') = 'PHONE' and json_extract(value, '$.value') {like}"
    )


FEATURES = {
    "deleted deals": ("select count(*) from item where entity_type_id = 2 and deleted = 1", 50),
    "deleted leads": ("select count(*) from item where entity_type_id = 1 and deleted = 1", 50),
    "history that outlived its deal": (
        f"select count(*) {HISTORY} and not exists (select 1 from item where entity_type_id = 2"
        " and deleted = 0 and item.id = h.owner_id)",
        5,
    ),
    "recurring templates": (f"select count(*) {DEAL} and {_field('isRecurring')} = 'Y'", 30),
    "own companies": (
        f"select count(*) from item where entity_type_id = 4 and {_field('isMyCompany')} = 'Y'",
        2,
    ),
    "deals without a lead": (f"select count(*) {DEAL} and {_field('leadId')} is null", 1000),
    "leads with two deals": (
        f"select count(*) from (select 1 {DEAL} and {_field('leadId')} is not null"
        f" group by {_field('leadId')} having count(*) = 2)",
        50,
    ),
    "repeat deals": (f"select count(*) {DEAL} and {_field('isReturnCustomer')} = 'Y'", 300),
    "reopened deals": (
        f"select count(distinct owner_id) {HISTORY} and exists (select 1 from stage_history e"
        " where e.entity_type_id = 2 and e.owner_id = h.owner_id and e.id < h.id"
        " and json_extract(e.payload, '$.STAGE_SEMANTIC_ID') in ('S', 'F'))"
        " and json_extract(h.payload, '$.STAGE_SEMANTIC_ID') = 'P'",
        100,
    ),
    "deals moved to another pipeline": (
        f"select count(*) {HISTORY} and json_extract(payload, '$.TYPE_ID') = 5",
        20,
    ),
    "wins dated by movedTime": (
        f"select count(*) {NO_WIN_IN_HISTORY} and {_field('movedTime')} is not null",
        50,
    ),
    "wins dated by closedate": (
        f"select count(*) {NO_WIN_IN_HISTORY} and {_field('movedTime')} is null"
        f" and {_field('closedate')} is not null",
        25,
    ),
    "wins without any date": (
        f"select count(*) {NO_WIN_IN_HISTORY} and {_field('movedTime')} is null"
        f" and {_field('closedate')} is null",
        10,
    ),
    "wins in the first hours of a month": (
        f"select count(*) {WON} and substr({_field('movedTime')}, 9, 5) in ('01T00', '01T01')",
        10,
    ),
    "deals of a person who is no user": (
        f"select count(*) {DEAL} and {_field('assignedById')} = 9999",
        5,
    ),
    "deals of nobody (0)": (f"select count(*) {DEAL} and {_field('assignedById')} = 0", 5),
    "deals of nobody (null)": (f"select count(*) {DEAL} and {_field('assignedById')} is null", 5),
    "stages that no dictionary has": (
        f"select count(*) {DEAL} and {_field('stageId')} not in (select"
        " json_extract(d.payload, '$.STATUS_ID') from dictionary d where kind = 'status')",
        15,
    ),
    "dismissed managers with deals": (
        f"select count(*) {DEAL} and {_field('assignedById')} in (select cast(id as int)"
        " from dictionary d where kind = 'user' and json_extract(d.payload, '$.ACTIVE') = 0)",
        100,
    ),
    "reassigned: not the one who worked on the lead": (
        f"select count(*) {DEAL} and {_field('leadId')} is not null and {_field('assignedById')} <>"
        " (select json_extract(l.payload, '$.assignedById') from item l where l.entity_type_id = 1"
        " and l.id = json_extract(item.payload, '$.leadId'))",
        50,
    ),
    "deals in dollars": (f"select count(*) {DEAL} and {_field('currencyId')} = 'USD'", 50),
    "deals in a currency quoted per hundred": (
        f"select count(*) {DEAL} and {_field('currencyId')} = 'KZT'",
        5,
    ),
    "wins of nothing": (f"select count(*) {WON} and {_field('opportunity')} = 0", 5),
    "deals without a customer": (
        f"select count(*) {DEAL} and {_field('contactId')} = 0 and {_field('companyId')} = 0",
        20,
    ),
    "deals with two contacts": (
        f"select count(*) {DEAL} and json_array_length(payload, '$.contactIds') = 2",
        50,
    ),
    "upper-case marks": (_with_mark(f"{_field('utmSource')} = 'YANDEX'"), 20),
    "percent-encoded marks": (_with_mark(f"{_field('utmCampaign')} like '\\%D0%' escape '\\'"), 20),
    "marks encoded twice": (
        _with_mark(f"{_field('utmCampaign')} like '%\\%25D0%' escape '\\'"),
        20,
    ),
    "plus for a space": (_with_mark(f"{_field('utmCampaign')} like 'Поиск+%'"), 20),
    "full-width letters": (_with_mark(f"{_field('utmMedium')} = 'ｃｐｃ'"), 10),
    "unfilled placeholders": (_with_mark(f"{_field('utmCampaign')} = '{{campaign_id}}'"), 50),
    "not set": (_with_mark(f"{_field('utmMedium')} = '(not set)'"), 10),
    "not stated, in Russian": (_with_mark(f"{_field('utmMedium')} = '<не указано>'"), 10),
    "a broken percent sequence": (_with_mark(f"{_field('utmTerm')} = '%D0%BE%D0'"), 50),
    "campaign ids": (_with_mark(f"trim({_field('utmCampaign')}) = '708312401'"), 100),
    "an id that two platforms share": (_with_mark(f"{_field('utmCampaign')} = '708312456'"), 20),
    "Google click ids": (_with_mark(f"{_field('UF_CRM_GCLID')} is not null"), 500),
    "Yandex click ids": (_with_mark(f"{_field('UF_CRM_YCLID')} is not null"), 500),
    "a deal with none of its lead's marks": (
        f"select count(*) {DEAL} and {_field('utmSource')} is null and {_field('sourceId')} is null"
        " and (select json_extract(l.payload, '$.utmSource') from item l where l.entity_type_id = 1"
        " and l.id = json_extract(item.payload, '$.leadId')) is not null",
        200,
    ),
    "phones with brackets": (_with_phone("like '+7 (%'"), 500),
    "phones from eight": (_with_phone("glob '8[0-9]*'"), 500),
    "phones with hard spaces": (_with_phone("like '%\u00a0%'"), 50),
    "phones with an extension": (_with_phone("like '%доб.%'"), 50),
    "two phones in one": (_with_phone("like '%, %'"), 50),
    "phones that are none": (_with_phone("= 'не звонить!'"), 20),
    "missed calls": (
        f"select count(*) from call where {_field('CALL_FAILED_CODE')} = '304'",
        1000,
    ),
    "short calls": (
        f"select count(*) from call where {_field('CALL_FAILED_CODE')} = '200'"
        f" and cast({_field('CALL_DURATION')} as int) < 10",
        500,
    ),
    "calls bound to nothing": (
        f"select count(*) from call where {_field('CRM_ENTITY_TYPE')} is null",
        100,
    ),
    "a department inside a department inside the root": (
        "select count(*) from dictionary a join dictionary b on b.kind = 'department'"
        " and b.id = json_extract(a.payload, '$.PARENT') where a.kind = 'department'"
        " and json_extract(b.payload, '$.PARENT') = '1'",
        4,
    ),
    "a Google account under a manager": (
        "select count(*) from google_customer where manager_id is not null"
        f" and {_field('currencyCode')} = 'USD'",
        1,
    ),
    "a Yandex account in roubles": (
        f"select count(*) from yandex_client where {_field('Currency')} = 'RUB'",
        1,
    ),
}


@pytest.mark.parametrize("feature", FEATURES)
def test_planted(demo, feature: str) -> None:
    sql, least = FEATURES[feature]
    assert demo.count(sql) >= least


@pytest.mark.parametrize(
    "escape",
    ["\\u0000", "\\ud83d ", "🏠", "=HYPERLINK(", "\u202e", "Ё" * 255, "\\r\\n"],
)
def test_texts_that_break_things(demo, escape: str) -> None:
    texts = demo.store.query(
        "select payload from item where entity_type_id = 2 and instr(payload, ?) > 0", (escape,)
    )
    surrogate = escape.startswith("\\ud83d")
    assert texts
    for (text,) in texts:
        assert json.loads(text)["title"]
        if surrogate:
            with pytest.raises(UnicodeEncodeError):
                json.loads(text)["title"].encode()


def test_money_is_written_without_binary_rounding(demo) -> None:
    texts = demo.store.query("select payload from item where entity_type_id = 2")
    shapes = {text.split('"opportunity":')[1].split(",")[0] for (text,) in texts}
    assert all(shape.replace(".", "", 1).isdigit() for shape in shapes)
    assert all(len(shape.partition(".")[2]) in (0, 2) for shape in shapes)


def test_the_stage_of_a_deal_is_the_last_of_its_history(demo) -> None:
    wrong = demo.store.query(
        "select item.id from item where entity_type_id = 2 and deleted = 0"
        " and json_extract(payload, '$.stageSemanticId') <> 'S'"
        " and json_extract(payload, '$.stageId') <> (select json_extract(h.payload, '$.STAGE_ID')"
        " from stage_history h where h.entity_type_id = 2 and h.owner_id = item.id"
        " order by h.id desc limit 1)"
    )
    assert wrong == []
