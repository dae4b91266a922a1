"""What is drawn: shared."""
