"""Tool servers that administrators define."""

from alembic import op

revision = "0007"
down_revision = "0006"

TABLE = """
CREATE TABLE tool_servers (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('openapi', 'mcp')),
  name text NOT NULL,
  configuration jsonb NOT NULL,
  url text NOT NULL,
  tools jsonb NOT NULL,
  sealed_headers bytea,
  header_names text[] NOT NULL,
  created_by uuid NOT NULL,
  created_at timestamptz NOT NULL,
  UNIQUE (workspace_id, kind, name)
)
"""


def upgrade() -> None:
    op.execute(TABLE)
    op.execute("ALTER TABLE tool_servers ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE tool_servers FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY app ON tool_servers TO parley_app USING (workspace_id = (SELECT parley_workspace()))"
    )
    op.execute(
        "CREATE POLICY platform ON tool_servers TO parley_platform"
        " USING ((SELECT parley_workspace()) IS NULL OR workspace_id = (SELECT parley_workspace()))"
    )
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON tool_servers TO parley_app, parley_platform")


def downgrade() -> None:
    raise NotImplementedError("Migrations only expand; restore a backup to go back.")
