"""Runs the tests nearest to a mutant in a fork of this process, which has imported what takes long to import."""

import ast
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import hypothesis  # noqa: F401
import matplotlib.figure  # noqa: F401
import numpy as np  # noqa: F401
import pytest
import rich.table  # noqa: F401
import torch
from mutants_made import Mutant

LEFT_OUT = (".git", ".venv", "build", "__pycache__", ".hypothesis")
NOT_HERE = ("test_page_browser.py", "test_fuzz.py", "test_house.py", "test_mutants.py")  # slow, or about the text
GRACE = 10.0  # seconds beyond three times what the sound code takes

Groups = Sequence[Sequence[str]]

torch.set_num_threads(1)


def nearest_tests(file: Path, kit: Path) -> list[list[str]]:
    """The test files that import the module of `file` by the fewest steps, and those that do by one more."""
    steps = {test.name: _steps(test, file, kit) for test in sorted((kit / "tests").glob("test_*.py"))}
    usable = {name: count for name, count in steps.items() if count is not None and name not in NOT_HERE}
    nearest = min(usable.values(), default=0)
    groups = ([name for name, count in usable.items() if count == nearest + more] for more in (0, 1))
    return [group for group in groups if group]


def _steps(test: Path, file: Path, kit: Path) -> int | None:
    """How many imports lead from the test to the file; None where none does."""
    reached, frontier, count = {test}, [test], 0
    while frontier:
        if kit / file in frontier:
            return count
        frontier = [found for path in frontier for found in _imported(path, kit) if found not in reached]
        reached |= set(frontier)
        count += 1
    return None


def _imported(path: Path, kit: Path, cache: dict[Path, list[Path]] = {}) -> list[Path]:  # noqa: B006
    """The files of the kit that `path` imports, anywhere in it."""
    if path not in cache:
        names = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        places = [place for name in names for base in (kit, kit / "tests") for place in _places(base, name)]
        cache[path] = [place for place in places if place.is_file()]
    return cache[path]


def _places(base: Path, name: str) -> tuple[Path, Path]:
    module = base.joinpath(*name.split("."))
    return module.with_suffix(".py"), module / "__init__.py"


@contextmanager
def copies(kit: Path, count: int) -> Iterator[list[Path]]:
    """So many copies of the checkout, in memory where there is a file system in memory."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as scratch:
        folders = [Path(scratch) / str(number) for number in range(count)]
        for folder in folders:
            shutil.copytree(kit, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
        yield folders


class Trial(NamedTuple):
    """Tests that are running in a copy, and until when they may."""

    folder: Path
    job: object
    started: float
    until: float


class Bench:
    """Tries mutants, one in each copy at a time."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.free = list(folders)
        self.running: dict[int, Trial] = {}
        self.seconds: dict[str, float] = {}

    def measure(self, tests: Sequence[str]) -> None:
        """Run every test file on the sound code. One that fails is left out: it would seem to kill every mutant."""
        for name, fate, seconds in self._all((name, [[name]], 600.0) for name in tests):
            if fate == "survived":
                self.seconds[str(name)] = seconds
            else:
                print(f"left out, as it fails without a mutant: tests/{name}", flush=True)

    def run(self, mutants: Sequence[Mutant], tests: dict[Path, Groups]) -> Iterator[tuple[Mutant, str]]:
        """Each mutant and its fate: "killed", "timed out" or "survived"."""
        sound = {
            file: [[name for name in group if name in self.seconds] for group in groups]
            for file, groups in tests.items()
        }
        jobs = ((mutant, sound[mutant.file], self._limit(sound[mutant.file])) for mutant in mutants)
        for mutant, fate, _ in self._all(jobs):
            assert isinstance(mutant, Mutant)
            yield mutant, fate

    def _limit(self, groups: Groups) -> float:
        return 3 * sum(self.seconds[name] for group in groups for name in group) + GRACE

    def _all(self, jobs: Iterator[tuple[object, Groups, float]]) -> Iterator[tuple[object, str, float]]:
        for job, tests, limit in jobs:
            while not self.free:
                yield self._finished()
            self._start(job, tests, limit)
        while self.running:
            yield self._finished()

    def _start(self, job: object, tests: Groups, limit: float) -> None:
        folder, now = self.free.pop(), time.monotonic()
        if isinstance(job, Mutant):
            (folder / job.file).write_text(job.code, encoding="utf-8")
        pid = os.fork()
        if pid == 0:
            _tests_in(folder, tests)
        self.running[pid] = Trial(folder, job, now, now + limit)

    def _finished(self) -> tuple[object, str, float]:
        """Wait for one trial to end, or to run out of time."""
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            late = [running for running, trial in self.running.items() if time.monotonic() > trial.until]
            if pid in self.running:
                return self._tidied(pid, "survived" if status == 0 else "killed")
            if late:
                os.killpg(late[0], signal.SIGKILL)
                os.waitpid(late[0], 0)
                return self._tidied(late[0], "timed out")
            time.sleep(0.01)

    def _tidied(self, pid: int, fate: str) -> tuple[object, str, float]:
        trial = self.running.pop(pid)
        if isinstance(trial.job, Mutant):
            shutil.copy(Path(__file__).parent.parent / trial.job.file, trial.folder / trial.job.file)
        self.free.append(trial.folder)
        return trial.job, fate, time.monotonic() - trial.started


def _tests_in(folder: Path, groups: Groups) -> None:
    """Run the tests in the copy, in this process, until a group of them fails; and end the process."""
    os.setsid()
    os.chdir(folder)
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)
    sys.path[:] = [str(folder), *(path for path in sys.path if "site-packages" in path or "lib/python" in path)]
    sys.dont_write_bytecode = True
    os.environ |= {"PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"}
    failed = True
    try:
        failed = any(
            pytest.main(["-x", "-q", "-p", "no:cacheprovider", *(f"tests/{name}" for name in group)])
            for group in groups
            if group
        )
    finally:
        os._exit(failed)
