"""Webhooks with what is to be told to them, and imports of pages of the web."""

from alembic import op

revision = "0010"
down_revision = "0009"

# An event's body is text: every attempt sends, and signs, the very same bytes.
TABLES = """
CREATE TABLE webhooks (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  url text NOT NULL,
  description text NOT NULL,
  events text[] NOT NULL,
  enabled boolean NOT NULL,
  disabled_reason text NOT NULL DEFAULT '',
  sealed bytea NOT NULL,
  sealed_before bytea,
  before_until timestamptz,
  failing_since timestamptz,
  failures integer NOT NULL DEFAULT 0,
  held_until timestamptz,
  created_by uuid NOT NULL,
  created_at timestamptz NOT NULL,
  UNIQUE (workspace_id, id)
);

CREATE TABLE webhook_events (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL REFERENCES workspaces ON DELETE CASCADE,
  type text NOT NULL,
  at timestamptz NOT NULL,
  body text NOT NULL,
  UNIQUE (workspace_id, id)
);
CREATE INDEX webhook_events_age ON webhook_events (at);

CREATE TABLE webhook_deliveries (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL,
  webhook_id uuid NOT NULL,
  event_id uuid NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
  attempts integer NOT NULL DEFAULT 0,
  due_at timestamptz NOT NULL,
  attempted_at timestamptz,
  status integer,
  error text NOT NULL DEFAULT '',
  duration_ms integer,
  FOREIGN KEY (workspace_id, webhook_id) REFERENCES webhooks (workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, event_id) REFERENCES webhook_events (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX webhook_deliveries_latest ON webhook_deliveries (webhook_id, id DESC);
CREATE INDEX webhook_deliveries_event ON webhook_deliveries (event_id);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_id, due_at) WHERE state = 'waiting';

CREATE TABLE web_pages (
  document_id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL,
  collection_id uuid NOT NULL,
  url text NOT NULL,
  url_hash bytea NOT NULL,
  etag text NOT NULL DEFAULT '',
  last_modified text NOT NULL DEFAULT '',
  fetched_at timestamptz,
  FOREIGN KEY (workspace_id, document_id) REFERENCES documents (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX web_pages_url ON web_pages (collection_id, url_hash);

CREATE TABLE imports (
  id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL,
  collection_id uuid NOT NULL,
  url text NOT NULL,
  hosts text[] NOT NULL,
  most_pages integer NOT NULL,
  if_exists text NOT NULL,
  restricted_to uuid[],
  state text NOT NULL CHECK (state IN ('running', 'reading', 'done', 'failed', 'cancelled')),
  found integer NOT NULL DEFAULT 0,
  skipped integer NOT NULL DEFAULT 0,
  problems jsonb NOT NULL DEFAULT '[]',
  failure jsonb,
  created_by uuid NOT NULL,
  created_at timestamptz NOT NULL,
  finished_at timestamptz,
  UNIQUE (workspace_id, id),
  FOREIGN KEY (workspace_id, collection_id) REFERENCES collections (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX imports_collection ON imports (collection_id, id DESC);
CREATE INDEX imports_unfinished ON imports (workspace_id) WHERE state IN ('running', 'reading');

CREATE TABLE import_pages (
  import_id uuid NOT NULL,
  document_id uuid NOT NULL,
  workspace_id uuid NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('created', 'unchanged', 'replacing')),
  PRIMARY KEY (import_id, document_id),
  FOREIGN KEY (workspace_id, import_id) REFERENCES imports (workspace_id, id) ON DELETE CASCADE,
  FOREIGN KEY (workspace_id, document_id) REFERENCES documents (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX import_pages_document ON import_pages (document_id);

-- When each host of the web may be asked again; of no workspace, for all of them share the politeness.
CREATE TABLE web_hosts (
  host text PRIMARY KEY,
  free_at timestamptz NOT NULL
);
"""

# What the role that serves requests may do; it never reads a webhook's secret.
APP_RIGHTS = {
    "webhooks": "SELECT (id, workspace_id, url, description, events, enabled, disabled_reason, before_until,"
    " failing_since, failures, held_until, created_by, created_at), INSERT, UPDATE, DELETE",
    "webhook_events": "SELECT, INSERT",
    "webhook_deliveries": "SELECT, INSERT",
    "web_pages": "SELECT, INSERT, UPDATE",
    "imports": "SELECT, INSERT, UPDATE",
    "import_pages": "SELECT",
}


# The addresses of an import tell what its documents are about.
READABLE_IMPORT = (
    " AND (restricted_to IS NULL OR created_by = (SELECT parley_user())"
    " OR restricted_to && (SELECT parley_principals()))"
)

# Through the documents, whose own policy then holds for what tells of them.
OF_DOCUMENTS = frozenset({"web_pages", "import_pages"})


def upgrade() -> None:
    for statement in TABLES.split(";\n"):
        if statement.strip():
            op.execute(statement)
    for table, rights in APP_RIGHTS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        readable = f" AND EXISTS (SELECT FROM documents d WHERE d.id = {table}.document_id)"
        visible = readable if table in OF_DOCUMENTS else READABLE_IMPORT if table == "imports" else ""
        op.execute(
            f"CREATE POLICY app ON {table} TO parley_app"
            f" USING (workspace_id = (SELECT parley_workspace()){visible})"
        )
        op.execute(
            f"CREATE POLICY platform ON {table} TO parley_platform"
            " USING ((SELECT parley_workspace()) IS NULL OR workspace_id = (SELECT parley_workspace()))"
        )
        op.execute(f"GRANT {rights} ON {table} TO parley_app")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO parley_platform")
    op.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON web_hosts TO parley_platform")


def downgrade() -> None:
    raise NotImplementedError("Migrations only expand; restore a backup to go back.")
