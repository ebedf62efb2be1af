"""What a vector store beside the database still has to learn."""

from alembic import op

revision = "0014"
down_revision = "0013"

# One row for each workspace that a store beside the database mirrors; none while there is no such store.
# No foreign key: the row outlives its workspace until the store has forgotten that, too.
MIRRORS = """
CREATE TABLE vector_mirrors (
  workspace_id uuid PRIMARY KEY,
  store text NOT NULL,
  state text NOT NULL CHECK (state IN ('entering', 'building', 'ready', 'leaving')),
  -- Of state 'entering': every transaction from here on notes what it changes.
  noted_from bigint,
  -- Of state 'building': the last of the changes that make the mirror whole.
  whole_at bigint,
  leased_until timestamptz NOT NULL DEFAULT '-infinity',
  served_at timestamptz NOT NULL DEFAULT '-infinity',
  failures integer NOT NULL DEFAULT 0,
  failure text
)
"""

# A change tells which vector is to be looked at again; what became of it, the database knows.
CHANGES = """
CREATE TABLE vector_changes (
  workspace_id uuid NOT NULL,
  seq bigint GENERATED ALWAYS AS IDENTITY,
  chunk_id bigint NOT NULL,
  model text NOT NULL,
  PRIMARY KEY (workspace_id, seq)
)
"""

# With the rights of the tables' owner: no request can note a change that it does not make.
NOTE = """
CREATE FUNCTION parley_note_vectors() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO public.vector_changes (workspace_id, chunk_id, model)
  SELECT c.workspace_id, c.chunk_id, c.model FROM changed c
  WHERE EXISTS (
    SELECT FROM public.vector_mirrors m WHERE m.workspace_id = c.workspace_id AND m.state <> 'leaving'
  );
  RETURN NULL;
END $$
"""

# Before the workspace's vectors go with it, so that their going is not noted one by one.
LEAVE = """
CREATE FUNCTION parley_leave_vector_mirror() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  UPDATE public.vector_mirrors SET state = 'leaving' WHERE workspace_id = OLD.id;
  RETURN OLD;
END $$
"""

TRIGGERS = """
CREATE TRIGGER note_added AFTER INSERT ON chunk_vectors
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION parley_note_vectors();
CREATE TRIGGER note_changed AFTER UPDATE ON chunk_vectors
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION parley_note_vectors();
CREATE TRIGGER note_removed AFTER DELETE ON chunk_vectors
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION parley_note_vectors();
CREATE TRIGGER leave_vector_mirror BEFORE DELETE ON workspaces
  FOR EACH ROW EXECUTE FUNCTION parley_leave_vector_mirror()
"""


def upgrade() -> None:
    for table, definition in {"vector_mirrors": MIRRORS, "vector_changes": CHANGES}.items():
        op.execute(definition)
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY app ON {table} TO parley_app USING (workspace_id = (SELECT parley_workspace()))"
        )
        op.execute(
            f"CREATE POLICY platform ON {table} TO parley_platform"
            " USING ((SELECT parley_workspace()) IS NULL OR workspace_id = (SELECT parley_workspace()))"
        )
        # Row-level security binds the owner as well, in whose name the triggers note changes.
        op.execute(f"CREATE POLICY noting ON {table} TO CURRENT_USER USING (true)")
        op.execute(f"GRANT SELECT ON {table} TO parley_app")
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO parley_platform")
    op.execute(NOTE)
    op.execute(LEAVE)
    for trigger in TRIGGERS.split(";\n"):
        op.execute(trigger)


def downgrade() -> None:
    raise NotImplementedError("Migrations only expand; restore a backup to go back.")
