"""What is held of a person: a register of it, showing it, joining it, and taking it back."""
