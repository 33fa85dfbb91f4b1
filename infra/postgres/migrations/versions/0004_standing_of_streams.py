"""How each stream stands since its source was last asked, and what a publication was short of.

Revises: 0003
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

STREAMS = """
CREATE TABLE state.streams (
    source text NOT NULL,
    account text NOT NULL,
    stream text NOT NULL,
    failure_code text,
    failure_reason text,
    run_id text NOT NULL,
    noted_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source, account, stream),
    CHECK ((failure_code IS NULL) = (failure_reason IS NULL))
)
"""

PUBLISHED_OF = """
ALTER TABLE marts.publish_log
    ADD COLUMN stale_sources text NOT NULL DEFAULT '',
    ADD COLUMN complete_through jsonb NOT NULL DEFAULT '{}'
"""


def upgrade() -> None:
    """Keep the standing of every stream that is configured, and say in the log what was stale."""
    op.execute(STREAMS)
    op.execute(PUBLISHED_OF)
