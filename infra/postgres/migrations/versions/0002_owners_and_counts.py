"""Rows found by their owner, and what a load was counted to be.

The key of a row that belongs to an owner is `<owner>:<row>`. An index over the owner finds an
owner's rows in a database of any collation; it is empty where no key has an owner.

Revises: 0001
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COUNTS = """
ALTER TABLE state.loads
    ADD COLUMN source_rows bigint,
    ADD COLUMN landed_rows bigint,
    ADD COLUMN operating_seconds_left numeric(12, 3)
"""

CREATE_LANDING_TABLE = """
CREATE OR REPLACE FUNCTION state.create_landing_table(source text, stream text) RETURNS void
LANGUAGE plpgsql
SET client_min_messages = warning
AS $body$
DECLARE
    word CONSTANT text := '^[a-z][a-z0-9_]{0,58}$';
    place text := 'raw_' || source;
BEGIN
    IF source !~ word OR stream !~ word THEN
        RAISE EXCEPTION 'a source and a stream are lower-case identifiers, got % and %',
            quote_literal(source), quote_literal(stream);
    END IF;
    EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I', place);
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO loader, transformer, publisher', place);
    EXECUTE format(
        'CREATE TABLE IF NOT EXISTS %I.%I ('
        '_account text NOT NULL, '
        '_key text NOT NULL, '
        '_cursor timestamptz, '
        '_payload jsonb NOT NULL, '
        '_original bytea, '
        '_hash bytea NOT NULL CHECK (octet_length(_hash) = 32), '
        '_extracted_at timestamptz NOT NULL, '
        '_run_id text NOT NULL, '
        '_deleted_at timestamptz, '
        'PRIMARY KEY (_account, _key))', place, stream);
    EXECUTE format(
        'CREATE INDEX IF NOT EXISTS %I ON %I.%I (_account, _cursor)',
        left(stream, 52) || '_cursor_idx', place, stream);
    EXECUTE format(
        'CREATE INDEX IF NOT EXISTS %I ON %I.%I (_account, split_part(_key, '':'', 1)) '
        'WHERE strpos(_key, '':'') > 0',
        left(stream, 53) || '_owner_idx', place, stream);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I.%I TO loader', place, stream);
    EXECUTE format('GRANT SELECT ON %I.%I TO transformer, publisher', place, stream);
END
$body$
"""


def upgrade() -> None:
    """Widen the line of a load, and index owners in every landing table that is made from now on.

    Tables that exist get the index when the warehouse is prepared, which makes each again.
    """
    op.execute(COUNTS)
    op.execute(CREATE_LANDING_TABLE)
