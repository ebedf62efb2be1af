"""Versions of documents, their sources, what replaces them, and who reads them now."""

from alembic import op

revision = "0009"
down_revision = "0008"

# What `next_` begins is the content that is to replace the one that searches find, until it is ready.
COLUMNS = """
ALTER TABLE documents
  ADD COLUMN version integer NOT NULL DEFAULT 1,
  ADD COLUMN notice text NOT NULL DEFAULT '',
  ADD COLUMN source_url text,
  ADD COLUMN next_file_key text,
  ADD COLUMN next_sha256 text,
  ADD COLUMN next_size_bytes bigint,
  ADD COLUMN next_media_type text,
  ADD COLUMN next_source_url text,
  ADD COLUMN epoch integer NOT NULL DEFAULT 0,
  ADD COLUMN attempts integer NOT NULL DEFAULT 0,
  ADD COLUMN due_at timestamptz NOT NULL DEFAULT now(),
  ADD COLUMN waits_behind boolean NOT NULL DEFAULT false,
  ADD COLUMN lease_owner uuid,
  ADD COLUMN chunks_done integer NOT NULL DEFAULT 0,
  ADD COLUMN chunks_total integer,
  ADD COLUMN expected_at timestamptz,
  ADD COLUMN reading integer NOT NULL DEFAULT 1,
  ADD COLUMN read_at timestamptz;
ALTER TABLE collections ADD COLUMN reading integer NOT NULL DEFAULT 1;
ALTER TABLE documents DROP CONSTRAINT documents_state_check;
ALTER TABLE documents ADD CONSTRAINT documents_state_check
  CHECK (state IN ('received', 'reading', 'embedding', 'ready', 'failed', 'cancelled'));
CREATE INDEX documents_waiting ON documents (workspace_id, waits_behind, due_at, id)
  WHERE state IN ('received', 'reading', 'embedding');
CREATE INDEX documents_name ON documents (collection_id, name);
CREATE INDEX documents_file ON documents (file_key);
CREATE INDEX documents_next_file ON documents (next_file_key) WHERE next_file_key IS NOT NULL;
ALTER TABLE documents SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 500,
  autovacuum_vacuum_cost_delay = 0);

CREATE TABLE document_totals (
  workspace_id uuid PRIMARY KEY REFERENCES workspaces ON DELETE CASCADE,
  documents bigint NOT NULL,
  bytes bigint NOT NULL
) WITH (fillfactor = 50);
"""

# Kept by triggers, so that whatever adds or removes documents, a cascade too, keeps them true.
COUNTING = (
    """
    CREATE FUNCTION count_added_documents() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO document_totals AS t (workspace_id, documents, bytes)
      SELECT workspace_id, count(*), sum(size_bytes) FROM added GROUP BY workspace_id
      ON CONFLICT (workspace_id) DO UPDATE
        SET documents = t.documents + excluded.documents, bytes = t.bytes + excluded.bytes;
      RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION count_removed_documents() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      UPDATE document_totals t SET documents = t.documents - r.documents, bytes = t.bytes - r.bytes
      FROM (
        SELECT workspace_id, count(*) AS documents, sum(size_bytes + coalesce(next_size_bytes, 0)) AS bytes
        FROM removed GROUP BY workspace_id
      ) r WHERE r.workspace_id = t.workspace_id;
      RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION count_changed_document() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      UPDATE document_totals SET bytes = bytes + new.size_bytes + coalesce(new.next_size_bytes, 0)
        - old.size_bytes - coalesce(old.next_size_bytes, 0)
      WHERE workspace_id = new.workspace_id;
      RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER documents_added AFTER INSERT ON documents REFERENCING NEW TABLE AS added
      FOR EACH STATEMENT EXECUTE FUNCTION count_added_documents()
    """,
    """
    CREATE TRIGGER documents_removed AFTER DELETE ON documents REFERENCING OLD TABLE AS removed
      FOR EACH STATEMENT EXECUTE FUNCTION count_removed_documents()
    """,
    """
    CREATE TRIGGER document_changed AFTER UPDATE OF size_bytes, next_size_bytes ON documents FOR EACH ROW
      WHEN (old.size_bytes <> new.size_bytes OR old.next_size_bytes IS DISTINCT FROM new.next_size_bytes)
      EXECUTE FUNCTION count_changed_document()
    """,
)

RIGHTS = (
    "ALTER TABLE document_totals ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE document_totals FORCE ROW LEVEL SECURITY",
    "CREATE POLICY app ON document_totals TO parley_app USING (workspace_id = (SELECT parley_workspace()))",
    "CREATE POLICY platform ON document_totals TO parley_platform"
    " USING ((SELECT parley_workspace()) IS NULL OR workspace_id = (SELECT parley_workspace()))",
    "GRANT SELECT, INSERT, UPDATE ON document_totals TO parley_app, parley_platform",
)

# As a role that row-level security lets see every workspace: an owner that is no superuser sees none. What
# waits is read by those who look for it in the documents, so the jobs that named one have nothing to do.
EXISTING = (
    "SET LOCAL ROLE parley_platform",
    "INSERT INTO document_totals SELECT workspace_id, count(*), sum(size_bytes) FROM documents GROUP BY 1",
    "DELETE FROM pgqueuer WHERE entrypoint = 'ingest_document' AND status = 'queued'",
    "RESET ROLE",
)


def upgrade() -> None:
    for statement in COLUMNS.split(";\n"):
        if statement.strip():
            op.execute(statement)
    for statement in (*RIGHTS, *EXISTING, *COUNTING):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("Migrations only expand; restore a backup to go back.")
