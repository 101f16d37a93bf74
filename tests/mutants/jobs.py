"""What a process with tests in it is asked to do, and what it answers."""

import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import pytest

from tests.mutants.server import Progress, in_fork

KILLED, SURVIVED, TIMED_OUT, UNFIT = "killed", "survived", "timed out", "unfit"
STATUSES = {0: SURVIVED, 3: UNFIT, None: TIMED_OUT}  # of a fork; any other is a failure of a test, or a crash


class Measured(NamedTuple):
    """How long a test took, by the clock and of a processor, whether it passed, and to which places it came."""

    seconds: float
    work: float
    passed: bool
    places: int


class Trial(NamedTuple):
    """A mutant, and the tests to be run one after the other, each with the seconds that it may take."""

    file: Path
    old: str
    new: str
    tests: tuple[tuple[str, float], ...]


class Outcome(NamedTuple):
    fate: str
    test: str  # the one that ended it
    seconds: float


class Watched(Protocol):
    """A plugin that notices when a test fails."""

    failed: bool
    progress: Progress


def run(plugin: Watched, items: dict[str, pytest.Item], tests: Sequence[tuple[str, float]]) -> bool:
    """Run the tests until one fails. Is there one that fails?"""
    known = [(number, items[test], limit) for number, (test, limit) in enumerate(tests) if test in items]
    followers = [*(item for _, item, _ in known[1:]), None]
    for (number, item, limit), following in zip(known, followers, strict=False):  # none is known, none is run
        plugin.progress.tell(number, limit)
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if plugin.failed:
            break
    return plugin.failed


def work_done() -> float:
    """The seconds that this process and those that it has waited for have had of a processor."""
    return sum(os.times()[:4])


def noted() -> int:
    """The places to which any process came, one bit each."""
    notes = bytes(getattr(sys, "mutant_notes", b""))
    return int("0" + "".join("01"[note] for note in reversed(notes)), 2)


def outcome(trial: Trial, folder: Path, work: Callable[[], int], progress: Progress) -> Outcome:
    """What becomes of the mutant, which is in its file meanwhile, for processes that a test starts."""
    if not trial.tests:
        return Outcome(SURVIVED, "", 0.0)
    started = time.monotonic()
    (folder / trial.file).write_text(trial.new, encoding="utf-8")
    status = in_fork(work, progress)
    (folder / trial.file).write_text(trial.old, encoding="utf-8")
    return Outcome(STATUSES.get(status, KILLED), trial.tests[progress.number][0], time.monotonic() - started)
