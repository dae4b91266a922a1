"""What `motcua check` finds in a source, before anything is served."""
