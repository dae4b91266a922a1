"""What is drawn: online."""
