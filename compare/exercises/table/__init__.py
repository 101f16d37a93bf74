"""The bundled course's table of mistakes: programs that are wrong in a known way, each with its name.

programs   formulas.py (one step, with the switches of its mistakes)  programs.py (a loop of them)
mistakes   mistakes.py (the table)  solved.py (those with a number in them)  hypotheses.py (one or two of them)
rounding   allowance.py  run_allowance.py (what float32 may do to the results of any of them)
explained  comparison.py (does a program give what came?)  explanations.py (which does)  by_table.py (as a finding)
"""
