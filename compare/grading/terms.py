"""What a finding depends on, and the finding that came of it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from compare.exercises.course import Course, Rules
from compare.exercises.draws import chosen, drawn
from compare.exercises.findings import Finding
from compare.exercises.reference.prepared import sets
from compare.grading.entries import HISTORIES
from compare.version import VERSION

HISTORY = "history"  # the one exercise of a recorded history


class Terms(NamedTuple):
    """What all answers of a run are graded by. `isolated` is False where missing isolation was waved through; `chance`
    is what their inputs are drawn by, and None where they are those of the course's seed."""

    course: Course
    language: str
    isolated: bool
    chance: int | None = None

    def key(self, suffix: str, source: bytes) -> str:
        """The hash of all that a finding depends on: the answer and its kind, the course with its limits, the language,
        the isolation, the chance, the kit's version."""
        terms = [VERSION, suffix, *self.course._replace(rules=Rules()), self.language, self.isolated, self.chance]
        return hashlib.sha256(json.dumps(terms).encode() + b"\0" + source).hexdigest()

    def seeds(self) -> Sequence[int]:
        """Those of the sets of inputs that an answer may be tried on."""
        if self.chance is None:
            return [self.course.seed]
        count = max(sets(self.course.formulas, name) for name in self.course.points)
        return [drawn(self.chance, number) for number in range(count)]

    def drawn_for(self, source: bytes) -> Course:
        """The course with the seed that this answer's inputs come from."""
        seeds = self.seeds()
        seed = seeds[0] if self.chance is None else chosen(self.chance, source, len(seeds))
        return self.course._replace(seed=seed)

    def full(self, suffix: str) -> Mapping[str, float]:
        """The exercises of a file of this kind, each with its full points."""
        return {HISTORY: self.course.history_points} if suffix in HISTORIES else self.course.points


class Graded(NamedTuple):
    """A finished finding, the lines at which a notebook's cells start, and the seconds it took."""

    finding: Finding
    starts: tuple[int, ...] = ()
    seconds: float = 0.0
