"""Security, compression, health."""
