"""The lesson as a page of its own, and the check that runs on it."""
