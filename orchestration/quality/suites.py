"""What is expected of each landed stream, as data.

Every landed table has the same columns, so a suite says only what differs: whether an empty
table is possible, and whether its rows carry a cursor.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """Expectations of one landed stream.

    Args:
        source: the source's name.
        stream: the stream's name.
        required: a configured source without one row of it is broken.
        dated: its rows carry a cursor, which no honest clock puts into the future.
    """

    source: str
    stream: str
    required: bool = False
    dated: bool = False

    @property
    def schema(self) -> str:
        """Schema of the landing table."""
        return f"raw_{self.source}"


SUITES = (
    Suite(source="bitrix24", stream="deals", required=True, dated=True),
    Suite(source="bitrix24", stream="leads", dated=True),
    Suite(source="bitrix24", stream="contacts", dated=True),
    Suite(source="bitrix24", stream="companies", dated=True),
    Suite(source="bitrix24", stream="quotes", dated=True),
    Suite(source="bitrix24", stream="smart_invoices", dated=True),
    Suite(source="bitrix24", stream="smart_process_items", dated=True),
    Suite(source="bitrix24", stream="invoices", dated=True),
    Suite(source="bitrix24", stream="deal_stage_history", dated=True),
    Suite(source="bitrix24", stream="lead_stage_history", dated=True),
    Suite(source="bitrix24", stream="smart_invoice_stage_history", dated=True),
    Suite(source="bitrix24", stream="smart_process_stage_history", dated=True),
    Suite(source="bitrix24", stream="deal_product_rows"),
    Suite(source="bitrix24", stream="lead_product_rows"),
    Suite(source="bitrix24", stream="quote_product_rows"),
    Suite(source="bitrix24", stream="smart_invoice_product_rows"),
    Suite(source="bitrix24", stream="activities", dated=True),
    Suite(source="bitrix24", stream="calls", dated=True),
    Suite(source="bitrix24", stream="users", required=True),
    Suite(source="bitrix24", stream="departments"),
    Suite(source="bitrix24", stream="statuses", required=True),
    Suite(source="bitrix24", stream="pipelines", required=True),
    Suite(source="bitrix24", stream="smart_process_types"),
    Suite(source="bitrix24", stream="fields"),
    Suite(source="bitrix24", stream="currencies", required=True),
    Suite(source="bitrix24", stream="currency_rates", dated=True),
    Suite(source="google_ads", stream="customers", required=True),
    Suite(source="google_ads", stream="campaigns"),
    Suite(source="google_ads", stream="ad_groups"),
    Suite(source="google_ads", stream="ads"),
    Suite(source="google_ads", stream="campaign_days", dated=True),
    Suite(source="google_ads", stream="ad_group_days", dated=True),
    Suite(source="google_ads", stream="ad_days", dated=True),
    Suite(source="google_ads", stream="keyword_days", dated=True),
    Suite(source="google_ads", stream="conversion_days", dated=True),
    Suite(source="google_ads", stream="clicks", dated=True),
    Suite(source="yandex_direct", stream="clients", required=True),
    Suite(source="yandex_direct", stream="campaigns"),
    Suite(source="yandex_direct", stream="ad_groups"),
    Suite(source="yandex_direct", stream="ads"),
    Suite(source="yandex_direct", stream="campaign_days", dated=True),
    Suite(source="yandex_direct", stream="ad_group_days", dated=True),
    Suite(source="yandex_direct", stream="ad_days", dated=True),
    Suite(source="yandex_direct", stream="keyword_days", dated=True),
    Suite(source="yandex_direct", stream="goal_days", dated=True),
    Suite(source="vk_ads", stream="users", required=True),
    Suite(source="vk_ads", stream="campaigns"),
    Suite(source="vk_ads", stream="ad_groups"),
    Suite(source="vk_ads", stream="ads"),
    Suite(source="vk_ads", stream="campaign_days", dated=True),
    Suite(source="vk_ads", stream="ad_group_days", dated=True),
    Suite(source="vk_ads", stream="ad_days", dated=True),
    Suite(source="calltouch", stream="calls", dated=True),
    Suite(source="calltouch", stream="requests", dated=True),
    Suite(source="comagic", stream="accounts", required=True),
    Suite(source="comagic", stream="calls", dated=True),
    Suite(source="comagic", stream="chats", dated=True),
    Suite(source="comagic", stream="offline_messages", dated=True),
    Suite(source="cbr", stream="rates", required=True, dated=True),
    Suite(source="csv_spend", stream="spend_lines"),
    Suite(source="csv_spend", stream="fees"),
    Suite(source="company", stream="channel_rules"),
    Suite(source="company", stream="custom_fields"),
)


def suites_of(source: str) -> tuple[Suite, ...]:
    """Return the suites of a source, in the order of its streams."""
    return tuple(suite for suite in SUITES if suite.source == source)
