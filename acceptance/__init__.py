"""Acceptance on real figures: from a PostgreSQL, through the whole application, to its API."""
