"""The first tables, with row-level security on every one that belongs to a workspace."""

from alembic import op

revision = "0001"
down_revision = None

# Roles belong to the server, not to the database: another database of it may have made them before.
ROLES = """
DO $$
DECLARE
  serving text;
BEGIN
  FOREACH serving IN ARRAY ARRAY['parley_app', 'parley_platform'] LOOP
    BEGIN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOBYPASSRLS', serving);
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;
    END;
    IF NOT pg_has_role(current_user, serving, 'SET') THEN
      EXECUTE format('GRANT %I TO %I', serving, current_user);
    END IF;
  END LOOP;
END $$;
"""

# NULLIF: after SET LOCAL on a pooled connection the setting reads '' instead of NULL.
FUNCTIONS = """
CREATE FUNCTION parley_workspace() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  RETURN NULLIF(current_setting('parley.workspace_id', true), '')::uuid;
CREATE FUNCTION parley_user() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
  RETURN NULLIF(current_setting('parley.user_id', true), '')::uuid;
CREATE FUNCTION parley_principals() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE
  RETURN NULLIF(current_setting('parley.principals', true), '')::uuid[];
"""

TABLES = """
CREATE TABLE users (
  id uuid PRIMARY KEY,
  email text NOT NULL,
  email_key text GENERATED ALWAYS AS (lower(email)) STORED,
  name text NOT NULL,
  password_hash text NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX users_email_key ON users (email_key);

CREATE TABLE sessions (
  id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  refresh_hash text NOT NULL,
  expires_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  revoked_at timestamptz
);
CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE workspaces (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  created_at timestamptz NOT NULL
);

CREATE TABLE memberships (
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('owner', 'admin', 'editor', 'member', 'viewer')),
  created_at timestamptz NOT NULL,
  PRIMARY KEY (workspace_id, user_id)
);
CREATE INDEX memberships_user ON memberships (user_id);

CREATE TABLE audit_log (
  id uuid PRIMARY KEY,
  at timestamptz NOT NULL,
  workspace_id uuid,
  actor_id uuid,
  action text NOT NULL,
  subject_id uuid,
  detail jsonb NOT NULL
);
CREATE INDEX audit_log_workspace ON audit_log (workspace_id, id);

CREATE TABLE bots (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  name text NOT NULL,
  description text NOT NULL,
  version integer NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  UNIQUE (workspace_id, id)
);
CREATE INDEX bots_by_name ON bots (workspace_id, name, id);

CREATE TABLE bot_versions (
  bot_id uuid NOT NULL,
  version integer NOT NULL,
  workspace_id uuid NOT NULL,
  configuration jsonb NOT NULL,
  created_by uuid NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (bot_id, version),
  FOREIGN KEY (workspace_id, bot_id) REFERENCES bots (workspace_id, id) ON DELETE CASCADE
);

CREATE TABLE collections (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  name text NOT NULL,
  description text NOT NULL,
  created_at timestamptz NOT NULL,
  UNIQUE (workspace_id, id)
);
CREATE UNIQUE INDEX collections_name ON collections (workspace_id, lower(name));

CREATE TABLE documents (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL,
  collection_id uuid NOT NULL,
  name text NOT NULL,
  media_type text NOT NULL,
  size_bytes bigint NOT NULL,
  sha256 text NOT NULL,
  file_key text NOT NULL,
  state text NOT NULL CHECK (state IN ('received', 'reading', 'embedding', 'ready', 'failed')),
  failure jsonb,
  progress real NOT NULL,
  page_count integer,
  chunk_count integer NOT NULL,
  term_count bigint NOT NULL,
  principals uuid[],
  created_by uuid NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  UNIQUE (workspace_id, id),
  FOREIGN KEY (workspace_id, collection_id) REFERENCES collections (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX documents_collection ON documents (collection_id, created_at DESC, id DESC);

CREATE TABLE chunks (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace_id uuid NOT NULL,
  collection_id uuid NOT NULL,
  document_id uuid NOT NULL,
  ordinal integer NOT NULL,
  text text NOT NULL,
  heading_path text[] NOT NULL,
  page integer,
  char_start integer NOT NULL,
  char_end integer NOT NULL,
  principals uuid[],
  FOREIGN KEY (workspace_id, document_id) REFERENCES documents (workspace_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX chunks_document ON chunks (document_id, ordinal);

CREATE TABLE chunk_terms (
  workspace_id uuid NOT NULL,
  collection_id uuid NOT NULL,
  term text NOT NULL,
  chunk_id bigint NOT NULL,
  document_id uuid NOT NULL,
  frequency smallint NOT NULL,
  length smallint NOT NULL,
  principals uuid[],
  -- All that a search reads, so that it needs the index alone.
  PRIMARY KEY (collection_id, term, chunk_id) INCLUDE (workspace_id, principals, frequency, length),
  FOREIGN KEY (workspace_id, document_id) REFERENCES documents (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX chunk_terms_document ON chunk_terms (document_id);

CREATE TABLE chunk_vectors (
  chunk_id bigint NOT NULL,
  model text NOT NULL,
  workspace_id uuid NOT NULL,
  collection_id uuid NOT NULL,
  document_id uuid NOT NULL,
  principals uuid[],
  embedding halfvec NOT NULL,
  PRIMARY KEY (chunk_id, model),
  FOREIGN KEY (workspace_id, document_id) REFERENCES documents (workspace_id, id) ON DELETE CASCADE
);
ALTER TABLE chunk_vectors ALTER COLUMN embedding SET STORAGE PLAIN;
CREATE INDEX chunk_vectors_collection ON chunk_vectors (collection_id);
CREATE INDEX chunk_vectors_document ON chunk_vectors (document_id);

CREATE TABLE conversations (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
  bot_id uuid,
  title text NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  UNIQUE (workspace_id, id),
  FOREIGN KEY (workspace_id, bot_id) REFERENCES bots (workspace_id, id) ON DELETE SET NULL (bot_id)
);
CREATE INDEX conversations_latest ON conversations (workspace_id, user_id, updated_at DESC, id DESC);
CREATE INDEX conversations_bot ON conversations (bot_id);

CREATE TABLE messages (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL,
  user_id uuid NOT NULL,
  conversation_id uuid NOT NULL,
  parent_id uuid,
  role text NOT NULL CHECK (role IN ('user', 'assistant')),
  text text NOT NULL,
  state text NOT NULL CHECK (state IN ('complete', 'cancelled', 'failed')),
  citations jsonb NOT NULL,
  turn_id uuid,
  created_at timestamptz NOT NULL,
  FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX messages_conversation ON messages (conversation_id, id);

CREATE TABLE turns (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL,
  user_id uuid NOT NULL,
  conversation_id uuid NOT NULL,
  bot_id uuid NOT NULL,
  bot_version integer NOT NULL,
  user_message_id uuid NOT NULL,
  assistant_message_id uuid NOT NULL,
  idempotency_key text,
  state text NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
  epoch integer NOT NULL,
  lease_owner uuid,
  lease_until timestamptz,
  cancel_requested timestamptz,
  receipt jsonb,
  created_at timestamptz NOT NULL,
  finished_at timestamptz,
  UNIQUE (workspace_id, id),
  FOREIGN KEY (workspace_id, conversation_id) REFERENCES conversations (workspace_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX turns_idempotency ON turns (workspace_id, user_id, idempotency_key)
  WHERE idempotency_key IS NOT NULL;
CREATE INDEX turns_unfinished ON turns (lease_until NULLS FIRST) WHERE state IN ('queued', 'running');
CREATE INDEX turns_conversation ON turns (conversation_id);

CREATE TABLE turn_events (
  turn_id uuid NOT NULL,
  seq integer NOT NULL,
  workspace_id uuid NOT NULL,
  user_id uuid NOT NULL,
  epoch integer NOT NULL,
  at timestamptz NOT NULL,
  type text NOT NULL,
  data json NOT NULL,  -- not jsonb: readers get the bytes that were sent live
  PRIMARY KEY (turn_id, seq),
  FOREIGN KEY (workspace_id, turn_id) REFERENCES turns (workspace_id, id) ON DELETE CASCADE
);
"""

