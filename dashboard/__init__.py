"""The dashboard: address → View → query → judged rows → markup → page."""
