"""An exercise as one reference function: a file of formulas, from which everything else follows.

read      text.py (parsed and restricted)  shapes.py (sizes, names of outputs)
run       run.py (node by node)  arrays.py (of any numbers)  numbers.py (with their rounding)
tried     inputs.py (trials)  polynomials.py (those on which a right program does not round)  small.py (on paper)
asked     prepared.py (questions)  kept.py (from one run to the next)  tasks.py (the file to fill in)
judged    judge.py  wrong.py  example.py (where it shows)  followed.py (right, given the student's own earlier steps)
mistaken  mistakes/ (slips of the pen, and which one it was)
compared  derivation.py  sides.py (NumPy, the engine, torch)
told      faults.*.toml (why a file cannot be used)
"""
