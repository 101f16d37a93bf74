"""A finding in words, for the student who reads it; and a derivation, for its author."""
