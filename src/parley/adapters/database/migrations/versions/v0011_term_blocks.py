"""BM25 postings in blocks, with what keeps them true: the way back from a document, the dead, the sizes."""

from alembic import op

revision = "0011"
down_revision = "0010"

# A block holds postings of one term in documents with one and the same access list, so that row-level
# security binds it like any other row. Blocks are never changed: a merge takes some and makes others.
TABLES = """
CREATE TABLE term_blocks (
  id bigint GENERATED ALWAYS AS IDENTITY,
  workspace_id uuid NOT NULL,
  collection_id uuid NOT NULL,
  term text COLLATE "C" NOT NULL,
  principals uuid[],
  first_chunk bigint NOT NULL,
  last_chunk bigint NOT NULL,
  postings bytea NOT NULL,
  PRIMARY KEY (collection_id, term, id),
  FOREIGN KEY (workspace_id, collection_id) REFERENCES collections (workspace_id, id) ON DELETE CASCADE
);
ALTER TABLE term_blocks ALTER COLUMN postings SET STORAGE PLAIN;

CREATE TABLE document_terms (
  document_id uuid PRIMARY KEY,
  workspace_id uuid NOT NULL,
  collection_id uuid NOT NULL,
  principals uuid[],
  chunk_ids bigint[] NOT NULL,
  terms text[] NOT NULL,
  FOREIGN KEY (workspace_id, document_id) REFERENCES documents (workspace_id, id) ON DELETE CASCADE
);

CREATE TABLE dead_postings (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace_id uuid NOT NULL,
  collection_id uuid NOT NULL,
  principals uuid[],
  chunk_ids bigint[] NOT NULL,
  terms text[] NOT NULL,
  FOREIGN KEY (workspace_id, collection_id) REFERENCES collections (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX dead_postings_collection ON dead_postings (collection_id);

CREATE TABLE corpus_sizes (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace_id uuid NOT NULL,
  collection_id uuid NOT NULL,
  principals uuid[],
  chunks bigint NOT NULL,
  terms bigint NOT NULL,
  fresh bigint NOT NULL,
  FOREIGN KEY (workspace_id, collection_id) REFERENCES collections (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX corpus_sizes_collection ON corpus_sizes (collection_id);
CREATE INDEX chunk_vectors_space ON chunk_vectors (workspace_id, model, collection_id)
"""

_IN_WORKSPACE = "workspace_id = (SELECT parley_workspace())"
_READABLE = f"{_IN_WORKSPACE} AND (principals IS NULL OR principals && (SELECT parley_principals()))"
_PLATFORM = f"(SELECT parley_workspace()) IS NULL OR {_IN_WORKSPACE}"

# Before the triggers, and as a role that row-level security lets see every workspace: an owner that is no
# superuser sees none. Postings of before stay in chunk_terms, where searches find them too, until the
# merge has taken them over.
EXISTING = (
    "SET LOCAL ROLE parley_platform",
    """
    INSERT INTO corpus_sizes (workspace_id, collection_id, principals, chunks, terms, fresh)
    SELECT workspace_id, collection_id, principals, sum(chunk_count), sum(term_count), 0
    FROM documents WHERE chunk_count > 0 GROUP BY workspace_id, collection_id, principals
    """,
    "RESET ROLE",
)

# By triggers, so that the index stays true whatever removes or changes a document: a cascade, or a server
# of an older version that still runs. With its collection all of this goes anyway.
FUNCTIONS = (
    """
    CREATE FUNCTION note_dead_postings() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO dead_postings (workspace_id, collection_id, principals, chunk_ids, terms)
      SELECT g.workspace_id, g.collection_id, g.principals, g.chunk_ids, g.terms FROM gone g
      WHERE EXISTS (SELECT FROM collections c WHERE c.id = g.collection_id);
      RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION forget_document_terms() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      DELETE FROM document_terms WHERE document_id IN (SELECT document_id FROM gone);
      RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION size_added_documents() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO corpus_sizes (workspace_id, collection_id, principals, chunks, terms, fresh)
      SELECT workspace_id, collection_id, principals, sum(chunk_count), sum(term_count), sum(chunk_count)
      FROM added WHERE chunk_count > 0 GROUP BY workspace_id, collection_id, principals;
      RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION size_removed_documents() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO corpus_sizes (workspace_id, collection_id, principals, chunks, terms, fresh)
      SELECT workspace_id, collection_id, principals, -sum(chunk_count), -sum(term_count), 0
      FROM removed WHERE chunk_count > 0
        AND EXISTS (SELECT FROM collections c WHERE c.id = removed.collection_id)
      GROUP BY workspace_id, collection_id, principals;
      RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION size_changed_document() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO corpus_sizes (workspace_id, collection_id, principals, chunks, terms, fresh)
      SELECT workspace_id, collection_id, principals, chunks, terms, greatest(chunks, 0) FROM (VALUES
        (old.workspace_id, old.collection_id, old.principals, -old.chunk_count, -old.term_count),
        (new.workspace_id, new.collection_id, new.principals, new.chunk_count, new.term_count)
      ) AS sizes (workspace_id, collection_id, principals, chunks, terms) WHERE chunks <> 0;
      RETURN NULL;
    END $$
    """,
)

TRIGGERS = (
    """
    CREATE TRIGGER postings_died AFTER DELETE ON document_terms REFERENCING OLD TABLE AS gone
      FOR EACH STATEMENT EXECUTE FUNCTION note_dead_postings()
    """,
    """
    CREATE TRIGGER chunks_gone AFTER DELETE ON chunks REFERENCING OLD TABLE AS gone
      FOR EACH STATEMENT EXECUTE FUNCTION forget_document_terms()
    """,
    """
    CREATE TRIGGER documents_size_added AFTER INSERT ON documents REFERENCING NEW TABLE AS added
      FOR EACH STATEMENT EXECUTE FUNCTION size_added_documents()
    """,
    """
    CREATE TRIGGER documents_size_removed AFTER DELETE ON documents REFERENCING OLD TABLE AS removed
      FOR EACH STATEMENT EXECUTE FUNCTION size_removed_documents()
    """,
    """
    CREATE TRIGGER document_size_changed AFTER UPDATE OF chunk_count, term_count, principals ON documents
      FOR EACH ROW WHEN (old.chunk_count <> new.chunk_count OR old.term_count <> new.term_count
        OR old.principals IS DISTINCT FROM new.principals)
      EXECUTE FUNCTION size_changed_document()
    """,
)


def upgrade() -> None:
    for statement in TABLES.split(";\n"):
        if statement.strip():
            op.execute(statement)
    for table in ("term_blocks", "document_terms", "dead_postings", "corpus_sizes"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY app ON {table} TO parley_app USING ({_READABLE})")
        op.execute(f"CREATE POLICY platform ON {table} TO parley_platform USING ({_PLATFORM})")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO parley_app, parley_platform")
    for statement in (*EXISTING, *FUNCTIONS, *TRIGGERS):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("Migrations only expand; restore a backup to go back.")
