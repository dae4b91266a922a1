"""One row a dossier: what it was, day by day."""
