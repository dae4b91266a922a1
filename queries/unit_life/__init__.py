"""Complaints, receptions, procedures used."""
