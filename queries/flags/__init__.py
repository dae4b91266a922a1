"""Every flag, and the dossiers behind it."""