# As sub-selects the functions run once a query, not once a row.
_IN_WORKSPACE = "workspace_id = (SELECT parley_workspace())"
_READABLE = f"{_IN_WORKSPACE} AND (principals IS NULL OR principals && (SELECT parley_principals()))"
_OWN = f"{_IN_WORKSPACE} AND user_id = (SELECT parley_user())"

# What the role that serves requests may see and change. With no workspace set, it is nothing.
APP_POLICIES = {
    "workspaces": "id = (SELECT parley_workspace())",
    "memberships": _IN_WORKSPACE,
    "audit_log": _IN_WORKSPACE,
    "bots": _IN_WORKSPACE,
    "bot_versions": _IN_WORKSPACE,
    "collections": _IN_WORKSPACE,
    "documents": _READABLE,
    "chunks": _READABLE,
    "chunk_terms": _READABLE,
    "chunk_vectors": _READABLE,
    "conversations": _OWN,
    "messages": _OWN,
    "turns": _OWN,
    "turn_events": _OWN,
}

# Signing in lists a user's own workspaces before any one is chosen; it may read them, no more.
OWN_POLICIES = {
    "memberships": "(SELECT parley_workspace()) IS NULL AND user_id = (SELECT parley_user())",
    "workspaces": "(SELECT parley_workspace()) IS NULL"
    " AND id IN (SELECT m.workspace_id FROM memberships m WHERE m.user_id = (SELECT parley_user()))",
}


def upgrade() -> None:
    op.execute(ROLES)
    op.execute("CREATE EXTENSION IF NOT EXISTS vector")
    for statement in (FUNCTIONS + TABLES).split(";\n"):
        if statement.strip():
            op.execute(statement)
    op.execute("GRANT USAGE ON SCHEMA public TO parley_app, parley_platform")
    op.execute("GRANT SELECT, INSERT, UPDATE ON users, sessions TO parley_app, parley_platform")
    for table, visible in APP_POLICIES.items():
        _secure(table, visible)
    for table, visible in OWN_POLICIES.items():
        op.execute(f"CREATE POLICY app_own ON {table} FOR SELECT TO parley_app USING ({visible})")


def _secure(table: str, visible: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY app ON {table} TO parley_app USING ({visible})")
    key = "id" if table == "workspaces" else "workspace_id"
    op.execute(
        f"CREATE POLICY platform ON {table} TO parley_platform"
        f" USING ((SELECT parley_workspace()) IS NULL OR {key} = (SELECT parley_workspace()))"
    )
    rights = "SELECT, INSERT" if table == "audit_log" else "SELECT, INSERT, UPDATE, DELETE"
    op.execute(f"GRANT {rights} ON {table} TO parley_app, parley_platform")


def downgrade() -> None:
    raise NotImplementedError("Migrations only expand; restore a backup to go back.")
