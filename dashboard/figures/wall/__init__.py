"""What is drawn: wall."""
