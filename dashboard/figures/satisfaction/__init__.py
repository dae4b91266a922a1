"""What is drawn: satisfaction."""
