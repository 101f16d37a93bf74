"""Where the work is done: processes of this machine, or an existing Dask cluster."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from multiprocessing.connection import wait

from compare.errors import InputError
from compare.grading.batch import GraderFailure


@contextmanager
def local(jobs: int) -> Iterator[Executor]:
    """`jobs` fresh processes. Leaving early, by an error or Ctrl-C, ends them at once instead of waiting for them.

    They are spawned, not forked: a fork would share the ledger's lock and the judge's memory.
    """
    before = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), initializer=_settle)
    try:
        yield pool
    except BaseException:
        for child in set(multiprocessing.active_children()) - before:
            child.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _settle() -> None:
    """A worker leaves Ctrl-C to the grader, and does not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_the_grader, daemon=True).start()


def _end_with_the_grader() -> None:
    grader = multiprocessing.parent_process()
    if grader is not None:
        wait([grader.sentinel])
        os._exit(1)


@contextmanager
def dask(address: str) -> Iterator[Executor]:
    """The workers of the cluster whose scheduler is at `address`; a worker that dies has its jobs done by another.

    Raises `InputError` without `distributed`, `GraderFailure` where no scheduler answers.
    """
    try:
        distributed = import_module("distributed")
    except ImportError as error:
        raise InputError("--dask needs distributed: pip install 'gradient-compare[distributed]'") from error
    try:
        client = distributed.Client(address, timeout="10s")
    except (OSError, TimeoutError, ValueError) as error:
        raise GraderFailure(f"no Dask scheduler answers at {address}") from error
    with client:
        yield client.get_executor()
