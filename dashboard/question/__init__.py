"""A reader's question and its answers."""
