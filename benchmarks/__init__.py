"""What the program costs, measured against a floor in the same run. Figures, never pass or fail."""
