"""What is drawn: unit."""
