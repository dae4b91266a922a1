"""On time, late, open: statements, verdicts, trend."""
