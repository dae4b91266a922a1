"""What is drawn: on time."""
