"""What becomes public: the record of acts and the releases of data."""
