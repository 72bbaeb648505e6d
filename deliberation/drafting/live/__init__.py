"""A clause that several people write in at the same time: its shared text, kept update by update."""
