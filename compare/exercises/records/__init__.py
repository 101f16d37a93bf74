"""What a student recorded instead of code: a list of losses, or numbers from a sheet of paper.

losses    files.py (read, each as it was written)  history.py (judged)  readings.py (explained)
          runs.py (a program held against the record)  rates.py  frozen.py (what its loop did, solved from the losses)
paper     paper.py
"""
