"""A lesson for who compares: on a terminal, as JSON, as figures."""
