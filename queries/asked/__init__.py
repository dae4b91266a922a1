"""What the reader asked to see: view, period, days and order of names; no SQL."""
