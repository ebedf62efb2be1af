"""The Alembic chain: linear, expanding first and contracting later."""
