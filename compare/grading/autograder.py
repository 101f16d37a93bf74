"""One submission in a container of its own, as Gradescope hands it over: a folder of what one student uploaded."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from compare.exercises.course import Late
from compare.grading import limits, worker
from compare.grading.entries import Refused, digest
from compare.grading.ledger import Enrolled
from compare.grading.submissions import only_one
from compare.grading.terms import Graded, Terms
from compare.grading.worker import BUSY, Done, Job

METADATA = "submission_metadata.json"


class Alone(NamedTuple):
    """The submission, its finding if it has one, and the layers of isolation that the container withholds."""

    who: Enrolled
    graded: Graded | None
    missing: Sequence[str]


def graded(folder: Path, terms: Terms) -> Alone:
    """Grade the answer in `folder`; a file that cannot be taken, and a fault of the grader's, are flaws of it."""
    submission = only_one(folder, terms.course.rules)
    late = hours_late(folder.with_name(METADATA), terms.course.rules.late)
    who = Enrolled(submission.submission, submission.id, submission.who._replace(late=late), None)
    try:
        job = Job("", submission.suffix, submission.read())
    except Refused as refusal:
        return Alone(who._replace(flaw=refusal.flaw), None, ())
    done = worker.grade(terms, job)
    if done.stalled and (done := worker.grade(terms, job)).stalled and limits.is_busy():
        done = Done("", None, BUSY)
    who = who._replace(flaw=done.flaw or None, digest=digest(job.source))
    return Alone(who, done.graded, worker.missing_here(terms))


def hours_late(metadata: Path, rule: Late | None) -> float:
    """The hours after the deadline, by what Gradescope tells: the course's deadline, else the latest of the students'
    own and the assignment's. 0 where it does not tell, or the course has no rule for lateness."""
    if not rule:
        return 0.0
    try:
        told = json.loads(metadata.read_bytes())
        assignments = [told["assignment"], *(one.get("assignment") or {} for one in told.get("users", ()))]
        dates = [datetime.fromisoformat(one["due_date"]) for one in assignments if one.get("due_date")]
        due = rule.due or max(dates)
        return max(0.0, (datetime.fromisoformat(told["created_at"]) - due).total_seconds() / 3600)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return 0.0
