"""Pure renderers of finished records, a folder a reader; the words stand in `messages/`, an area and a language a file.

lesson/       who compares: tables, notes (`--bits`, `--why`), as_json, graph, figures (panels, curves)
answer/       a student: explained (what is said, in order), differences (numbers), mistakes;
              finding for a terminal, a program and a notebook, page for a browser
gradebook/    a class: its records, files (to upload, too), page, and a student's own reports
page/         who opens the page: page, evidence (tables, figures, code), editors, play; python, in_browser (the check)
language.py   the reader's language   terminal.py  its width, tables, progress   templating.py  templates of pages

An allowance is how far rounding may carry a right program; a finding is what was found in one answer; a part is one
labelled sentence of it; a note stands beside, and takes nothing away. `say` and `words` are messages in one language.
"""
