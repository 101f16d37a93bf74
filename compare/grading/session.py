"""One run over a class, in the folder of its gradebook: who is there, what is graded, what an appeal has changed."""

import errno
import os
import socket
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from functools import partial
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeAlias

from compare.exercises.reference.prepared import Key, Prepared
from compare.grading import Fault, executors, files, worker
from compare.grading.entries import HISTORIES, Refused, digest
from compare.grading.executors import GraderFailure
from compare.grading.ledger import Enrolled, Ledger
from compare.grading.submissions import Found, Submission, named
from compare.grading.terms import Graded, Terms
from compare.grading.worker import BUSY, Done, Job
from compare.sandbox.start import Nursery

Pool: TypeAlias = Mapping[Key, Prepared]

LEDGER = "ledger.sqlite"
WINDOW = 4  # answers in hand for each worker
CLUSTER_WINDOW = 64
PATIENCE = 60  # with a worker, times an exercise's limit and 10 s: what computes is ended long before


class Session:
    """A context manager that holds the ledger in `out`, by whose chance the inputs are drawn, unless one is given; the
    class is what was `found`.

    Raises `Fault` where `out` lies in the `place` of the answers or cannot be used, or `only` names nobody.
    """

    def __init__(
        self, place: Path, out: Path, terms: Terms, found: Found, only: str | None = None, chance: int | None = None
    ) -> None:  # fmt: skip
        self.out, self.anew = out, only is not None
        _apart(place, out)
        self.submissions = found.submissions
        self.wanted = named(self.submissions, only) if only else self.submissions
        self._ledger, self.ledger = _ledger(out), out / LEDGER
        try:
            self.terms = terms._replace(chance=self._ledger.chance(chance))
        except BaseException:
            self._ledger.close()
            raise
        self.damaged = 0  # findings in it that had changed since they were made, and are made anew

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ledger.close()

    def enrol(self, reports: Callable[[str], Iterable[str]]) -> int:
        """Put the class on the roll; take away the `reports(id)` of those who have left. Returns how many to grade."""
        for gone in self._ledger.ids() - {submission.id for submission in self.submissions}:
            for path in reports(gone):
                (self.out / path).unlink(missing_ok=True)
        enrol(self.submissions, self._ledger, self.terms)
        self.damaged = self._ledger.distrust()
        return len(self.wanted) if self.anew else self.missing

    def crew(
        self, jobs: int | None, dask: str | None, nursery: Nursery | None = None
    ) -> tuple[AbstractContextManager[Executor], int]:
        """The workers, and how many answers they may have in hand.

        By default two more than processors: a judge waits while its answer runs. They share a `nursery`.
        """
        if dask:
            return executors.dask(dask), CLUSTER_WINDOW
        count = max(1, min(jobs or (os.cpu_count() or 1) + 2, self.missing))
        few = self.missing < len(self.terms.seeds())  # they need fewer sets of inputs than there are
        pool = {} if few else self._pool(min(count, os.cpu_count() or 1))
        return self._local(count, nursery.socket if nursery else None, pool), WINDOW * count

    def _local(self, count: int, nursery: socket.socket | None, pool: Pool) -> AbstractContextManager[Executor]:
        begin = partial(worker.begin, nursery, pool)
        return executors.local(count, begin, PATIENCE * (self.terms.course.seconds + 10))

    def _pool(self, count: int) -> Pool:
        """All that any answer may be tried on, prepared by so many workers."""
        keys = worker.keys_of(self.terms)
        if count == 1:
            return dict(map(worker.prepare, keys))
        with self._local(count, None, {}) as crew:
            return dict(executors.run(keys, worker.prepare, crew, len(keys), _hopeless))

    def rehearse(self, crew: Executor, window: int) -> Sequence[str]:
        """Grade our own solution, once for each worker, so that all of them start at the same time.

        Returns the layers of isolation that do not hold where the answers are run.
        """
        count = window // WINDOW
        found = executors.run([self.terms] * count, worker.rehearse, crew, count, _hopeless)
        return tuple(dict.fromkeys(chain.from_iterable(sorted(found))))

    def grade(self, crew: Executor, window: int, show: Callable[[Terms, str, Graded], None]) -> Iterator[Done]:
        """Grade what is missing; each finding is safe in the ledger before it is yielded.

        `show` does with a finding whatever the reports will do with it.
        """
        work = partial(worker.grade, self.terms, show=show)
        return grade_missing(self.wanted, self._ledger, self.terms, work, crew, window, self.anew)

    @property
    def missing(self) -> int:
        """How many findings are still to be made."""
        return self._ledger.missing()

    def graded(self) -> frozenset[str]:
        """Who has a finding, by the reports' ids."""
        return self._ledger.graded()

    @property
    def has_histories(self) -> bool:
        return any(submission.suffix in HISTORIES for submission in self.submissions)

    def rows(self) -> Iterator[tuple[Enrolled, Graded | None]]:
        """Everyone who has a finding or a flaw."""
        return ((who, graded) for who, graded in self._ledger.roll() if graded or who.flaw)

    def write(
        self, small: Iterable[tuple[str, str]], large: Iterable[tuple[str, Iterable[str]]], gone: Iterable[str] = ()
    ) -> None:
        """Write the reports, each whole or not at all: the `small` of the students, then the `large` of the class. Take
        away those of an earlier run that are not written any more."""
        for path in gone:
            (self.out / path).unlink(missing_ok=True)
        for path, text in small:
            files.write_small(f"{self.out}/{path}", text)
        for path, chunks in large:
            files.write(self.out / path, chunks)
        for left_by_a_death in self.out.glob(f"*/{files.PARTIAL}"):
            left_by_a_death.unlink()


def _hopeless(_: object, flaw: str) -> Any:
    raise GraderFailure(f"our own solution could not be graded: {flaw}; is there memory for the workers?")


def _apart(place: Path, out: Path) -> None:
    """Raise `Fault` where the gradebook would lie among the answers."""
    ours = Path(os.path.realpath(out))
    if Path(os.path.realpath(place)) in (ours, *ours.parents):
        raise Fault("out-inside", out, answers=place)


def _ledger(out: Path) -> Ledger:
    """The ledger in `out`, which is made where there is none, and closed to everyone else."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        if out.stat().st_mode & 0o777 != 0o700:
            out.chmod(0o700)
    except OSError as error:
        raise Fault("read-only" if error.errno == errno.EROFS else "no-folder", out, reason=error.strerror) from error
    return Ledger(out / LEDGER)


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

    What stalled, or was killed for want of memory, is run once more, alone: on a busy machine that is nobody's
    fault, and what ends so again there is not kept.

    A job on which the grader failed is on no disk: its submissions carry the flaw in this run, and the next run tries
    them again.
    """
    jobs, in_hand, stalled = _jobs(submissions, ledger, terms, anew), dict[str, Job](), list[Job]()
    for done in executors.run((in_hand.setdefault(job.key, job) for job in jobs), work, crew, window, _lost):
        job = in_hand.pop(done.key)
        if done.cut_short:
            stalled.append(job)
        else:
            yield _kept(done, ledger)
    for done in executors.run(stalled, work, crew, 1, _lost):
        yield _kept((Done(done.key, None, BUSY) if done.is_the_machines() else done)._replace(alone=True), ledger)


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
