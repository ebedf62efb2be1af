"""Live streams of turn events."""
