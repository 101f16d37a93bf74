"""One answer graded, in whichever process or thread of whichever machine the executor has put it."""

import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from time import monotonic, perf_counter
from typing import NamedTuple

from compare.exercises import Fault, sources
from compare.exercises.findings import RIGHT, Failure, Finding
from compare.exercises.judge import LEFT_OUT, MOST, examine
from compare.exercises.reference import prepared
from compare.grading import limits
from compare.grading.executors import GraderFailure
from compare.grading.terms import Graded, Terms
from compare.sandbox.calls import BAD_SOURCE, KILLED, STALLED, Answer, Exercise, Limits, SourceFailure
from compare.sandbox.proof import lacking
from compare.sandbox.run import Sandbox
from compare.typed import CODE

FAILED, BUSY = "grader-failed", "machine-busy"


class Job(NamedTuple):
    """One answer to be graded: the key of its finding, what kind of file it is, and its bytes."""

    key: str
    suffix: str
    source: bytes


class Done(NamedTuple):
    """The finding of a job; or None and why the grader, not the student, failed: a key of the messages, and details."""

    key: str
    graded: Graded | None
    flaw: str = ""
    fault: str = ""
    stalled: bool = False  # the wall clock ended some of it: it slept, or the machine was busy
    killed: bool = False  # the system killed some of it, as the machine was short of memory
    alone: bool = False  # it was run once more by itself, as the machine may have been busy

    @property
    def cut_short(self) -> bool:
        """May it, run by itself, end in another way?"""
        return self.stalled or self.killed

    def is_the_machines(self) -> bool:
        """Is it, having been run by itself, the machine's doing that it was cut short? No answer can be killed for want
        of memory by its own: it may not have as much."""
        return self.killed or (self.stalled and limits.is_busy())


class Watched:
    """A sandbox's runs of one answer. `stalled` says whether the wall clock may have cut any of them short, with
    processor time left: an exercise, a line of the top level, or what is asked once more, when half of the time that
    all of it has together went by without computing; `killed` whether the system ended any, for want of memory."""

    def __init__(self, sandbox: Sandbox, seconds: float) -> None:
        self._sandbox, self._patience = sandbox, MOST * seconds / 2
        self._runs, self._waited, self.stalled, self.killed = 0, 0.0, False, False

    def run(self, source: bytes, exercises: Sequence[Exercise], allowed: Limits) -> tuple[Answer, ...] | SourceFailure:
        """One answer an exercise, in order."""
        started, computed = monotonic(), self._sandbox.computed
        given = self._sandbox.run(source, exercises, allowed)
        ends = (given,) if isinstance(given, SourceFailure) else given
        if self._runs:
            self._waited += monotonic() - started - (self._sandbox.computed - computed)
        self._runs += 1
        self.stalled |= self._waited > self._patience or any(_is(STALLED, end) for end in ends)
        self.killed |= any(_is(KILLED, end) for end in ends)
        return given


def _is(reason: str, end: Answer | SourceFailure) -> bool:
    """Did that end it, or a line of its top level?"""
    left_out = [note for note in end.notes if note.startswith(LEFT_OUT)] if isinstance(end, Answer) else []
    return reason in (end.reason, *(note.split(":")[2] for note in left_out))


_mine = threading.local()  # a sandbox serves one thread
_nursery: socket.socket | None = None


def begin(nursery: socket.socket | None, pool: Mapping[prepared.Key, prepared.Prepared]) -> None:
    """In a worker of this machine: where its sandboxes are to be born, and what it need not prepare for itself."""
    global _nursery
    _nursery = nursery
    prepared.tell(pool)


def keys_of(terms: Terms) -> list[prepared.Key]:
    """Every exercise on every set of inputs that any answer may be tried on, each once."""
    formulas, seeds = terms.course.formulas, terms.seeds()
    pairs = ((name, seed) for name in terms.course.points for seed in seeds)
    return sorted({(formulas, name, prepared.distinct(formulas, name, seed)) for name, seed in pairs}, reverse=True)


def prepare(key: prepared.Key) -> tuple[prepared.Key, prepared.Prepared]:
    """One of them."""
    return key, prepared.prepared(*key)


