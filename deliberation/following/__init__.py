"""Following what is public, and being told what became of it."""
