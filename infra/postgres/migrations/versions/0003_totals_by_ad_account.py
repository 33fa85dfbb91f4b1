"""The source's own totals by ad account, and those that it tells no more.

Revises: 0002
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BY_AD_ACCOUNT = """
ALTER TABLE state.source_totals
    ADD COLUMN ad_account_id text NOT NULL DEFAULT '',
    ALTER COLUMN value DROP NOT NULL
"""


def upgrade() -> None:
    """Name the ad account of a total, and let a total be unknown.

    Spend that was added up over several ad accounts can be held against none of them. The next
    load asks for the days of its window again; older days count as not asked.
    """
    op.execute("DELETE FROM state.source_totals WHERE measure = 'spend'")
    op.execute(BY_AD_ACCOUNT)
