"""JSON and CSV for machines."""
