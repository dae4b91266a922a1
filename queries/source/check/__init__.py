"""What `motcua check` finds."""
