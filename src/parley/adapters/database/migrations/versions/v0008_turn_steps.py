"""Rounds of tool calls, their results and approvals; turns that wait for their user."""

from alembic import op

revision = "0008"
down_revision = "0007"

ROUNDS = """
CREATE TABLE turn_rounds (
  turn_id uuid NOT NULL,
  number integer NOT NULL,
  workspace_id uuid NOT NULL,
  user_id uuid NOT NULL,
  reply jsonb NOT NULL,
  uses jsonb NOT NULL,
  retrieved jsonb,
  PRIMARY KEY (turn_id, number),
  FOREIGN KEY (workspace_id, turn_id) REFERENCES turns (workspace_id, id) ON DELETE CASCADE
)
"""

STEPS = """
CREATE TABLE turn_steps (
  turn_id uuid NOT NULL,
  call_id text NOT NULL,
  round integer NOT NULL,
  place integer NOT NULL,
  workspace_id uuid NOT NULL,
  user_id uuid NOT NULL,
  call jsonb NOT NULL,
  description text NOT NULL,
  changes_things boolean NOT NULL,
  state text NOT NULL CHECK (state IN ('planned', 'pending', 'denied', 'begun', 'done', 'failed')),
  output text NOT NULL,
  citations jsonb NOT NULL,
  duration_ms integer NOT NULL,
  approved boolean,
  decided_at timestamptz,
  PRIMARY KEY (turn_id, call_id),
  FOREIGN KEY (turn_id, round) REFERENCES turn_rounds (turn_id, number) ON DELETE CASCADE
)
"""

STATES = "'queued', 'running', 'waiting', 'done', 'failed', 'cancelled'"
OWN = "workspace_id = (SELECT parley_workspace()) AND user_id = (SELECT parley_user())"
PLATFORM = "(SELECT parley_workspace()) IS NULL OR workspace_id = (SELECT parley_workspace())"


def upgrade() -> None:
    # Checked in two steps: adding it locks the table for a moment only, reading the rows does not.
    op.execute("ALTER TABLE turns DROP CONSTRAINT turns_state_check")
    op.execute(f"ALTER TABLE turns ADD CONSTRAINT turns_state_check CHECK (state IN ({STATES})) NOT VALID")
    op.execute("ALTER TABLE turns VALIDATE CONSTRAINT turns_state_check")
    op.execute("ALTER TABLE turns ADD COLUMN continues boolean NOT NULL DEFAULT false")
    op.execute("CREATE INDEX turns_waiting ON turns (lease_until) WHERE state = 'waiting'")
    for table, definition in {"turn_rounds": ROUNDS, "turn_steps": STEPS}.items():
        op.execute(definition)
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY app ON {table} TO parley_app USING ({OWN})")
        op.execute(f"CREATE POLICY platform ON {table} TO parley_platform USING ({PLATFORM})")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO parley_app, parley_platform")


def downgrade() -> None:
    raise NotImplementedError("Migrations only expand; restore a backup to go back.")
