"""Statements, votes and the opinion map."""
