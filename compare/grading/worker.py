"""One answer graded, in whichever process or thread of whichever machine the executor has put it."""

import threading
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from compare.exercises import sources
from compare.exercises.faults import Fault
from compare.exercises.findings import Failure, Finding
from compare.exercises.judge import examine
from compare.grading.batch import GraderFailure
from compare.grading.entries import CODE
from compare.grading.terms import Graded, Terms
from compare.sandbox.calls import BAD_SOURCE
from compare.sandbox.run import Sandbox, SandboxError

SOLUTION = Path(__file__).with_name("solution.py")


class Job(NamedTuple):
    """One answer to be graded: the key of its finding, what kind of file it is, and its bytes."""

    key: str
    suffix: str
    source: bytes


class Done(NamedTuple):
    """The finding of a job; or None and why the grader, not the student, failed."""

    key: str
    graded: Graded | None
    fault: str = ""


_mine = threading.local()  # a sandbox serves one thread


def grade(terms: Terms, job: Job) -> Done:
    """Grade one answer. A fault of the judge's is reported as such and stops no other answer."""
    started = perf_counter()
    try:
        finding, starts = _examined(terms, job)
    except Exception as error:  # whatever it is, the other answers are to be graded
        _drop_sandbox()
        return Done(job.key, None, f"{type(error).__name__}: {error}")
    return Done(job.key, Graded(finding, starts, perf_counter() - started))


def own_solution(terms: Terms) -> Finding:
    """Our own answers, graded as a student's are. Raises `GraderFailure` where that fails."""
    done = grade(terms, Job("", ".py", SOLUTION.read_bytes()))
    if done.graded is None:
        raise GraderFailure(f"our own solution could not be graded: {done.fault}")
    return done.graded.finding


def _examined(terms: Terms, job: Job) -> tuple[Finding, tuple[int, ...]]:
    name = "answers" + job.suffix  # the same content has the same finding, whoever handed it in
    try:
        if job.suffix not in CODE:
            return _history(terms, name, job.source), ()
        source = sources.from_bytes(name, job.source)
    except Fault as fault:
        of = sum(terms.course.points.values()) if job.suffix in CODE else terms.course.history_points
        return Finding(0.0, of, (), Failure(BAD_SOURCE, fault.text(terms.language), None)), ()
    return _in_sandbox(terms, source.text), source.starts


def _history(terms: Terms, name: str, data: bytes) -> Finding:
    from compare import lessons
    from compare.exercises import histories, history

    losses = histories.from_bytes(name, data).losses
    found = history.diagnose_history(losses, lessons.load(terms.course.lesson))
    return Finding(found.points, found.of, (found,))


def _in_sandbox(terms: Terms, source: bytes) -> Finding:
    """A sandbox that has failed, never by a student's fault, is replaced once."""
    try:
        return examine(source, terms.course, _sandbox())
    except SandboxError:
        _drop_sandbox()
        return examine(source, terms.course, _sandbox())


def _sandbox() -> Sandbox:
    if not hasattr(_mine, "sandbox"):
        _mine.sandbox = Sandbox()
    sandbox: Sandbox = _mine.sandbox
    return sandbox


def _drop_sandbox() -> None:
    if hasattr(_mine, "sandbox"):
        _mine.sandbox.close()
        del _mine.sandbox
