"""What was promised, and how to check it: policy, decisions, disclosure. Standard library only."""
