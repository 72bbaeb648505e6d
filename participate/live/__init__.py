"""Writing in a clause together: rooms in this process, connections to them, and news from other processes."""
