"""Pure renderers of finished records, a folder a reader; the words stand in `messages/`, an area and a language a file.

lesson/       who compares: tables, notes (`--bits`, `--why`), as_json, graph, figures (panels, curves)
answer/       a student: explained (what is said, in order), differences (numbers), mistakes
finding.py    a finding for a terminal, a program, a notebook; finding_page.py for a browser
gradebook*    a class
page/         who opens the page: page, evidence (tables, figures, code), editors, play; python, in_browser (the check)
language.py   the reader's language   terminal.py  its width, tables, progress   templating.py  templates of pages

An allowance is how far rounding may carry a right program; a finding is what was found in one answer; a part is one
labelled sentence of it; a note stands beside, and takes nothing away. `say` and `words` are messages in one language.
"""
