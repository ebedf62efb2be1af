"""What late interaction compares a question with: a few bits for each token of a chunk, beside its vector."""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.execute("ALTER TABLE chunk_vectors ADD COLUMN tokens bytea")
    # Out of line, so that scans over the vectors stay as fast as they were; random bits are not compressed.
    op.execute("ALTER TABLE chunk_vectors ALTER COLUMN tokens SET STORAGE EXTERNAL")


def downgrade() -> None:
    raise NotImplementedError("Migrations only expand; restore a backup to go back.")
