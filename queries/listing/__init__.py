"""The dossiers behind a number."""
