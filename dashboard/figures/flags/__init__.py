"""What is drawn: flags."""
