"""Many jobs, a few at a time, so that memory does not grow with their number, and where they are done: processes of
this machine, or an existing Dask cluster. A job that costs the workers who try it their lives costs itself alone."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from importlib import import_module
from itertools import islice
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import Connection, wait
from queue import SimpleQueue
from typing import Any, TypeVar

from compare.grading import Fault, limits
from compare.typed import installing

Job = TypeVar("Job")
Result = TypeVar("Result")
TIMED_OUT, OUT_OF_MEMORY, DIED = "judging-timed-out", "judging-out-of-memory", "judging-died"
PATIENCE = "10s"  # with a scheduler that does not answer
GRACE = 5.0  # seconds in which a worker that has nothing to do can end
LIVES = 2  # workers that one job may cost
NO_MEMORY = 77  # what a worker that ran out of memory ends with
ENDINGS = {-signal.SIGPROF: TIMED_OUT, NO_MEMORY: OUT_OF_MEMORY, -signal.SIGKILL: OUT_OF_MEMORY}  # the kernel's choice


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
        for future in sorted(_all_of(landed), key=lambda one: one.exception() is not None):
            job = flying.pop(future)
            flaw = _flaw(future.exception())
            yield lost(job, flaw) if flaw else future.result()


def _all_of(queue: SimpleQueue[Job]) -> Iterator[Job]:
    """What is in the queue: at least one, for which it waits."""
    yield queue.get()
    while not queue.empty():
        yield queue.get()


def _flaw(error: BaseException | None) -> str | None:
    """How the job was lost; None where it was not."""
    if isinstance(error, Lost):
        return error.flaw
    if isinstance(error, MemoryError):
        return OUT_OF_MEMORY
    return DIED if type(error).__name__ == "KilledWorker" else None  # Dask's word for the death of several


class _Worker:
    """A process that does one job after another."""

    def __init__(self, begin: Callable[[], None]) -> None:
        self._link, theirs = multiprocessing.Pipe()
        self.process = multiprocessing.get_context("forkserver").Process(target=_serve, args=(theirs, begin))
        with _deaf(), theirs:
            self.process.start()

    def do(self, work: Callable[..., Result], arguments: tuple[Any, ...], patience: float) -> Result:
        """The job's result. Raises what it raises, and `Lost` where the process ends, or does not within `patience`."""
        late = False
        try:
            self._link.send((work, arguments))
            late = not self._link.poll(patience)
            if late:
                self.process.kill()
            result, error = self._link.recv()
        except (EOFError, OSError):
            self.end()
            raise Lost(TIMED_OUT if late else ENDINGS.get(self.process.exitcode or 0, DIED)) from None
        if error is not None:
            raise error
        return result

    def dismiss(self) -> None:
        """There are no more jobs."""
        self._link.close()

    def end(self) -> None:
        """Wait for its end, and bring that about where it does not come."""
        self.dismiss()
        self.process.join(GRACE)
        self.process.kill()
        self.process.join()


class _Local(ThreadPoolExecutor):
    """Threads, each of which has a worker do its jobs, and another one when that has died."""

    def __init__(self, jobs: int, begin: Callable[[], None], patience: float) -> None:
        super().__init__(jobs)
        self._begin, self._patience = begin, patience
        self._mine, self._workers = threading.local(), set[_Worker]()
        self._over, self._lock = False, threading.Lock()

    def submit(self, work: Callable[..., Result], /, *arguments: Any, **options: Any) -> Future[Result]:
        return super().submit(self._done, partial(work, **options), arguments)

    def _done(self, work: Callable[..., Result], arguments: tuple[Any, ...]) -> Result:
        for _ in range(LIVES - 1):
            with suppress(Lost):
                return self._tried(work, arguments)
        return self._tried(work, arguments)

    def _tried(self, work: Callable[..., Result], arguments: tuple[Any, ...]) -> Result:
        worker = self._worker()
        try:
            return worker.do(work, arguments, self._patience)
        except Lost:
            del self._mine.worker
            self._workers.discard(worker)
            raise

    def _worker(self) -> _Worker:
        """This thread's. Raises `Lost` where all is over."""
        with self._lock:
            if self._over:
                raise Lost(DIED)
            if not hasattr(self._mine, "worker"):
                self._mine.worker = _Worker(self._begin)
                self._workers.add(self._mine.worker)
        worker: _Worker = self._mine.worker
        return worker

    def kill(self) -> None:
        """End every worker at once, whatever it does; none comes in its place."""
        with self._lock:
            self._over = True
            for worker in tuple(self._workers):
                worker.process.kill()

    def close(self) -> None:
        """End every worker once the jobs in hand are done."""
        self.shutdown(cancel_futures=True)
        for worker in self._workers:
            worker.dismiss()
        for worker in self._workers:
            worker.end()


@contextmanager
def _deaf() -> Iterator[None]:
    """What is born meanwhile does not hear Ctrl-C; this process hears it afterwards."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def prepare() -> None:
    """Start the process that `local` workers are forks of, so that it has imported the judge when they are wanted."""
    resource_tracker.ensure_running()  # the first time, it leaves Ctrl-C heard again
    with _deaf():
        forkserver.set_forkserver_preload(["compare.grading.worker"])
        forkserver.ensure_running()


@contextmanager
def local(jobs: int, begin: Callable[[], None], patience: float) -> Iterator[Executor]:
    """`jobs` fresh processes, each of which does `begin` first, and has `patience` seconds for a job. Leaving early, by
    an error or Ctrl-C, ends them at once instead of waiting for them.

    One that dies at a job is replaced, and the other tries it once more; where that dies, too, the job is `Lost`. They
    are forks of one that has imported the judge; a fork of this one would share the ledger's lock.
    """
    prepare()
    pool = _Local(jobs, begin, patience)
    try:
        yield pool
    except BaseException:
        pool.kill()
        raise
    finally:
        pool.close()


def _serve(link: Connection, begin: Callable[[], None]) -> None:
    """A worker's life. It does not outlive the grader, however that ends."""
    grader = multiprocessing.parent_process()
    assert grader is not None  # as this runs in a worker
    threading.Thread(target=_end_after, args=(grader.sentinel,), daemon=True).start()
    begin()
    limits.memory()
    with suppress(EOFError, OSError):  # the grader has no more for it, or is no more
        while True:
            work, arguments = link.recv()
            link.send(_outcome(work, arguments))


def _outcome(work: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[Any, Exception | None]:
    try:
        return work(*arguments), None
    except MemoryError:  # who knows what is whole after it
        os._exit(NO_MEMORY)
    except Exception as error:
        return None, error


def _end_after(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


@contextmanager
def dask(address: str) -> Iterator[Executor]:
    """The workers of the cluster whose scheduler is at `address`; a worker that dies has its jobs done by another.

    Raises `Fault` without `distributed`, `GraderFailure` where no scheduler answers or the cluster fails.
    """
    try:
        distributed = import_module("distributed")
    except ImportError as error:
        raise Fault("no-distributed", "", install=installing("distributed")) from error
    try:
        client = distributed.Client(address, timeout=PATIENCE)
    except (OSError, TimeoutError, ValueError) as error:
        raise GraderFailure(f"no Dask scheduler answers at {address}") from error
    try:
        with client:
            yield client.get_executor()
    except Exception as error:  # a worker's death is the cluster's own affair; what comes here is the death of too many
        if type(error).__module__.partition(".")[0] in ("distributed", "concurrent"):
            raise GraderFailure(f"the cluster at {address} failed: {type(error).__name__} {error}") from error
        raise
