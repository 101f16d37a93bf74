"""Pure renderers of finished records. Where to look for what:

words       language.py and messages/ (one file an area and a language)  numbers.py
a lesson    tables.py  record_notes.py  comparison_json.py  steps.py  graph.py  why.py  bits.py
            figures.py  figure_*.py (drawn)  drawing.py (in a process of its own)
an answer   explained.py (in words, with differences.py  named.py  by_hand.py  cures.py  places.py)
            finding.py (terminal)  finding_{json,html,page}.py
a class     gradebook.py (the records)  gradebook_*.py (every file of it)
a page      page.py  page_*.py  notebook.py  templating.py and templates/  images/ (for the README)
a machine   doctor.py  speed.py
"""
