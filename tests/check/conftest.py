"""The place of every test of the check: see tests/support/checked.py."""

from checked import place

__all__ = ["place"]
