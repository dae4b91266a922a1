"""What is drawn: meeting."""
