"""The domain: tables and the verbs that change them. No HTTP, no clock of its own."""
