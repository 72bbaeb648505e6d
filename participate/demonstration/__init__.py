"""The demonstration: an invented valley, made by a seed, so that every page has something to show."""
