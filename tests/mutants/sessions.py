"""Two pytest sessions: one has collected the tests before the first mutant comes, one collects them with the mutant."""

import gc
import sys
import time
from collections.abc import Sequence
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

import hypothesis
import hypothesis.strategies
import pytest

from tests.mutants.jobs import Measured, Outcome, Trial, noted, outcome, run, work_done
from tests.mutants.patched import Live, Unfit
from tests.mutants.server import Progress, in_fork

OPTIONS = ("-q", "--tb=no", "--assert=plain", "-p", "no:cacheprovider")
MEASURING = 120.0  # seconds that a sound test may take


class Session:
    """A pytest plugin that collects the tests, and then does what it is asked through `pipe`."""

    def __init__(self, folder: Path, pipe: Connection) -> None:
        self.folder, self.pipe = folder, pipe
        self.failed = False
        self.broken: list[str] = []
        self.items: dict[str, pytest.Item] = {}
        self.progress = Progress()

    def pytest_sessionstart(self) -> None:
        _fail_fast()

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.broken.append(report.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed |= report.failed

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.items = {item.nodeid: item for item in session.items}
        self.live = Live(self.folder)
        _warm_up()
        gc.collect()
        gc.freeze()  # a fork that collects garbage leaves alone what is not its own
        self.pipe.send((list(self.items), self.broken, noted()))
        while True:
            job = self.pipe.recv()
            if isinstance(job, Trial):
                self.pipe.send(self.tried(job))
            elif in_fork(lambda tests=job: self._measure(tests), self.progress) != 0:
                self.pipe.send([])

    def _measure(self, tests: Sequence[str]) -> int:
        """In a fork, with nothing in any cache: tell what each of the tests does."""
        self.live.forget()
        self.pipe.send([self._measured(test) for test in tests])
        return 0

    def _measured(self, test: str) -> Measured:
        notes = getattr(sys, "mutant_notes", bytearray())
        notes[:] = bytes(len(notes))
        self.failed, started, work = False, time.monotonic(), work_done()
        failed = run(self, self.items, [(test, MEASURING)])
        return Measured(time.monotonic() - started, work_done() - work, not failed, noted())

    def tried(self, trial: Trial) -> Outcome:
        return outcome(trial, self.folder, lambda: self._patched(trial), self.progress)

    def _patched(self, trial: Trial) -> int:
        try:
            self.live.patch(trial.file, trial.old, trial.new)
        except Unfit:
            return 3
        return int(run(self, self.items, trial.tests))


class Fresh:
    """A pytest plugin that collects the tests of one trial, and runs them."""

    def __init__(self, trial: Trial, progress: Progress) -> None:
        self.trial, self.progress = trial, progress
        self.failed = False
        self.status = 1

    def pytest_sessionstart(self) -> None:
        _fail_fast()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.failed |= report.failed

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        self.status = int(session.testsfailed > 0 or run(self, items, self.trial.tests))
        return True


def serve_collected(files: Sequence[str], folder: Path, pipe: Connection) -> None:
    """With the checkout imported."""
    pytest.main([*_options(folder), "--continue-on-collection-errors", *files], plugins=[Session(folder, pipe)])


def serve_fresh(folder: Path, pipe: Connection) -> None:
    """With nothing but the libraries imported."""
    progress = Progress()
    while True:
        trial = pipe.recv()
        pipe.send(outcome(trial, folder, partial(_fresh, trial, folder, progress), progress))


def _fresh(trial: Trial, folder: Path, progress: Progress) -> int:
    plugin = Fresh(trial, progress)
    progress.tell(0, MEASURING)
    files = dict.fromkeys(test.partition("::")[0] for test, _ in trial.tests)
    pytest.main([*_options(folder), *files], plugins=[plugin])
    return plugin.status


def _options(folder: Path) -> list[str]:
    return [*OPTIONS, f"--basetemp={folder}.tmp", f"--rootdir={folder}"]


def _fail_fast() -> None:
    """A failure is enough; nobody reads the smallest example. It comes after conftest.py, before the tests."""
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    settings = hypothesis.settings(hypothesis.settings(), phases=phases, report_multiple_bugs=False, database=None)
    hypothesis.settings.register_profile("mutants", settings)
    hypothesis.settings.load_profile("mutants")


def _warm_up() -> None:
    """What the first test of hypothesis's would do."""

    @hypothesis.given(hypothesis.strategies.integers())
    def trivial(number: int) -> None:
        assert isinstance(number, int)

    trivial()
