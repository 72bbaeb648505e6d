"""Where deliberation happens: spaces and their consultations."""
