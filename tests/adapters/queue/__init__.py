"""The job queue, on a real PostgreSQL."""
