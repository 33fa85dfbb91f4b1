"""The landing envelope, the loader's state, the log of publications.

Revises: nothing, this is the first.
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

CURSORS = """
CREATE TABLE state.cursors (
    source text NOT NULL,
    account text NOT NULL,
    stream text NOT NULL,
    position jsonb NOT NULL,
    run_id text NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source, account, stream)
)
"""

LOADS = """
CREATE TABLE state.loads (
    load_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id text NOT NULL,
    source text NOT NULL,
    account text NOT NULL,
    stream text NOT NULL,
    mode text NOT NULL,
    window_text text,
    started_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    status text NOT NULL CHECK (status IN ('running', 'succeeded', 'failed', 'off')),
    rows_read bigint NOT NULL DEFAULT 0,
    rows_inserted bigint NOT NULL DEFAULT 0,
    rows_updated bigint NOT NULL DEFAULT 0,
    rows_unchanged bigint NOT NULL DEFAULT 0,
    rows_deleted bigint NOT NULL DEFAULT 0,
    characters_replaced bigint NOT NULL DEFAULT 0,
    requests bigint NOT NULL DEFAULT 0,
    retries bigint NOT NULL DEFAULT 0,
    seconds_slept numeric(12, 3) NOT NULL DEFAULT 0,
    bytes_received bigint NOT NULL DEFAULT 0,
    data_through timestamptz,
    error text
)
"""

SOURCE_TOTALS = """
CREATE TABLE state.source_totals (
    source text NOT NULL,
    account text NOT NULL,
    stream text NOT NULL,
    measure text NOT NULL,
    day date,
    value numeric NOT NULL CHECK (value <> 'NaN'),
    currency_code text,
    run_id text NOT NULL,
    observed_at timestamptz NOT NULL DEFAULT now()
)
"""

PUBLISH_LOG = """
CREATE TABLE marts.publish_log (
    publish_id bigint NOT NULL,
    run_id text NOT NULL,
    published_at timestamptz NOT NULL DEFAULT now(),
    table_name text NOT NULL,
    row_count bigint NOT NULL,
    rows_inserted bigint NOT NULL,
    rows_updated bigint NOT NULL,
    rows_deleted bigint NOT NULL,
    checksum text NOT NULL,
    PRIMARY KEY (publish_id, table_name)
)
"""

CREATE_LANDING_TABLE = """
CREATE FUNCTION state.create_landing_table(source text, stream text) RETURNS void
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
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I.%I TO loader', place, stream);
    EXECUTE format('GRANT SELECT ON %I.%I TO transformer, publisher', place, stream);
END
$body$
"""


def upgrade() -> None:
    """Create the tables of `state`, `marts.publish_log` and the maker of landing tables."""
    op.execute(CURSORS)
    op.execute(LOADS)
    op.execute("CREATE INDEX loads_stream_idx ON state.loads (source, account, stream, load_id)")
    op.execute(SOURCE_TOTALS)
    op.execute(
        "CREATE INDEX source_totals_idx "
        "ON state.source_totals (source, account, stream, measure, day)"
    )
    op.execute(PUBLISH_LOG)
    op.execute("GRANT SELECT, INSERT ON marts.publish_log TO publisher")
    op.execute("GRANT SELECT ON marts.publish_log TO bi_reader, transformer")
    op.execute(CREATE_LANDING_TABLE)
