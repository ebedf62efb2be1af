"""The job queue: jobs are rows of PostgreSQL, so they commit with the work that asks for them."""
