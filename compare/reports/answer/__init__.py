"""A finding in words, for the student who reads it."""
