"""Encryption of what must be kept secret in the database."""
