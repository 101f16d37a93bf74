"""The run over a class: everyone onto the roll, and what the ledger lacks to the workers."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor

from compare.grading import limits
from compare.grading.batch import run
from compare.grading.entries import Refused, digest
from compare.grading.ledger import Enrolled, Ledger
from compare.grading.submissions import Submission
from compare.grading.terms import Terms
from compare.grading.worker import BUSY, Done, Job


def enrol(submissions: Sequence[Submission], ledger: Ledger, terms: Terms) -> int:
    """Put everyone on the ledger's roll. Returns how many findings are still to be made."""
    ledger.enrol(_read(submission, terms)[0] for submission in submissions)
    return ledger.missing()


def grade_missing(
    submissions: Sequence[Submission],
    ledger: Ledger,
    terms: Terms,
    work: Callable[[Job], Done],
    crew: Executor,
    window: int,
    anew: bool = False,
) -> Iterator[Done]:
    """Grade what the ledger lacks, or all of it `anew`; each finding is in the ledger before it is yielded.

    What stalled is run once more, alone: on a busy machine that is nobody's fault, and what stalls again there is not
    kept.

    A job on which the grader failed is on no disk: its submissions carry the flaw in this run, and the next run tries
    them again.
    """
    jobs, in_hand, stalled = _jobs(submissions, ledger, terms, anew), dict[str, Job](), list[Job]()
    for done in run((in_hand.setdefault(job.key, job) for job in jobs), work, crew, window, _lost):
        job = in_hand.pop(done.key)
        if done.stalled:
            stalled.append(job)
        else:
            yield _kept(done, ledger)
    for done in run(stalled, work, crew, 1, _lost):
        unsure = done.stalled and limits.is_busy()
        yield _kept((Done(done.key, None, BUSY) if unsure else done)._replace(alone=True), ledger)


def _kept(done: Done, ledger: Ledger) -> Done:
    if done.graded:
        ledger.put(done.key, done.graded)
    else:
        ledger.blame(done.key, done.flaw)
    return done


def _lost(job: Job, flaw: str) -> Done:
    return Done(job.key, None, flaw)


def _jobs(submissions: Sequence[Submission], ledger: Ledger, terms: Terms, anew: bool) -> Iterator[Job]:
    """One job a key: a copied answer is graded once. A file that has changed meanwhile is corrected on the roll."""
    handed_out: set[str] = set()
    for submission in submissions:
        enrolled, source = _read(submission, terms)
        ledger.amend(enrolled)
        key = enrolled.key
        if key and key not in handed_out and (anew or key not in ledger):
            handed_out.add(key)
            yield Job(key, submission.suffix, source)


def _read(submission: Submission, terms: Terms) -> tuple[Enrolled, bytes]:
    who = (submission.submission, submission.id, submission.who)
    try:
        source = submission.read()
    except Refused as refusal:
        return Enrolled(*who, None, refusal.flaw), b""
    return Enrolled(*who, terms.key(submission.suffix, source), None, digest(source)), source
