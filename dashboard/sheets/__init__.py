"""Excel, Word and PowerPoint for people."""
