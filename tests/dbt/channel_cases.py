"""Records that meet one step of the channel ladder each, and what each of them must come to.

The answers follow the steps of "Channels" in the definitions of metrics, by hand. A record carries
the marks of later steps too, so that a step that is skipped, or asked too late, changes the answer.
"""

from __future__ import annotations

from typing import Any

Answer = tuple[str, str, str | None, str | None]
"""Channel, method, rule, campaign."""

BOUGHT = {"contactId": 7}
"""Contact 7 has had a deal, so step 12 would find something for each of its records."""

PAIR = {"utmSource": "google", "utmMedium": "cpc"}
NOTHING: Answer = ("unknown", "none", None, None)


def _marks(
    source: str | None = None,
    medium: str | None = None,
    campaign: str | None = None,
    content: str | None = None,
    term: str | None = None,
) -> dict[str, Any]:
    return {
        "utmSource": source,
        "utmMedium": medium,
        "utmCampaign": campaign,
        "utmContent": content,
        "utmTerm": term,
    }


# Lead id: what it carries, what it must come to.
LEADS: dict[int, tuple[dict[str, Any], Answer]] = {
    # 1. A person decided; nothing else counts. A word that is no channel decides nothing.
    101: (
        {"UF_CRM_1": "Авито и доски", "UF_CRM_GCLID": "known-1", **PAIR, **BOUGHT},
        ("classifieds", "manual", None, None),
    ),
    102: ({"UF_CRM_1": "не знаю", **PAIR}, ("google_ads", "utm_pair", "pair google/cpc", None)),
    # 2. Google knows the click; a campaign id of Yandex in a mark comes later.
    103: (
        {"UF_CRM_GCLID": "known-1", **_marks("yandex", "cpc", "7001"), **BOUGHT},
        ("google_ads", "click_view", None, "8001"),
    ),
    104: (
        _marks("vk", "cpc", content="x&gclid=Known-2"),
        ("google_ads", "click_view", None, "8002"),
    ),
    # 4. Before a click id and the pair; content before term; an id in utm_source is no campaign.
    105: (
        {"UF_CRM_GCLID": "unheard", **_marks("google", "cpc", "brand_7001|x"), **BOUGHT},
        ("yandex_direct", "campaign_id", None, "7001"),
    ),
    106: (
        _marks("8002", content="8001", term="7001"),
        ("google_ads", "campaign_id", None, "8001"),
    ),
    # An id that two platforms have, one that a CSV campaign has, one inside a longer number.
    107: (
        _marks("google", "cpc", "5555", "99", "170012"),
        ("google_ads", "utm_pair", "pair google/cpc", None),
    ),
    # 5. Before the pair; the campaign's name still fills in the campaign.
    108: (
        {"UF_CRM_YCLID": "1234567", **_marks("google", "cpc", "лето"), **BOUGHT},
        ("yandex_direct", "click_id", "click yclid", "7001"),
    ),
    109: (_marks(content="b?wbraid=Abc_12345"), ("google_ads", "click_id", "click wbraid", None)),
    110: ({"UF_CRM_2": "gb-12345"}, ("google_ads", "click_id", "click gbraid", None)),
    111: (_marks(content="rb_clickid=abc123"), ("vk_ads", "click_id", "click rb_clickid", None)),
    112: (_marks(content="notgclid=987654321"), NOTHING),
    # Facebook's id alone; beside a pair it says nothing, beside another id neither.
    113: ({"UF_CRM_3": "IwAR12345"}, ("organic_social", "click_id", "click fbclid", None)),
    114: (
        {"UF_CRM_3": "IwAR12345", **_marks("fb", "cpc")},
        ("meta_ads", "utm_pair", "pair fb/cpc", None),
    ),
    115: (
        {"UF_CRM_3": "IwAR12345", "UF_CRM_YCLID": "1234567"},
        ("yandex_direct", "click_id", "click yclid", None),
    ),
    # 6. The pair, its source alone, a company's rule before the general one, its days.
    116: ({**PAIR, "sourceId": "PARTNER"}, ("google_ads", "utm_pair", "pair google/cpc", None)),
    117: (_marks("Avito"), ("classifieds", "utm_pair", "source avito", None)),
    118: (_marks("google"), NOTHING),
    119: (_marks("dated", "x"), NOTHING),  # the rule begins in June
    120: (_marks("own", "cpc"), ("influencers", "utm_pair", "own pair", None)),
    # A name of another channel's campaign, and one that two campaigns share, fill in none.
    121: (_marks("avito", campaign="лето"), ("classifieds", "utm_pair", "source avito", None)),
    122: (
        _marks("google", "cpc", "двойник"),
        ("google_ads", "utm_pair", "pair google/cpc", None),
    ),
    # 7. The medium alone.
    123: (
        {**_marks("rutube", "cpc"), "sourceId": "PARTNER"},
        ("other_paid", "utm_medium", "medium cpc", None),
    ),
    # 9. The host, one that it lies in, any other; the site itself and a place to pay are none.
    124: (
        {"UF_CRM_4": "https://www.Yandex.ru:443/search?text=x", "sourceId": "PARTNER"},
        ("organic_search", "referrer", "referrer yandex.ru", None),
    ),
    125: ({"UF_CRM_4": "away.vk.com"}, ("organic_social", "referrer", "referrer vk.com", None)),
    126: ({"UF_CRM_4": "http://forum.example/a"}, ("referral", "referrer", None, None)),
    127: ({"UF_CRM_4": "shop.example"}, NOTHING),
    128: ({"UF_CRM_4": "https://pay.yookassa.ru/1"}, NOTHING),
    129: (
        {"UF_CRM_4": "mail.yandex.ru"},
        ("mailing", "referrer", "referrer mail.yandex.ru", None),
    ),
    # 10. The CRM's code; those of contact methods are none.
    130: (
        {"sourceId": "recommendation", **BOUGHT},
        ("word_of_mouth", "crm_source", "crm RECOMMENDATION", None),
    ),
    131: ({"sourceId": "CALLBACK"}, NOTHING),
    # 12. Had a deal before; and the same marks of somebody who had none.
    132: ({"sourceId": "CALL", **BOUGHT}, ("existing_base", "known_customer", None, None)),
    133: ({"sourceId": "CALL", "contactId": 8}, NOTHING),
    # 13. Placeholders are no marks.
    134: (_marks("{source}", "(not set)", "%7Bcampaign_id%7D"), NOTHING),
}

