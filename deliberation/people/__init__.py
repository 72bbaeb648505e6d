"""Who takes part: accounts, pseudonyms within one space, sessions."""
