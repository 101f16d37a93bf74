"""One submission in a container of its own, as Gradescope hands it over: a folder of what one student uploaded."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from compare.grading import limits, worker
from compare.grading.entries import Refused, digest
from compare.grading.ledger import Enrolled
from compare.grading.submissions import only_one
from compare.grading.terms import Graded, Terms
from compare.grading.worker import BUSY, Done, Job


class Alone(NamedTuple):
    """The submission, its finding if it has one, and the layers of isolation that the container withholds."""

    who: Enrolled
    graded: Graded | None
    missing: Sequence[str]


def graded(folder: Path, terms: Terms) -> Alone:
    """Grade the answer in `folder`; a file that cannot be taken, and a fault of the grader's, are flaws of it."""
    submission = only_one(folder)
    who = Enrolled(submission.submission, submission.id, submission.who, None)
    try:
        job = Job("", submission.suffix, submission.read())
    except Refused as refusal:
        return Alone(who._replace(flaw=refusal.flaw), None, ())
    done = worker.grade(terms, job)
    if done.stalled and (done := worker.grade(terms, job)).stalled and limits.is_busy():
        done = Done("", None, BUSY)
    who = who._replace(flaw=done.flaw or None, digest=digest(job.source))
    return Alone(who, done.graded, worker.missing_here(terms))
