"""On which inputs a function is tried, what is right on each, and how far rounding may carry a right program from that.

inputs.py       ordinary ones, and those on which a special answer shows
polynomials.py  exact ones, on which no usual form of a polynomial rounds, and what equality shows there
runs.py         what only a run shows             small.py  inputs small enough for paper, the smallest first
"""