def grade(terms: Terms, job: Job, show: Callable[[Terms, str, Graded], None] | None = None) -> Done:
    """Grade one answer, and `show` its finding where it is not right. A fault of the judge's is reported as such and
    stops no other answer; where it takes more than `limits` allow, its process ends, or `MemoryError` is raised."""
    started = perf_counter()
    try:
        with limits.processor_time():
            finding, starts, watched = _examined(terms, job)
            graded = Graded(finding, starts, perf_counter() - started)
            if show and not finding.all_right:
                show(terms, job.suffix, graded)
    except GraderFailure:
        raise
    except MemoryError:
        _drop_sandbox()
        raise
    except Exception as error:  # whatever it is, the other answers are to be graded
        _drop_sandbox()
        return Done(job.key, None, FAILED, f"{type(error).__name__}: {error}")
    return Done(job.key, graded, stalled=bool(watched and watched.stalled), killed=bool(watched and watched.killed))


def rehearse(terms: Terms) -> tuple[str, ...]:
    """Grade the reference as an answer, before anybody's. Returns the layers of isolation that do not hold.

    Raises `GraderFailure` where it does not reach full marks.
    """
    from compare.exercises.reference import tasks

    done = grade(terms, Job("", ".py", tasks.solution(terms.course)))
    if done.graded is None:
        raise GraderFailure(f"our own solution could not be graded: {done.fault}")
    if not done.graded.finding.all_right:
        raise GraderFailure(f"our own solution does not reach full marks: {_faults(done.graded.finding)}")
    return missing_here(terms)


def _faults(finding: Finding) -> str:
    if finding.failure:
        return f"{finding.failure.reason} {finding.failure.detail}".strip()
    wrong = [exercise for exercise in finding.exercises if exercise.verdict != RIGHT]
    return ", ".join(f"{exercise.name} {exercise.reason}" for exercise in wrong) + "; see the course's limits"


def _examined(terms: Terms, job: Job) -> tuple[Finding, tuple[int, ...], Watched | None]:
    name = "answers" + job.suffix  # the same content has the same finding, whoever handed it in
    try:
        if job.suffix not in CODE:
            return _history(terms, name, job.source), (), None
        source = sources.from_bytes(name, job.source)
    except Fault as fault:
        of = sum(terms.course.points.values()) if job.suffix in CODE else terms.course.history_points
        return Finding(0.0, of, (), _unreadable(name, fault, terms)), (), None
    watched = Watched(_sandbox(terms), terms.course.seconds)
    finding = examine(source.text, terms.drawn_for(job.source), watched)
    finding = finding._replace(notes=(*source.notes, *finding.notes))
    return finding, source.starts, watched


def _unreadable(name: str, fault: Fault, terms: Terms) -> Failure:
    return Failure(BAD_SOURCE, fault.text(terms.language).removeprefix(f"{name}: "), None)


def _history(terms: Terms, name: str, data: bytes) -> Finding:
    from compare import lessons
    from compare.exercises.records import files as histories

    lesson = lessons.load(terms.course.lesson)
    found = histories.examine(name, histories.from_bytes(name, data), lesson, terms.course)
    return Finding(found.points, found.of, (found,))


def missing_here(terms: Terms) -> tuple[str, ...]:
    """What isolation lacks where this thread runs its answers: layers that are not there, acts that are not refused."""
    _sandbox(terms)
    missing: tuple[str, ...] = _mine.missing
    return missing


def _sandbox(terms: Terms) -> Sandbox:
    """This thread's sandbox, proved before its first answer. Raises `GraderFailure` where isolation is missing."""
    if not hasattr(_mine, "missing"):
        _mine.sandbox = Sandbox(_nursery)
        missing = tuple(each.name for each in lacking(_mine.sandbox))
        if missing and terms.isolated:
            _drop_sandbox()
            raise GraderFailure(f"isolation does not hold here: {', '.join(missing)}; see doctor, or give --unsafe")
        _mine.missing = missing
    sandbox: Sandbox = _mine.sandbox
    return sandbox


def _drop_sandbox() -> None:
    if hasattr(_mine, "sandbox"):
        _mine.sandbox.close()
    _mine.__dict__.clear()
