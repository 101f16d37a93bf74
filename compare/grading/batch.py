"""Many jobs on any `concurrent.futures.Executor`, a few at a time, so that memory does not grow with their number.

The results come in the order in which they are finished. A job that costs the workers who try it their lives costs
itself alone.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from itertools import islice
from queue import SimpleQueue
from typing import TypeVar

Job = TypeVar("Job")
Result = TypeVar("Result")

TIMED_OUT, OUT_OF_MEMORY, DIED = "judging-timed-out", "judging-out-of-memory", "judging-died"


class GraderFailure(Exception):
    """The grader itself could not do its job; its text is one line."""


class Lost(Exception):
    """Whoever tried this job came to an end at it; `flaw` says how, as a key of the messages."""

    def __init__(self, flaw: str) -> None:
        super().__init__(flaw)
        self.flaw = flaw


def run(
    jobs: Iterable[Job], work: Callable[[Job], Result], executor: Executor, window: int,
    lost: Callable[[Job, str], Result],
) -> Iterator[Result]:  # fmt: skip
    """Every job's result, with at most `window` jobs handed out at a time; of one that is lost, `lost(job, flaw)`.

    Whatever else `work` raises is raised here, after the results that were finished with it.
    """
    todo, flying = iter(jobs), dict[Future[Result], Job]()
    landed: SimpleQueue[Future[Result]] = SimpleQueue()
    while True:
        for job in islice(todo, window - len(flying)):
            future = executor.submit(work, job)
            flying[future] = job
            future.add_done_callback(landed.put)
        if not flying:
            return
        for future in sorted(_all_of(landed), key=_failed):
            job = flying.pop(future)
            flaw = _flaw(future.exception())
            yield lost(job, flaw) if flaw else future.result()


def _all_of(queue: SimpleQueue[Job]) -> Iterator[Job]:
    """What is in the queue: at least one, for which it waits."""
    yield queue.get()
    while not queue.empty():
        yield queue.get()


def _failed(future: Future[Result]) -> bool:
    return future.exception() is not None


def _flaw(error: BaseException | None) -> str | None:
    """How the job was lost; None where it was not."""
    if isinstance(error, Lost):
        return error.flaw
    if isinstance(error, MemoryError):
        return OUT_OF_MEMORY
    return DIED if type(error).__name__ == "KilledWorker" else None  # Dask's word for the death of several
