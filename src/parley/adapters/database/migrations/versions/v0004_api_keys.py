"""API keys, and where a conversation came from when a program had it."""

from alembic import op

revision = "0004"
down_revision = "0003"

# A key acts for its maker, so it goes when they leave the workspace.
API_KEYS = """
CREATE TABLE api_keys (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  user_id uuid NOT NULL,
  name text NOT NULL,
  prefix text NOT NULL,
  hash text NOT NULL,
  scopes text[] NOT NULL,
  bots uuid[],
  created_at timestamptz NOT NULL,
  expires_at timestamptz,
  last_used_at timestamptz,
  FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id) ON DELETE CASCADE
)
"""

STATEMENTS = (
    API_KEYS,
    "CREATE UNIQUE INDEX api_keys_hash ON api_keys (hash)",
    "CREATE INDEX api_keys_workspace ON api_keys (workspace_id, id)",
    "CREATE INDEX api_keys_user ON api_keys (workspace_id, user_id)",
    "ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE api_keys FORCE ROW LEVEL SECURITY",
    "CREATE POLICY app ON api_keys TO parley_app USING (workspace_id = (SELECT parley_workspace()))",
    "CREATE POLICY platform ON api_keys TO parley_platform"
    " USING ((SELECT parley_workspace()) IS NULL OR workspace_id = (SELECT parley_workspace()))",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON api_keys TO parley_app, parley_platform",
    "ALTER TABLE conversations ADD COLUMN source text, ADD COLUMN external_user text",
    "CREATE INDEX conversations_external_user ON conversations (workspace_id, user_id, external_user)"
    " WHERE external_user IS NOT NULL",
    # Those of people with messages that search over conversations has not seen yet (see 0003).
    "CREATE INDEX conversations_unindexed ON conversations (workspace_id, user_id, updated_at DESC)"
    " WHERE source IS NULL AND indexed_as_of IS DISTINCT FROM updated_at",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("Migrations only expand; restore a backup to go back.")
