"""The words of an address."""
