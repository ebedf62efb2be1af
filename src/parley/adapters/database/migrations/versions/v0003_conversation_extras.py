"""Branches, pins, titles, summaries, feedback, share links and the search index of conversations."""

from alembic import op

revision = "0003"
down_revision = "0002"

# What is there may have been renamed by its user, so no model may give it a title: hence two defaults.
COLUMNS = """
ALTER TABLE conversations
  ADD COLUMN active_message_id uuid,
  ADD COLUMN pinned_at timestamptz,
  ADD COLUMN title_source text NOT NULL DEFAULT 'user'
    CHECK (title_source IN ('first_line', 'model', 'user')),
  ADD COLUMN idempotency_key text,
  ADD COLUMN indexed_as_of timestamptz;
ALTER TABLE conversations ALTER COLUMN title_source SET DEFAULT 'first_line';
CREATE UNIQUE INDEX conversations_idempotency ON conversations (workspace_id, user_id, idempotency_key)
  WHERE idempotency_key IS NOT NULL;
CREATE INDEX messages_tree ON messages (conversation_id, parent_id, id);
ALTER TABLE workspaces
  ADD COLUMN public_sharing boolean NOT NULL DEFAULT false,
  ADD COLUMN public_passages boolean NOT NULL DEFAULT false;
"""

TABLES = """
CREATE TABLE conversation_summaries (
  message_id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL,
  user_id uuid NOT NULL,
  conversation_id uuid NOT NULL,
  text text NOT NULL,
  model text NOT NULL,
  created_at timestamptz NOT NULL,
  FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX conversation_summaries_conversation ON conversation_summaries (conversation_id);

CREATE TABLE message_feedback (
  message_id uuid NOT NULL,
  user_id uuid NOT NULL,
  id uuid NOT NULL,
  workspace_id uuid NOT NULL,
  conversation_id uuid NOT NULL,
  rating text NOT NULL CHECK (rating IN ('up', 'down')),
  reason text CHECK (reason IN ('wrong', 'incomplete', 'not_in_sources', 'unsafe', 'other')),
  comment text NOT NULL,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (message_id, user_id),
  FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX message_feedback_latest ON message_feedback (workspace_id, id DESC);
CREATE INDEX message_feedback_conversation ON message_feedback (conversation_id);

CREATE TABLE conversation_shares (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL,
  user_id uuid NOT NULL,
  conversation_id uuid NOT NULL,
  leaf_id uuid NOT NULL,
  title text NOT NULL,
  audience text NOT NULL CHECK (audience IN ('workspace', 'public')),
  token_hash bytea NOT NULL UNIQUE,
  idempotency_key text,
  created_at timestamptz NOT NULL,
  expires_at timestamptz,
  revoked_at timestamptz,
  FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX conversation_shares_conversation ON conversation_shares (conversation_id);
CREATE UNIQUE INDEX conversation_shares_idempotency
  ON conversation_shares (workspace_id, user_id, idempotency_key) WHERE idempotency_key IS NOT NULL;

CREATE TABLE message_index (
  key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  message_id uuid NOT NULL UNIQUE,
  workspace_id uuid NOT NULL,
  user_id uuid NOT NULL,
  conversation_id uuid NOT NULL,
  length integer NOT NULL,
  model text NOT NULL DEFAULT '',
  embedding halfvec,
  FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id) ON DELETE CASCADE
);
ALTER TABLE message_index ALTER COLUMN embedding SET STORAGE PLAIN;
CREATE INDEX message_index_user ON message_index (workspace_id, user_id, model, message_id DESC)
  INCLUDE (length);
CREATE INDEX message_index_conversation ON message_index (conversation_id);

CREATE TABLE message_terms (
  workspace_id uuid NOT NULL,
  user_id uuid NOT NULL,
  term text NOT NULL,
  message_key bigint NOT NULL,
  conversation_id uuid NOT NULL,
  frequency smallint NOT NULL,
  length smallint NOT NULL,
  -- All that a search reads, so that it needs the index alone.
  PRIMARY KEY (workspace_id, user_id, term, message_key) INCLUDE (frequency, length),
  FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX message_terms_conversation ON message_terms (conversation_id);
"""

OWN_TABLES = (
    "conversation_summaries",
    "message_feedback",
    "conversation_shares",
    "message_index",
    "message_terms",
)

_OWN = "workspace_id = (SELECT parley_workspace()) AND user_id = (SELECT parley_user())"
_PLATFORM = "(SELECT parley_workspace()) IS NULL OR workspace_id = (SELECT parley_workspace())"


def upgrade() -> None:
    for statement in (COLUMNS + TABLES).split(";\n"):
        if statement.strip():
            op.execute(statement)
    for table in OWN_TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY app ON {table} TO parley_app USING ({_OWN})")
        op.execute(f"CREATE POLICY platform ON {table} TO parley_platform USING ({_PLATFORM})")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO parley_app, parley_platform")
    # To enqueue a job that waits already is to look whether it does.
    op.execute("GRANT SELECT (status) ON pgqueuer TO parley_app")


def downgrade() -> None:
    raise NotImplementedError("Migrations only expand; restore a backup to go back.")
