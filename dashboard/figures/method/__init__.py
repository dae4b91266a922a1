"""What is drawn: method."""
