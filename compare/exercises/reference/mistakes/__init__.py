"""Mistakes as edits of a reference's formulas: what a slip of the pen makes of them, and which one an answer shows.

slips.py (rules, a line each)  loops.py (of what is repeated)  fixed.py (a number that is solved)
edits.py (all mistakes of a function)  lacking.py (a factor of the chain rule)
explained.py (which of them gives what an answer gave)
"""
