"""What the company itself says, in files: its own channel rules.

What lands: `channel_rules.csv`, line by line. These rules win over the general ones of the dbt
seed `channel_rules`, whose columns they share; they say what a portal's own CRM sources and UTM
spellings mean. A missing file is no rule at all.

See `docs/sources/company.md`.
"""

from connectors.company.streams import SOURCE

__all__ = ["SOURCE"]
