"""What a student is asked, and how an answer is judged and explained. Where to look for what:

asked      tasks.py (the eight functions)  template.py (the file to fill in)  course.py (points, limits)
read       sources.py  pasted.py (functions)  histories.py, logs.py (recorded losses)  paper.py (numbers from paper)
           faults.py (why something cannot be read)  digits.py (numbers as they were written)
tried      trials.py (the inputs)  truths.py (what is right)  allowance.py  run_allowance.py (rounding)
judged     judge.py (a whole answer)  judging.py (its numbers)  by_table.py  diagnosis.py (the finding of an exercise)
           questions.py (what is asked of an answer)  second_run.py (and once more of a wrong one)
           inheritance.py  multiples.py (right, given the student's own earlier steps)
           mending.py  given_steps.py (right, with right steps in the places of those)
           checked.py (an answer of whatever kind)  kernel.py (in the student's own notebook)
explained  mistakes.py (the one table)  formulas.py  programs.py (what a mistake computes)  hypotheses.py
               solved.py (those with a number in them)
           comparison.py  explanations.py (which one it was)  small_inputs.py  counterexample.py (on paper)
           history.py  runs.py  frozen.py (from losses alone)
told       findings.py (the records)  revealed.py (how much of them a course shows)
"""
