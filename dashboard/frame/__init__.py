"""What frames a page and its cards."""
