"""Groups of members, which carry access to documents, and the list that a collection's new ones get."""

from alembic import op

revision = "0012"
down_revision = "0011"

GROUPS = """
CREATE TABLE groups (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  name text NOT NULL,
  created_at timestamptz NOT NULL,
  UNIQUE (workspace_id, id)
)
"""

# The key begins as every request asks: the groups of this user in this workspace. Who leaves the
# workspace leaves its groups.
GROUP_MEMBERS = """
CREATE TABLE group_members (
  workspace_id uuid NOT NULL,
  user_id uuid NOT NULL,
  group_id uuid NOT NULL,
  added_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, user_id, group_id),
  FOREIGN KEY (workspace_id, user_id) REFERENCES memberships (workspace_id, user_id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, group_id) REFERENCES groups (workspace_id, id) ON DELETE CASCADE
)
"""


def upgrade() -> None:
    op.execute(GROUPS)
    op.execute("CREATE UNIQUE INDEX groups_name ON groups (workspace_id, lower(name))")
    op.execute(GROUP_MEMBERS)
    op.execute("CREATE INDEX group_members_group ON group_members (group_id)")
    for table in ("groups", "group_members"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY app ON {table} TO parley_app USING (workspace_id = (SELECT parley_workspace()))"
        )
        op.execute(
            f"CREATE POLICY platform ON {table} TO parley_platform"
            " USING ((SELECT parley_workspace()) IS NULL OR workspace_id = (SELECT parley_workspace()))"
        )
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO parley_app, parley_platform")
    # A user's groups are read with the membership, before any workspace is chosen.
    op.execute(
        "CREATE POLICY app_own ON group_members FOR SELECT TO parley_app"
        " USING ((SELECT parley_workspace()) IS NULL AND user_id = (SELECT parley_user()))"
    )
    # Whom a new document of the collection is open to, beside who uploads it; NULL: the whole workspace.
    op.execute("ALTER TABLE collections ADD COLUMN principals uuid[]")


def downgrade() -> None:
    raise NotImplementedError("Migrations only expand; restore a backup to go back.")
