"""Numbered sheets: figures that were taken as evidence, kept as they were."""
