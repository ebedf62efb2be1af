"""Which embedder's vectors each workspace is searched with, and which are being made in their place."""

from alembic import op

revision = "0013"
down_revision = "0012"

# The title that a document's chunks were embedded and indexed under; where it is not known, its name serves.
COLUMN = "ALTER TABLE documents ADD COLUMN title text"

# One row for each workspace that has had a document. An empty model: no embedder has made its vectors.
TABLE = """
CREATE TABLE embedding_spaces (
  workspace_id uuid PRIMARY KEY REFERENCES workspaces ON DELETE CASCADE,
  active_model text NOT NULL,
  -- Some documents lack vectors of the active model.
  incomplete boolean NOT NULL DEFAULT false,
  building_model text,
  -- The last chunk that was looked at, in the order of documents and their chunks.
  passed_document uuid,
  passed_ordinal integer,
  chunks_per_s real,
  started_at timestamptz,
  finished_at timestamptz,
  error text NOT NULL DEFAULT '',
  -- Vectors of other models are left; those of documents up to this one are removed.
  removing boolean NOT NULL DEFAULT false,
  removed_document uuid,
  -- When somebody may take it up; no time: there is nothing to do.
  due_at timestamptz,
  failures integer NOT NULL DEFAULT 0,
  worked_at timestamptz
) WITH (fillfactor = 70)
"""
INDEX = "CREATE INDEX embedding_spaces_due ON embedding_spaces (due_at) WHERE due_at IS NOT NULL"

RIGHTS = (
    "ALTER TABLE embedding_spaces ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE embedding_spaces FORCE ROW LEVEL SECURITY",
    "CREATE POLICY app ON embedding_spaces TO parley_app USING (workspace_id = (SELECT parley_workspace()))",
    "CREATE POLICY platform ON embedding_spaces TO parley_platform"
    " USING ((SELECT parley_workspace()) IS NULL OR workspace_id = (SELECT parley_workspace()))",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON embedding_spaces TO parley_platform",
)

# As a role that row-level security lets see every workspace: an owner that is no superuser sees none. The
# model is that of the newest vectors; what was read without an embedder is looked for.
EXISTING = (
    "SET LOCAL ROLE parley_platform",
    """
    INSERT INTO embedding_spaces (workspace_id, active_model, incomplete, due_at)
    SELECT w.id, coalesce(newest.model, ''), true, now() FROM workspaces w
    LEFT JOIN LATERAL (
      SELECT v.model FROM documents d JOIN chunk_vectors v ON v.document_id = d.id
      WHERE d.workspace_id = w.id ORDER BY d.created_at DESC LIMIT 1
    ) newest ON true
    WHERE EXISTS (SELECT FROM documents d WHERE d.workspace_id = w.id)
    """,
    "RESET ROLE",
)


def upgrade() -> None:
    for statement in (COLUMN, TABLE, INDEX, *RIGHTS, *EXISTING):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("Migrations only expand; restore a backup to go back.")
