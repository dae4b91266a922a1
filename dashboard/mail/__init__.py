"""Letters to the accounts: made by what each may see, sent through the district's own mail server."""
