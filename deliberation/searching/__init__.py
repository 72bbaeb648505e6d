"""Searching what is published: one index on each database, kept by the database itself."""
