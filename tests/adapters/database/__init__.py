"""The database: migrations, queries and row-level security on a real PostgreSQL."""
