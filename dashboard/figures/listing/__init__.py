"""What is drawn: listing."""
