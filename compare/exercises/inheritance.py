"""Follow-through: is a wrong exercise right, given the student's own earlier steps?

Two kinds of wrong steps pass on what they are, and the judge puts them together itself, from the truth:

- a loss, or a slope, that is c(n) times the one asked for (`multiples.py`): the slope, the gradients and the run that
  follow from it have the same factor, and a run takes steps of c(n)·lr;
- a `predict` that is one named mistake, in every value: what follows is computed from its predictions. It is never
  differentiated, as the derivative of what nobody asked for is not what was asked.

Nothing is differenced, and no names are compared. A step that gives two values for one input passes nothing on.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import product
from math import isfinite
from typing import Any, NamedTuple

from compare.exercises import multiples
from compare.exercises.judging import Case, Expected, Judged, Truth, changing, samples
from compare.exercises.multiples import ITSELF, Multiple, Span, is_shaped, likely
from compare.exercises.table import programs
from compare.exercises.table.comparison import DOUBLE
from compare.exercises.table.hypotheses import Hypothesis
from compare.exercises.table.programs import Program
from compare.exercises.table.run_allowance import loss_allowances
from compare.exercises.tasks import TASKS
from compare.exercises.trials import trials
from compare.exercises.truths import exactly, expected, room, truth
from compare.sandbox.calls import Value


class Follows(NamedTuple):
    """From which earlier exercises' predictions, recorded loss and slope one follows."""

    predictions: tuple[str, ...]
    loss: tuple[str, ...]
    slope: tuple[str, ...]


_RUN = Follows(("predict",), ("mse",), ("mse", "dmse_dyp", "gradients"))
FOLLOWS: Mapping[str, Follows] = {
    "dmse_dyp": Follows((), (), ("mse",)),
    "gradients": Follows(("predict",), (), ("mse", "dmse_dyp")),
    "train": _RUN,
    "train_momentum": _RUN,
}
LARGEST = 2.0**128  # float32 overflows beyond, and a run at a larger rate may get there
SCALED = ("mse", "dmse_dyp", "gradients")  # whose multiples are passed on


class Given(NamedTuple):
    """One choice of the student's own steps; None for a right one."""

    predictions: str | None
    loss: str | None
    slope: str | None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(task for task in TASKS if task in self)


class Own(NamedTuple):
    """What the student's wrong steps are, by exercise: one named mistake's program, or multiples of the truth by n."""

    programs: Mapping[str, Program]
    multiples: Mapping[str, Mapping[int, Multiple]]

    def spans(self, step: str | None, n: int) -> Mapping[int, Span]:
        return ITSELF if step is None else multiples.spans_of_step(self.multiples[step], n)

    def silent(self, steps: Given, n: int) -> bool:
        """Have those steps no finite value for n samples, as where they divide by n − 1 = 0?"""
        scaled = (self.multiples[step] for step in (steps.loss, steps.slope) if step)
        return n == 1 and any(n in found and found[n].silent for found in scaled)


def inherited(
    wrong: Mapping[str, Judged], known: Mapping[str, Hypothesis], probed: Mapping[str, Sequence[Case]], seed: int
) -> dict[str, tuple[str, ...]]:
    """By wrong exercise, the fewest of the student's own steps that it is right with, the first of them in the chain.

    `known` is what wrong exercises compute, by name; `probed` what steps gave on further inputs.
    """
    constant = {task: one for task, one in wrong.items() if not changing(one.cases)}
    named = {task: one.program for task, one in known.items() if len(one.names) == 1 and _is_whole(constant.get(task))}
    of_steps = {step: _multiples(constant[step], probed.get(step, ())) for step in SCALED if step in constant}
    own = Own(named, {step: found for step, found in of_steps.items() if found})
    heirs = [constant[task] for task in FOLLOWS if task in constant]
    found = {heir.task: _first(heir, own, frozenset(map(samples, trials(heir.task, seed)))) for heir in heirs}
    return {task: given.names for task, given in found.items() if given}


def _is_whole(step: Judged | None) -> bool:
    """Does it give a number for each that is asked, so that none is left out of what follows?"""
    return step is not None and all(
        case.given is not None and is_shaped(case.given, expected)
        for case, expected in zip(step.cases, step.truths, strict=True)
    )


def _first(heir: Judged, own: Own, sizes: frozenset[int]) -> Given | None:
    """The first choice of own steps that it is right with, on trials of all those numbers of samples."""
    return next((given for given in _choices(heir.task, own) if _inherits(heir, given, own, sizes)), None)


def may_need(wrong: Mapping[str, Judged], seed: int) -> dict[str, tuple[int, ...]]:
    """By wrong step that may be a multiple, the n of which its heirs' trials have some and its own too few."""
    asked = {}
    for step in SCALED:
        heirs = [task for task, of in FOLLOWS.items() if task in wrong and step in of.loss + of.slope]
        if step in wrong and heirs and (found := _multiples(wrong[step], ())):
            sizes = sorted({samples(trial) for task in heirs for trial in trials(task, seed)}, reverse=True)
            asked[step] = tuple(n for n in sizes if not multiples.spans_of_step(found, n) and not _silent(found, n))
    return asked


def _silent(found: Mapping[int, Multiple], n: int) -> bool:
    return n in found and found[n].silent


