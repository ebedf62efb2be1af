"""Provider keys of workspaces, encrypted."""

from alembic import op

revision = "0005"
down_revision = "0004"

STATEMENTS = (
    """
    CREATE TABLE provider_keys (
      workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
      provider text NOT NULL,
      id uuid NOT NULL,
      sealed bytea NOT NULL,
      last_four text NOT NULL,
      set_by uuid NOT NULL,
      set_at timestamptz NOT NULL,
      PRIMARY KEY (workspace_id, provider)
    )
    """,
    "ALTER TABLE provider_keys ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE provider_keys FORCE ROW LEVEL SECURITY",
    "CREATE POLICY app ON provider_keys TO parley_app USING (workspace_id = (SELECT parley_workspace()))",
    "CREATE POLICY platform ON provider_keys TO parley_platform"
    " USING ((SELECT parley_workspace()) IS NULL OR workspace_id = (SELECT parley_workspace()))",
    # The role that serves requests stores keys and lists them, and has no need to read the ciphertext.
    "GRANT SELECT (workspace_id, provider, id, last_four, set_by, set_at), INSERT, UPDATE, DELETE"
    " ON provider_keys TO parley_app",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON provider_keys TO parley_platform",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("Migrations only expand; restore a backup to go back.")
