"""People and their sessions: register, sign in, refresh, sign out."""