def _multiples(step: Judged, probed: Sequence[Case]) -> dict[int, Multiple]:
    """By n, what its constant may be; nothing where there is none."""
    cases = (*step.cases, *probed)
    truths = (*step.truths, *(truth(step.task, case.trial) for case in probed))
    found = multiples.multiples(cases, truths)
    return {} if changing(cases) or not all(one.spans for one in found.values()) else found


def _choices(task: str, own: Own) -> list[Given]:
    """Every choice of own steps, the fewest first, then those that come first in the chain."""
    of, chain = FOLLOWS[task], tuple(TASKS)
    known = (own.programs, own.multiples, own.multiples)
    options = [(None, *(step for step in steps if step in there)) for steps, there in zip(of, known, strict=True)]
    given = [Given(*chosen) for chosen in product(*options) if any(chosen)]
    return sorted(given, key=lambda one: (len(one.names), tuple(map(chain.index, one.names))))


def _inherits(exercise: Judged, given: Given, own: Own, sizes: frozenset[int]) -> bool:
    if "epochs" in TASKS[exercise.task].parameters:
        return sizes <= {samples(case.trial) for case in exercise.cases} and all(
            _run_fits(exercise.task, case, given, own) for case in exercise.cases
        )
    found = multiples.multiples(exercise.cases, _composed(exercise, given, own))
    return all(_fits(found.get(n), given, own, n) for n in sizes)


def _composed(exercise: Judged, given: Given, own: Own) -> Iterator[Truth]:
    """What a right exercise gives on the student's own predictions."""
    if given.predictions is None:
        yield from exercise.truths
        return
    program, task = _program(given, own), exercise.task
    for case in exercise.cases:
        values, allowed = programs.results(task, program, exactly(case.trial)), room(task, program, case.trial)
        yield tuple(map(expected, values, allowed))


def _program(given: Given, own: Own) -> Program:
    """The right program on those predictions: in the loss and in its slope."""
    if given.predictions is None:
        return Program()
    formula = own.programs[given.predictions].slope
    return Program(loss=formula, slope=formula)


def _fits(heir: Multiple | None, given: Given, own: Own, n: int) -> bool:
    if own.silent(given, n):
        return heir is None or heir.silent
    return heir is not None and heir.finite and multiples.overlapping(own.spans(given.slope, n), heir.spans)


def _run_fits(task: str, case: Case, given: Given, own: Own) -> bool:
    """Are these the losses c·L of a run whose steps are those of another rate, as far as they are finite?"""
    n = samples(case.trial)
    if not case.trial["epochs"]:
        given = given._replace(slope=None)  # which a run without a step has no use for
    if own.silent(given, n):
        return case.given is None or not all(isfinite(loss) for value in case.given for loss in value.values)
    factors = own.spans(given.loss, n), own.spans(given.slope, n)
    if case.given is None or not all(factors):
        return False
    return any(_is_run(task, case, _program(given, own), *one) for one in product(*map(likely, factors)))


def _is_run(task: str, case: Case, program: Program, times: Fraction, rate: Fraction) -> bool:
    """`times` the losses of a run of `program` at `rate` times its learning rate?

    With slopes c·g, v ← μ v + c g and p ← p − lr v are the steps of c·lr with a buffer c times as large. Computed in
    doubles, which nearly always tells for certain, and else exactly.
    """
    assert case.given is not None
    (value,), run = case.given, (task, program, tuple(case.trial.items()), times, rate)
    nearly = _losses(*run, exact=False)
    if list(value.values) == nearly.values and value.shape == nearly.shape:
        return True  # whatever the allowances are, which take most of the time
    largest = abs(float(times)) * LARGEST / samples(case.trial)  # of c·L, for Σ r² = n·L
    rooms = _rooms(*run)
    if all(abs(loss) < largest / 2 for loss in nearly.values):
        ends = ([factor * room for room in rooms] for factor in (1 - DOUBLE, 1 + DOUBLE))
        found = {_has_losses(value, nearly._replace(allowed=end), largest) for end in ends}
        if len(found) == 1:
            return found.pop()
    return _has_losses(value, _losses(*run, exact=True)._replace(allowed=rooms), largest)


def _has_losses(value: Value, losses: Expected, largest: float) -> bool:
    return value.shape == losses.shape and all(
        abs(got - loss) <= room if isfinite(got) and isfinite(loss) else not isfinite(got) and abs(loss) >= largest
        for got, loss, room in zip(value.values, losses.values, losses.allowed, strict=True)
    )


@lru_cache(maxsize=4096)  # a class makes the same few mistakes
def _losses(
    task: str, program: Program, inputs: tuple[tuple[str, Any], ...], times: Fraction, rate: Fraction, exact: bool
) -> Expected:
    trial = dict(inputs)
    slower, factor = Fraction(trial["lr"]) * rate, times if exact else float(times)
    given = {**exactly(trial), "lr": slower} if exact else {**trial, "lr": float(slower)}
    (losses,) = programs.results(task, program, given)
    return expected([factor * loss for loss in losses], [])


@lru_cache(maxsize=4096)
def _rooms(
    _task: str, program: Program, inputs: tuple[tuple[str, Any], ...], times: Fraction, rate: Fraction
) -> list[float]:
    trial = dict(inputs)
    rooms = loss_allowances(program, {**trial, "lr": float(Fraction(trial["lr"]) * rate)})
    return [abs(float(times)) * each for each in rooms]
