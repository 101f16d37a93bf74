"""Which known mistake of the bundled course explains a wrong answer: those of its table, which have names of their own.

A reference tells mistakes as edits of its formulas. The bundled course has a table as well (`mistakes.py`), by which
recorded losses and numbers from paper are explained, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from itertools import takewhile
from typing import TYPE_CHECKING, Any, NamedTuple

from compare.exercises.course import LINE
from compare.exercises.findings import ExerciseFinding
from compare.exercises.judging import Case, Trial
from compare.exercises.reference.mistakes.computed import Results
from compare.exercises.reference.mistakes.explained import Mistaken
from compare.exercises.table import explanations, hypotheses, programs
from compare.exercises.table.comparison import explains
from compare.exercises.table.hypotheses import Hypothesis
from compare.exercises.table.mistakes import ALSO, STOPS
from compare.exercises.trials.inputs import flat

if TYPE_CHECKING:
    from compare.exercises.course import Formulas
    from compare.exercises.reference.prepared import Prepared


class Tabled(NamedTuple):
    """A hypothesis of the table that explains the wrong outputs of an exercise: all of them, or one each."""

    exercise: Prepared
    hypothesis: Hypothesis
    is_whole: bool  # does one program give every output, those that are right as well?

    @property
    def names(self) -> tuple[str, ...]:
        return self.hypothesis.names

    @property
    def apart(self) -> tuple[int, ...]:
        return self.hypothesis.outputs

    @property
    def known(self) -> Mistaken:
        """What it gives without its allowance; a program does not tell where a run stops."""
        if STOPS.name in self.names:
            return Mistaken(frozenset(self.names), lambda _: None)
        return _mistaken(self.exercise, self.hypothesis)

    def told(self, finding: ExerciseFinding) -> ExerciseFinding:
        """The finding with the mistakes' names, and which of them stand in the recorded loss or in one output alone."""
        names, outputs = self.names, self.exercise.outputs
        at = {one.name: outputs[i] for one, i in zip(self.hypothesis.mistakes, self.hypothesis.outputs, strict=False)}
        faults = self.hypothesis.faults(names) if "losses" in outputs else set()
        return finding._replace(
            mistakes=names,
            also=tuple(ALSO.get(name, name) for name in names) if any(name in ALSO for name in names) else (),
            in_loss=tuple(name for name in self.hypothesis.in_loss if name in names),
            apart=tuple(at[name] for name in names if name in at),
            parameter=self.hypothesis.parameter,
            start=self.hypothesis.start,
            fault=faults.pop() or None if len(faults) == 1 else None,
        )


@lru_cache(maxsize=8)
def is_line(formulas: Formulas) -> bool:
    """Are these the formulas of the bundled course?"""
    return formulas.text.encode() == LINE.read_bytes()


def explain(exercise: Prepared, cases: Sequence[Case], wrong: Sequence[int], by_one: bool) -> Tabled | None:
    """What explains the wrong outputs, one mistake or several; None where nothing does."""
    seen = [case._replace(trial=plain(case.trial)) for case in cases]
    found = (explanations.explain_by_one if by_one else explanations.explain)(exercise.name, seen, wrong)
    if found is None:
        return None
    everything = range(len(exercise.outputs))
    return Tabled(exercise, found, explains(exercise.name, found.program, seen, everything))


def commoner(exercise: Prepared, explained: Tabled | None) -> Iterator[Mistaken]:
    """The mistakes of the table that stand before the one that explains an answer; all of them where none or two do."""
    names = explained and explained.names
    known = takewhile(lambda one: one.names != names, hypotheses.of_one(exercise.name))
    return (_mistaken(exercise, one) for one in known)


def _mistaken(exercise: Prepared, hypothesis: Hypothesis) -> Mistaken:
    return Mistaken(frozenset(hypothesis.names), partial(_results, exercise.name, hypothesis.program))


def _results(task: str, program: programs.Program, trial: Trial) -> Results | None:
    try:
        return [flat(output) for output in programs.results(task, program, plain(trial))]
    except ZeroDivisionError:
        return None


def plain(trial: Trial) -> dict[str, Any]:
    """A trial whose arrays are tuples."""
    return {name: tuple(value.entries) if hasattr(value, "entries") else value for name, value in trial.items()}
