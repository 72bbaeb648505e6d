"""What the installation itself needs to remember: jobs, limits, its own checks."""
