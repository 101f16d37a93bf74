"""What a student recorded instead of code: a list of losses, or numbers from a sheet of paper.

losses    files.py  logs.py (read, each as it was written)  history.py (judged)  readings.py (explained by the table)
          runs.py (a program held against the record)  rates.py  starts.py (what its loop did, solved from the losses)
          of_course.py (the loop of a course's own formulas)
paper     paper.py (judged)  slips.py (explained)
"""
