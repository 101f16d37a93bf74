"""An exercise as one reference function: a file of formulas, from which everything else follows.

asked     prepared.py (questions)  kept.py (from one run to the next)  tasks.py (the file to fill in)
judged    judge.py  wrong.py  named.py (which mistake)  example.py (where it shows)  by_hand.py (worked on paper)
          followed.py, mending.py (right, given the student's own earlier steps)
mistaken  mistakes/ (slips of the pen, and which one it was)
compared  derivation.py  sides.py (NumPy, the engine, torch)
"""
