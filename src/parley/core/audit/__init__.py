"""Who did what, when: an append-only record for administrators."""
