"""What a new inquiry carries into the CRM, and the channel that it must lead to.

A recipe plants marks (UTM, click ids, the CRM's source code) and states at once which channel, by
which rule, and which campaign a correct resolution finds. Nothing is resolved here: the expectation
is part of the recipe. The rules themselves are told in the metrics ("Channels").
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from infra.sandbox.ledger import UNKNOWN, CampaignKey
from infra.sandbox.worlds.advertising import Rule
from infra.sandbox.worlds.demo.marketing import CAMPAIGNS, SHARED_ID, Campaign
from infra.sandbox.worlds.demo.spelling import NO_VALUES, spelled

# Pairs and source codes that only this company uses; everything else is general knowledge.
COMPANY_RULES = (
    Rule(channel_code="yandex_direct", utm_source="direct", utm_medium="search"),
    Rule(channel_code="google_ads", utm_source="gads", utm_medium="search"),
    Rule(channel_code="vk_ads", utm_source="vk-social", utm_medium="promo"),
    Rule(channel_code="influencers", utm_source="blog_marina", utm_medium="post"),
    Rule(channel_code="influencers", utm_source="strojka_veka", utm_medium="video"),
    Rule(channel_code="classifieds", source_id="UC_AVITO"),
    Rule(channel_code="maps", source_id="UC_2GIS"),
    Rule(channel_code="offline", source_id="UC_RADIO"),
    Rule(channel_code="offline", source_id="UC_BILLBOARD"),
    Rule(channel_code="partners_cpa", source_id="UC_DESIGNER"),
    Rule(channel_code="outbound", source_id="UC_COLD"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """The marks on a record, raw, and what they must be resolved to."""

    channel_code: str = UNKNOWN
    match_method: str = "none"
    campaign: CampaignKey | None = None
    source: str | None = None
    medium: str | None = None
    campaign_mark: str | None = None
    content: str | None = None
    term: str | None = None
    gclid: str | None = None
    yclid: str | None = None
    source_id: str | None = None

    @property
    def is_silent(self) -> bool:
        """Whether nothing here tells the channel."""
        return self.channel_code == UNKNOWN


SILENT = Signals()  # a deal of a lead that took over none of the lead's marks

_TERMS = (
    None,
    None,
    "пластиковые окна",
    "окна+цена",
    "скидка 50%",
    "%D0%BE%D0",
    "кондиционер купить",
)
_CONTENTS = (None, None, "banner_1", "v2 синий", "{ad_id}", "9912345678901", "100% гарантия")
_SITE_SOURCES = (None, "WEB", "WEBFORM", "CALL", "CALLBACK")


def from_campaign(rng: random.Random, campaign: Campaign) -> Signals:
    """An inquiry that an advertising campaign brought."""
    if campaign.platform in _WITH_IDS:
        return _from_click(rng, campaign)
    return _LISTED[campaign.channel_code](rng, campaign)


def free(rng: random.Random, channel_code: str) -> Signals:
    """An inquiry that no campaign brought."""
    source, medium, source_id, method = rng.choice(_FREE[channel_code])
    marks = Signals(channel_code=channel_code, match_method=method, source_id=source_id)
    if medium is None:
        return marks
    return replace(marks, **_pair(rng, source, medium), **_rest(rng), source_id="WEB")


def silent(rng: random.Random) -> Signals:
    """An inquiry that says nothing about where it came from, in one of many ways."""
    source_id = rng.choice(("CALL", "CALL", "WEB", "WEBFORM", "CALLBACK", None, "EMAIL"))
    kind = rng.randrange(5)
    if kind <= 1:
        return Signals(source_id=source_id)
    if kind == 2:  # placeholders that nobody filled in
        return Signals(
            source="{source}",
            medium=rng.choice(NO_VALUES),
            campaign_mark="{campaign_id}",
            term="{keyword}",
            source_id=source_id,
        )
    if kind == 3:
        return Signals(
            **{mark: rng.choice(NO_VALUES) for mark in ("source", "medium", "campaign_mark")},
            source_id=source_id,
        )
    source = rng.choice(("site", "сайт", "qwerty", "1|TELEGRAM"))
    return Signals(source=spelled(rng, source), campaign_mark="12345", source_id="OTHER")


# --- platforms whose campaigns have ids ------------------------------------------------------

_WITH_IDS = {
    "google_ads": ("google", "cpc", ("gads", "search")),
    "yandex_direct": ("yandex", "cpc", ("direct", "search")),
}


def _from_click(rng: random.Random, campaign: Campaign) -> Signals:
    recipes = (_by_id, _by_id_in_content, _by_name, _by_click_id, _by_both, _unnamed, _own_pair)
    recipe = rng.choices((*recipes, _contradicting), (34, 8, 22, 16, 8, 6, 5, 1))[0]
    return recipe(rng, campaign)


def _paid(rng: random.Random, campaign: Campaign, method: str = "utm_pair") -> Signals:
    source, medium, _ = _WITH_IDS[campaign.platform]
    marks = Signals(
        channel_code=campaign.channel_code,
        match_method=method,
        source_id=rng.choice(_SITE_SOURCES),
    )
    return replace(marks, **_pair(rng, source, medium), **_rest(rng))


def _identified(marks: Signals, campaign: Campaign) -> Signals:
    """An id that two platforms share names neither of them."""
    if campaign.campaign_id == SHARED_ID:
        return marks
    return replace(marks, match_method="campaign_id", campaign=campaign.key)


def _by_id(rng: random.Random, campaign: Campaign) -> Signals:
    mark = rng.choice((campaign.campaign_id, f" {campaign.campaign_id} "))
    return _identified(replace(_paid(rng, campaign), campaign_mark=mark), campaign)


def _by_id_in_content(rng: random.Random, campaign: Campaign) -> Signals:
    marks = replace(
        _paid(rng, campaign), campaign_mark="{campaign_name}", content=campaign.campaign_id
    )
    return _identified(marks, campaign)


def _by_name(rng: random.Random, campaign: Campaign) -> Signals:
    return _named(rng, _paid(rng, campaign), campaign)


def _named(rng: random.Random, marks: Signals, campaign: Campaign) -> Signals:
    """Its name in utm_campaign; a name that two campaigns share fills in none."""
    return replace(
        marks,
        campaign_mark=spelled(rng, campaign.name),
        campaign=campaign.key if campaign.can_be_named else None,
    )


def _click_id(rng: random.Random, campaign: Campaign) -> dict[str, str]:
    if campaign.platform == "google_ads":
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
        return {"gclid": "Cj0KCQ" + "".join(rng.choices(letters, k=40))}
    return {"yclid": str(rng.randrange(10**17, 10**18))}


def _by_click_id(rng: random.Random, campaign: Campaign) -> Signals:
    marks = Signals(channel_code=campaign.channel_code, match_method="click_id", source_id="WEB")
    return replace(marks, **_click_id(rng, campaign))


def _by_both(rng: random.Random, campaign: Campaign) -> Signals:
    marks = replace(_paid(rng, campaign, "click_id"), **_click_id(rng, campaign))
    return _named(rng, marks, campaign)


def _unnamed(rng: random.Random, campaign: Campaign) -> Signals:
    return replace(_paid(rng, campaign), campaign_mark=rng.choice(NO_VALUES))


def _own_pair(rng: random.Random, campaign: Campaign) -> Signals:
    source, medium = _WITH_IDS[campaign.platform][2]
    return _named(rng, replace(_paid(rng, campaign), **_pair(rng, source, medium)), campaign)


def _contradicting(rng: random.Random, campaign: Campaign) -> Signals:
    """The id says one platform, the pair another: the id wins."""
    if campaign.campaign_id == SHARED_ID:
        return _unnamed(rng, campaign)
    source = "yandex" if campaign.platform == "google_ads" else "google"
    marks = replace(_by_id(rng, campaign), **_pair(rng, source, "cpc"))
    return _identified(marks, campaign)


# --- platforms that come as CSV --------------------------------------------------------------


def _by_pair(*pairs: tuple[str, str]) -> Callable[[random.Random, Campaign], Signals]:
    def recipe(rng: random.Random, campaign: Campaign) -> Signals:
        marks = Signals(channel_code=campaign.channel_code, match_method="utm_pair")
        marks = replace(marks, **_pair(rng, *rng.choice(pairs)), **_rest(rng))
        return _named(rng, marks, campaign) if rng.random() < 0.7 else marks

    return recipe


def _by_medium(*pairs: tuple[str, str]) -> Callable[[random.Random, Campaign], Signals]:
    def recipe(rng: random.Random, campaign: Campaign) -> Signals:
        marks = Signals(channel_code=campaign.channel_code, match_method="utm_medium")
        marks = replace(marks, **_pair(rng, *rng.choice(pairs)), **_rest(rng))
        return _named(rng, marks, campaign) if rng.random() < 0.7 else marks

    return recipe


def _by_code(**codes: str) -> Callable[[random.Random, Campaign], Signals]:
    def recipe(rng: random.Random, campaign: Campaign) -> Signals:
        if "source" in codes and rng.random() < 0.3:  # a source alone, without a medium
            marks = Signals(channel_code=campaign.channel_code, match_method="utm_pair")
            return replace(marks, source=spelled(rng, codes["source"]), source_id="WEB")
        code = codes.get(campaign.platform, codes.get("any"))
        return Signals(
            channel_code=campaign.channel_code, match_method="crm_source", source_id=code
        )

    return recipe


_LISTED: dict[str, Callable[[random.Random, Campaign], Signals]] = {
    "vk_ads": _by_pair(("vk", "cpc"), ("vk", "target"), ("вк", "target"), ("vk-social", "promo")),
    "telegram_ads": _by_pair(("telegram", "cpm"), ("tg", "ads")),
    "classifieds": _by_code(source="avito", any="UC_AVITO"),
    "maps": _by_code(source="2gis", any="UC_2GIS"),
    "influencers": _by_pair(("blog_marina", "post"), ("strojka_veka", "video"), ("vk", "posev")),
    "offline": _by_code(**{"Радио": "UC_RADIO", "Наружная реклама": "UC_BILLBOARD"}),
    "partners_cpa": _by_medium(("leads-su", "cpa"), ("admitad", "affiliate")),
}

_FREE: dict[str, tuple[tuple[str, str | None, str | None, str], ...]] = {
    "organic_search": (
        ("yandex", "organic", None, "utm_medium"),
        ("google", "organic", None, "utm_medium"),
    ),
    "organic_social": (("vk", "social", None, "utm_medium"), ("ok", "smm", None, "utm_medium")),
    "mailing": (("crm", "email", None, "utm_medium"), ("unisender", "letter", None, "utm_pair")),
    "referral": (("forumhouse.ru", "referral", None, "utm_medium"),),
    "other_paid": (("rutube", "cpc", None, "utm_medium"),),
    "word_of_mouth": (("", None, "RECOMMENDATION", "crm_source"),),
    "existing_base": (("", None, "REPEAT_SALE", "crm_source"),),
    "offline": (("", None, "TRADE_SHOW", "crm_source"),),
    "outbound": (("", None, "UC_COLD", "crm_source"),),
    "partners_cpa": (("", None, "UC_DESIGNER", "crm_source"),),
}

NUMBERED = tuple(c for c in CAMPAIGNS if c.platform in _WITH_IDS)


def _pair(rng: random.Random, source: str, medium: str) -> dict[str, str]:
    return {"source": spelled(rng, source), "medium": spelled(rng, medium)}


def _rest(rng: random.Random) -> dict[str, str | None]:
    return {"content": rng.choice(_CONTENTS), "term": rng.choice(_TERMS)}
