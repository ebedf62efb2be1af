"""Use of models, budgets and cached answers."""

from alembic import op

revision = "0006"
down_revision = "0005"

# What was used is kept when a conversation, a bot or a user goes: it was paid for.
TABLES = """
CREATE TABLE usage (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  user_id uuid NOT NULL,
  bot_id uuid,
  turn_id uuid,
  model text NOT NULL,
  purpose text NOT NULL,
  at timestamptz NOT NULL,
  input_tokens bigint NOT NULL,
  output_tokens bigint NOT NULL,
  cached_tokens bigint NOT NULL,
  cost_micros bigint,
  estimated boolean NOT NULL
);
CREATE INDEX usage_workspace ON usage (workspace_id, at);

CREATE TABLE budget_limits (
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  holder text NOT NULL CHECK (holder IN ('workspace', 'user')),
  period text NOT NULL CHECK (period IN ('day', 'month')),
  cost_micros bigint CHECK (cost_micros >= 0),
  tokens bigint CHECK (tokens >= 0),
  PRIMARY KEY (workspace_id, holder, period),
  CHECK (cost_micros IS NOT NULL OR tokens IS NOT NULL)
);

-- Only of workspaces with a budget. holder_id is the workspace's id, or that of one of its users.
CREATE TABLE spending (
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  holder_id uuid NOT NULL,
  period text NOT NULL CHECK (period IN ('day', 'month')),
  starts_on date NOT NULL,
  spent_micros bigint NOT NULL,
  spent_tokens bigint NOT NULL,
  held_micros bigint NOT NULL,
  held_tokens bigint NOT NULL,
  PRIMARY KEY (workspace_id, holder_id, period, starts_on)
) WITH (fillfactor = 50);

CREATE TABLE reservations (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  user_id uuid NOT NULL,
  turn_id uuid,
  epoch integer NOT NULL,
  day date NOT NULL,
  month date NOT NULL,
  micros bigint NOT NULL,
  tokens bigint NOT NULL,
  expires_at timestamptz NOT NULL
);
CREATE INDEX reservations_workspace ON reservations (workspace_id);

CREATE TABLE cached_answers (
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  key bytea NOT NULL,
  bot_id uuid NOT NULL,
  answer jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, key)
);
CREATE INDEX cached_answers_age ON cached_answers (workspace_id, created_at);
"""

# Requests read use and read and write limits; the counting and the cache are the runner's alone.
APP_RIGHTS = {
    "usage": "SELECT",
    "budget_limits": "SELECT, INSERT, UPDATE, DELETE",
    "spending": "SELECT",
    "reservations": "",
    "cached_answers": "",
}


def upgrade() -> None:
    for statement in TABLES.split(";\n"):
        if statement.strip():
            op.execute(statement)
    for table, rights in APP_RIGHTS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY app ON {table} TO parley_app USING (workspace_id = (SELECT parley_workspace()))"
        )
        op.execute(
            f"CREATE POLICY platform ON {table} TO parley_platform"
            " USING ((SELECT parley_workspace()) IS NULL OR workspace_id = (SELECT parley_workspace()))"
        )
        if rights:
            op.execute(f"GRANT {rights} ON {table} TO parley_app")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO parley_platform")


def downgrade() -> None:
    raise NotImplementedError("Migrations only expand; restore a backup to go back.")