# Lead id: the calls that it may have begun with, and what it comes to.
# A call: minutes after the creation, type (1 ours, 2 theirs, 4 a callback), what Calltouch saw.
CALLED: dict[int, tuple[dict[str, Any], list[tuple[int, int, dict[str, Any] | None]], Answer]] = {
    # 3. The platform's own id of the tracker, before a click id and the pair.
    201: (
        {"UF_CRM_GCLID": "unheard", **PAIR},
        [(-3, 2, {"yandexDirect": {"campaignId": 7001, "adGroupId": 71, "adId": 72}})],
        ("yandex_direct", "campaign_id", None, "7001"),
    ),
    # The visit of the call tells where the record does not.
    202: ({}, [(4, 2, PAIR)], ("google_ads", "utm_pair", "pair google/cpc", None)),
    203: ({}, [(6, 2, PAIR)], NOTHING),  # after the creation: no origin
    204: ({}, [(-1441, 2, PAIR)], NOTHING),  # a day and a minute before
    205: (
        _marks("vk", "cpc"),
        [(-1, 2, {"utmSource": "google", "utmMedium": "cpc", "utmCampaign": "brand"})],
        ("vk_ads", "utm_pair", "pair vk/cpc", None),
    ),
    206: (
        {},
        [(-1, 2, {"url": "https://shop.example/?rb_clickid=abc123"})],
        ("vk_ads", "click_id", "click rb_clickid", None),
    ),
    # 8. A number in one place only; with a visit, the number is of a pool; ours rings out from it.
    207: (
        {"sourceId": "PARTNER"},
        [(-1, 2, {"phoneNumber": "+7 (495) 000-00-77"})],
        ("offline", "tracked_number", "billboard", None),
    ),
    208: (
        {},
        [(-1, 2, {"phoneNumber": "74950000077", "sessionId": 5, "ref": "https://ya.ru/"})],
        ("organic_search", "referrer", "referrer ya.ru", None),
    ),
    209: ({}, [(-1, 4, {"phoneNumber": "74950000077"})], NOTHING),
    # 11. A visit without a referrer; the source code comes before.
    210: ({}, [(-1, 2, {"sessionId": 6})], ("direct", "session", None, None)),
    211: (
        {"sourceId": "PARTNER"},
        [(-1, 2, {"sessionId": 7})],
        ("existing_base", "crm_source", "crm PARTNER", None),
    ),
    # 12. We called first; before that, they had; a callback is theirs; ours came after a form.
    212: ({}, [(-2, 1, None), (-1, 2, None)], ("outbound", "outgoing_call", None, None)),
    213: ({}, [(-2, 2, None), (-1, 1, None)], NOTHING),
    214: ({}, [(-2, 4, None)], NOTHING),
    215: ({}, [(2, 1, None)], NOTHING),
    216: (BOUGHT, [(-2, 1, None)], ("existing_base", "known_customer", None, None)),
}
