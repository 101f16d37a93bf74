"""Many jobs on any `concurrent.futures.Executor`, a few at a time, so that memory does not grow with their number.

The results come in the order in which they are finished. An executor that breaks (a worker was killed, or ran out of
memory) is replaced, and what it had not finished is given to the next one.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import AbstractContextManager, ExitStack
from itertools import chain, islice
from queue import SimpleQueue
from typing import Any, Self, TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")

ATTEMPTS = 3  # executors that may break in a row with nothing finished between them


class GraderFailure(Exception):
    """The grader itself could not do its job; its text is one line."""


class Crew:
    """An executor, and the next one where it breaks: a context manager around what `make()` gives."""

    def __init__(self, make: Callable[[], AbstractContextManager[Executor]]) -> None:
        self._make, self._stack = make, ExitStack()

    def __enter__(self) -> Self:
        self.executor = self._stack.enter_context(self._make())
        return self

    def __exit__(self, *error: Any) -> None:
        self._stack.__exit__(*error)

    def renew(self) -> None:
        self._stack.close()
        self.executor = self._stack.enter_context(self._make())


def run(jobs: Iterable[Job], work: Callable[[Job], Result], crew: Crew, window: int) -> Iterator[Result]:
    """Every job's result, with at most `window` jobs handed out at a time.

    Whatever `work` raises is raised here. Raises `GraderFailure` when executors break `ATTEMPTS` times in a row.
    """
    todo, broken = iter(jobs), 0
    while broken < ATTEMPTS:
        flying: dict[Future[Result], Job] = {}
        try:
            for result in _fly(todo, work, crew.executor, window, flying):
                broken = 0
                yield result
            return
        except BrokenExecutor:
            broken += 1
            todo = chain(list(flying.values()), todo)
            crew.renew()
    raise GraderFailure(f"the workers died {ATTEMPTS} times without finishing one answer; is there memory for them?")


def _fly(
    todo: Iterator[Job],
    work: Callable[[Job], Result],
    executor: Executor,
    window: int,
    flying: dict[Future[Result], Job],
) -> Iterator[Result]:
    """The results that one executor gives. A job stays in `flying` until its result is out."""
    landed: SimpleQueue[Future[Result]] = SimpleQueue()
    while True:
        for job in islice(todo, window - len(flying)):
            future = _submitted(executor, work, job)
            flying[future] = job
            future.add_done_callback(landed.put)
        if not flying:
            return
        for future in sorted(_all_of(landed), key=_failed):  # what is finished is not lost with what failed beside it
            result = future.result()
            del flying[future]
            yield result


def _all_of(queue: SimpleQueue[Job]) -> Iterator[Job]:
    """What is in the queue: at least one, for which it waits."""
    yield queue.get()
    while not queue.empty():
        yield queue.get()


def _failed(future: Future[Result]) -> bool:
    return future.exception() is not None


def _submitted(executor: Executor, work: Callable[[Job], Result], job: Job) -> Future[Result]:
    """The job's future; one that has failed already where the executor broke before it could take the job."""
    try:
        return executor.submit(work, job)
    except BrokenExecutor as error:
        future: Future[Result] = Future()
        future.set_exception(error)
        return future
