"""What people write together, and what they say about it: comments on what is being decided."""
