"""How dossiers were handed in and given back."""
