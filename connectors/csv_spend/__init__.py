"""Spend without an API: a folder of CSV files that people write or platforms export.

What lands: each line, as written. Offline advertising, bloggers, and every platform that there is
no connector for come this way, under the platform's own name and with the channel that the company
says it belongs to; none is ever shown as another platform.

The folder is read whole each time, so a corrected line replaces the old one, and a removed line or
file is removed from the marts. A folder with one wrong line lands nothing; all that is wrong with
it is reported together, each with file, line and column.

Format: UTF-8, commas, one header with exactly these columns in any order::

    date,platform,account,campaign,ad_group,ad,impressions,clicks,spend,currency,vat_included,channel

`account`, `campaign`, `ad_group`, `ad`, `impressions` and `clicks` may be empty. See
`docs/sources/csv_spend.md`.
"""

from connectors.csv_spend.streams import SOURCE

__all__ = ["SOURCE"]
