"""For those who translate: `python -m participate.translating` gathers every sentence into the catalogues."""
