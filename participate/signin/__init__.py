"""Ways of signing in: protocols only."""
