"""The district's own database: opened, read, checked."""
