"""Where the work is done: processes of this machine, or an existing Dask cluster."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import wait
from typing import Any, TypeVar

from compare.grading.batch import GraderFailure
from compare.grading.faults import Fault
from compare.typed import installing

Result = TypeVar("Result")
PATIENCE = "10s"  # with a scheduler that does not answer


class _Local(ProcessPoolExecutor):
    """Its workers are born deaf to Ctrl-C, which a terminal sends to them as well."""

    def submit(self, work: Callable[..., Result], /, *arguments: Any, **options: Any) -> Future[Result]:
        with _deaf():
            return super().submit(work, *arguments, **options)


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
def local(jobs: int, begin: Callable[[], None]) -> Iterator[Executor]:
    """`jobs` fresh processes, each of which does `begin` first. Leaving early, by an error or Ctrl-C, ends them at once
    instead of waiting for them.

    They are forks of a fresh process that has imported the judge, once for all; a fork of this one would share the
    ledger's lock.
    """
    prepare()
    before = set(multiprocessing.active_children())
    pool = _Local(jobs, multiprocessing.get_context("forkserver"), initializer=_begin, initargs=(begin,))
    try:
        yield pool
    except BaseException:
        for child in set(multiprocessing.active_children()) - before:
            child.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(begin: Callable[[], None]) -> None:
    """A worker does not outlive the grader, however that ends."""
    grader = multiprocessing.parent_process()
    assert grader is not None  # as this runs in a worker
    threading.Thread(target=_end_after, args=(grader.sentinel,), daemon=True).start()
    begin()


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
