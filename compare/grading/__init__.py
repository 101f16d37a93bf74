"""Many answers at once: who handed in what, what was graded already, and the work shared among processes.

submission   one student's answer, as found in a folder or a zip
attempt      one of several answers of a student's, in the order that the origin states
roster       the table of the class that its own system exported; each student's row is filled in
team         who hand in together: a row each
entry        one file of that folder or zip, not yet read
flaw         why an entry or a submission is refused: a short name, such as `link` or `too-large`
key          what a finding depends on, hashed: the same key is never graded twice

found     entries.py, files.py (read)   naming.py, people.py (whose)   attempts.py, submissions.py (which of them)
tables    sheets.py   roster.py (the class's own)   adjustments.py (points by hand)
graded    terms.py, worker.py (one)   limits.py, executors.py (many)   session.py (run)   ledger.py, findings.py (kept)
"""

import os
from typing import ClassVar

from compare import errors


class Fault(errors.Fault):
    """A folder, a file or an option of the instructor's that cannot be used: one line that names it and the cure."""

    home: ClassVar[str] = os.path.dirname(__file__)
