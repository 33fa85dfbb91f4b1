"""The closed list of channels, by their codes.

The same as the dbt seed `channels`, which adds names and order; a test holds the two together.
"""

CHANNEL_CODES = (
    "yandex_direct",
    "google_ads",
    "vk_ads",
    "meta_ads",
    "telegram_ads",
    "classifieds",
    "maps",
    "partners_cpa",
    "influencers",
    "offline",
    "other_paid",
    "organic_search",
    "organic_social",
    "mailing",
    "referral",
    "word_of_mouth",
    "existing_base",
    "outbound",
    "direct",
    "unknown",
)
