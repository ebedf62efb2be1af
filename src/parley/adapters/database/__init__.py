"""PostgreSQL: tables, queries and row-level security; the only place that speaks SQL."""
