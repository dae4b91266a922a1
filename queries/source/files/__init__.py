"""Excel and CSV files as one-stop systems export them, read into the same parts as a database's rows."""
