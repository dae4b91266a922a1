"""The votes of citizens."""
