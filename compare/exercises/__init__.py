"""What a student is asked, and how an answer is judged and explained. Where to look for what:

asked      course.py (exercises, points, limits)  draws.py (by which chance inputs are drawn)
read       sources.py  pasted.py (functions)  digits.py (numbers as they were written)
records/   recorded losses, and numbers from paper
judged     judge.py (a whole answer)  judging.py (its numbers)  multiples.py (the truth times a constant?)
           checked.py (an answer of whatever kind)  kernel.py (in the student's own notebook)
formulas/  the language of a course's reference, and its numbers
trials/    the inputs, what is right on each, and how far rounding may carry a right program
reference/ what follows from a reference: what is asked, what is wrong, which example shows it, what it takes with it
table/     the known mistakes of the bundled course, and what each computes
told       findings.py (the records)  revealed.py (how much of them a course shows)
"""

import os
from typing import ClassVar

from compare import errors


class Fault(errors.Fault):
    """A file of a student's that cannot be read: one line, in the student's language, that names it and the cure."""

    home: ClassVar[str] = os.path.dirname(__file__)
