"""Tries mutants: chooses the tests that may notice each, and has them run where the mutant can be brought in."""

import itertools
import queue
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tests.mutants.copies import copies
from tests.mutants.imports import distances
from tests.mutants.jobs import KILLED, SURVIVED, TIMED_OUT, UNFIT, Outcome, Trial
from tests.mutants.made import Mutant
from tests.mutants.map import Map
from tests.mutants.places import Places
from tests.mutants.server import Server
from tests.mutants.sessions import serve_collected, serve_fresh

GRACE = 10.0  # seconds beyond three times what a test takes on the sound code
SIBLINGS = 10  # tests that come to a place only where no test of the same function has come before and cached it
REMEMBERED = 5  # tests that have lately killed mutants of a file: they are tried first


class Result(NamedTuple):
    mutant: Mutant
    fate: str
    test: str  # that killed it
    seconds: float


class Choice:
    """Which tests may notice a mutant, the likeliest first."""

    def __init__(self, kit: Path, places: Places, known: Map) -> None:
        self.kit, self.places, self.known = kit, places, known
        self.killers: dict[Path, list[str]] = defaultdict(list)

    def noticing(self, mutant: Mutant) -> list[str]:
        """The tests that come to the place: those that killed others here, the nearest, the fastest."""
        place = self.place(mutant)
        if place is None:
            return self.near(mutant)
        coming = {test for test, known in self.known.tests.items() if known.places >> place & 1}
        functions = {_function(test) for test in coming}
        others = [test for test in self.known.tests if _function(test) in functions and test not in coming]
        return self._sorted(mutant.file, coming) + self._sorted(mutant.file, others)[:SIBLINGS]

    def near(self, mutant: Mutant) -> list[str]:
        """The tests that come to any place of the file, and all those in the nearest test files."""
        away = distances(mutant.file, self.kit)
        nearest = min(away.values(), default=0)
        near, mask = {test for test, count in away.items() if count == nearest}, self.places.mask(mutant.file)
        tests = [test for test, known in self.known.tests.items() if known.places & mask or _file(test) in near]
        return self._sorted(mutant.file, tests)

    def place(self, mutant: Mutant) -> int | None:
        return self.places.number(mutant.file, mutant.start, mutant.end)

    def is_imported(self, mutant: Mutant) -> bool:
        """Is the place executed while the tests are collected as well?"""
        place = self.place(mutant)
        return place is None or bool(self.known.collected >> place & 1)

    def remember(self, mutant: Mutant, test: str) -> None:
        killers = self.killers[mutant.file]
        self.killers[mutant.file] = [test, *(other for other in killers if other != test)][:REMEMBERED]

    def _sorted(self, file: Path, tests: Iterable[str]) -> list[str]:
        away, killers = distances(file, self.kit), list(self.killers[file])

        def rank(test: str) -> tuple[int, int, float]:
            known = killers.index(test) if test in killers else REMEMBERED
            return known, away.get(_file(test), len(away)), self.known.tests[test].work

        return sorted(tests, key=rank)


def _file(test: str) -> str:
    return test.partition("::")[0]


def _function(test: str) -> str:
    return test.partition("[")[0]


class Bench(NamedTuple):
    """Two processes in a copy of the checkout: one has imported it, and one only the libraries."""

    collected: Server
    fresh: Server


class Trials:
    """Tries mutants, one at a time in each copy of the checkout."""

    def __init__(self, choice: Choice, kit: Path, budget: float) -> None:
        self.choice, self.kit, self.budget = choice, kit, budget
        self.free: queue.SimpleQueue[Bench] = queue.SimpleQueue()
        self.sound: set[str] = set()  # tests that pass, without the mutant, where they killed one
        self.unsound: set[str] = set()

    def run(self, mutants: Sequence[Mutant], files: Sequence[str], jobs: int) -> Iterator[Result]:
        """Each mutant's fate, in their order."""
        with benches(self.kit, files, jobs) as found, ThreadPoolExecutor(jobs) as pool:
            for bench in found:
                self.free.put(bench)
            yield from pool.map(self._tried, mutants)

    def _tried(self, mutant: Mutant) -> Result:
        bench = self.free.get()
        try:
            outcome = self._outcome(mutant, bench)
        finally:
            self.free.put(bench)
        if outcome.fate in (KILLED, TIMED_OUT):
            self.choice.remember(mutant, outcome.test)
        return Result(mutant, *outcome)

    def _outcome(self, mutant: Mutant, bench: Bench) -> Outcome:
        """First where all is imported, which is quick; then, where the import executes the fault, from the start."""
        outcome = Outcome(UNFIT, "", 0.0)
        if self.choice.place(mutant) is not None:
            outcome = self._asked(bench.collected, mutant, self.choice.noticing(mutant))
        if outcome.fate == UNFIT or (outcome.fate == SURVIVED and self.choice.is_imported(mutant)):
            for tests in self._by_file(self.choice.near(mutant)):
                outcome = self._asked(bench.fresh, mutant, tests)
                if outcome.fate != SURVIVED:
                    break
        return outcome

    def _by_file(self, tests: Sequence[str]) -> list[list[str]]:
        """As many tests as the budget allows for; those of a file together, as collecting a file takes long."""
        files: dict[str, list[str]] = defaultdict(list)
        for test in self._affordable(tests):
            files[_file(test)].append(test)
        return list(files.values())

    def _asked(self, server: Server, mutant: Mutant, tests: Sequence[str]) -> Outcome:
        """What the tests say. One that fails without the mutant as well is left out, and the others are asked again."""
        while True:
            trial = self._trial(mutant, [test for test in tests if test not in self.unsound])
            outcome: Outcome = server.ask(trial)
            if outcome.fate not in (KILLED, TIMED_OUT) or outcome.test in self.sound:
                return outcome
            before = [test for test, _ in trial.tests].index(outcome.test) + 1
            if server.ask(trial._replace(new=trial.old, tests=trial.tests[:before])).fate == SURVIVED:
                self.sound.add(outcome.test)
                return outcome
            print(f"\rleft out, as it fails without a mutant: {outcome.test}", flush=True)
            self.unsound.add(outcome.test)

    def _trial(self, mutant: Mutant, tests: Sequence[str]) -> Trial:
        known, source = self.choice.known.tests, self.choice.places.sources[mutant.file]
        limits = tuple((test, 3 * known[test].seconds + GRACE) for test in self._affordable(tests))
        return Trial(mutant.file, source, mutant.code, limits)

    def _affordable(self, tests: Sequence[str]) -> Sequence[str]:
        """As many tests as the budget allows for, should all of them pass; at least one."""
        spent = itertools.accumulate(self.choice.known.tests[test].work for test in tests)
        return [test for test, until in zip(tests, spent, strict=True) if until <= self.budget] or tests[:1]


@contextmanager
def benches(kit: Path, files: Sequence[str], jobs: int) -> Iterator[list[Bench]]:
    """So many copies with their processes; ready to be asked."""
    with copies(kit, jobs) as folders, ExitStack() as ending:
        made = [
            Bench(Server(folder, partial(serve_collected, files)), Server(folder, serve_fresh)) for folder in folders
        ]
        for bench in made:
            ending.callback(bench.collected.close)
            ending.callback(bench.fresh.close)
        for bench in made:
            bench.collected.pipe.recv()
        yield made
