"""Which known mistake explains what an answer gave: the only one that does on every trial, or none.

Names that no input can tell apart give the very same numbers on every trial; of those, the first in the table stands.
Hypotheses are tried on a few trials in floats first, where nearly all of them fail; what is left must hold exactly, on
every trial on which it is defined.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, product
from math import isfinite
from typing import NamedTuple

from compare.exercises import formulas, mistakes, programs
from compare.exercises.allowance import aligned, magnitudes
from compare.exercises.mistakes import Mistake
from compare.exercises.programs import Program, State
from compare.exercises.tasks import TASKS
from compare.exercises.trials import Trial
from compare.exercises.truths import Expected, exactly, expected, room
from compare.sandbox.calls import Value

APART = {"gradients", "sgd_step"}  # exercises whose two outputs can go wrong each for itself
FIRST = 3  # trials that a hypothesis must pass in floats
COARSE = 2.0**-10  # of the magnitudes: far above the allowance of the short runs among those

Hypothesis = tuple[Mistake, ...]


class Case(NamedTuple):
    """One trial and what the answer gave on it: one value an output, or None."""

    trial: Trial
    given: tuple[Value, ...] | None


class Explanation(NamedTuple):
    names: tuple[str, ...]
    hypothesis: Hypothesis


def explain(task: str, cases: Sequence[Case], wrong: Sequence[int]) -> Explanation | None:
    """The one explanation of the smallest size, if it is the only one. `wrong` are the outputs that are wrong."""
    everything = range(len(TASKS[task].outputs))
    for candidates in _by_size(task, cases, tuple(everything), tuple(wrong)):
        if candidates:
            return _only(task, cases, candidates)
    return None


def _only(task: str, cases: Sequence[Case], candidates: Sequence[Hypothesis]) -> Explanation | None:
    """The first of them, if the others have the same names or the same results."""
    first, *others = candidates
    others = [other for other in others if _names(other) != _names(first)]
    if any(_results(task, cases, other) != _results(task, cases, first) for other in others):
        return None
    return Explanation(tuple(sorted(_names(first))), first)


def _results(task: str, cases: Sequence[Case], hypothesis: Hypothesis) -> list[object]:
    return [_result(task, mistakes.apply(hypothesis), case.trial) for case in cases]


def _result(task: str, program: Program, trial: Trial) -> object:
    try:
        return programs.results(task, program, exactly(trial))
    except ZeroDivisionError:
        return None


def matches(value: Value, truth: Expected) -> bool:
    """Is every entry finite, of the right shape, and within its allowance?"""
    return value.shape == truth.shape and all(
        abs(got - entry) <= room for got, entry, room in zip(value.values, truth.values, truth.allowed, strict=True)
    )


def _by_size(
    task: str, cases: Sequence[Case], everything: tuple[int, ...], wrong: tuple[int, ...]
) -> Iterator[list[Hypothesis]]:
    """The hypotheses that hold: one name for all outputs; one for each wrong output; two names likewise."""
    one_name = [(mistake,) for mistake in mistakes.singles(task)]
    yield _holding(task, cases, everything, one_name)
    if task in APART:
        of_each = [_holding(task, cases, (output,), _apart(one_name)) for output in wrong]
        yield [tuple(chain(*both)) for both in product(*of_each) if len(_names(chain(*both))) == 1]
    pairs = _holding(task, cases, everything, mistakes.pairs(task))
    if task in APART:
        pairs += [tuple(chain(*both)) for both in product(*of_each) if len(_names(chain(*both))) == 2]
        if len(wrong) == 1:
            pairs += _holding(task, cases, wrong, _apart(mistakes.pairs(task)))
    yield pairs


def _names(hypothesis: Iterable[Mistake]) -> set[str]:
    return {mistake.name for mistake in hypothesis}


def _apart(hypotheses: Iterable[Hypothesis]) -> list[Hypothesis]:
    """Without those that are about both outputs at once."""
    return [hypothesis for hypothesis in hypotheses if "swapped" not in _names(hypothesis)]


def _holding(
    task: str, cases: Sequence[Case], outputs: tuple[int, ...], hypotheses: Iterable[Hypothesis]
) -> list[Hypothesis]:
    answered = [case for case in cases if case.given is not None]
    first, plausible = answered[:FIRST], _COARSE.get(task, _in_floats)
    if not first:
        return []
    return [
        hypothesis
        for hypothesis in hypotheses
        if all(plausible(task, mistakes.apply(hypothesis), case, outputs) is not False for case in first)
        and _explains(task, mistakes.apply(hypothesis), cases, outputs)
    ]


def _explains(task: str, program: Program, cases: Sequence[Case], outputs: tuple[int, ...]) -> bool:
    """Does the program give what the answer gave, wherever it is defined, and is it defined anywhere?"""
    verdicts = [_exactly(task, program, case, outputs) for case in cases]
    return True in verdicts and False not in verdicts


def _exactly(task: str, program: Program, case: Case, outputs: tuple[int, ...]) -> bool | None:
    """None where the program has no value."""
    try:
        values = programs.results(task, program, exactly(case.trial))
        allowed = room(task, program, case.trial)
    except ZeroDivisionError:
        return None
    if case.given is None:
        return False
    return all(matches(case.given[i], expected(values[i], allowed[i])) for i in outputs)


def _in_floats(task: str, program: Program, case: Case, outputs: tuple[int, ...]) -> bool | None:
    assert case.given is not None
    try:
        values = programs.results(task, program, case.trial)
        allowed = room(task, program, case.trial)
    except ZeroDivisionError:
        return None
    return all(matches(case.given[i], expected(values[i], allowed[i])) for i in outputs)


def _losses_roughly(task: str, program: Program, case: Case, outputs: tuple[int, ...]) -> bool | None:  # noqa: ARG001
    """Loss by loss, up to the first that is clearly another."""
    assert case.given is not None
    (value,) = case.given
    if value.shape != (case.trial["epochs"] + 1 + program.more,):
        return False
    large, plus = magnitudes(case.trial), aligned(program)
    try:
        for got, (state, entry) in zip(value.values, programs.records(program, case.trial), strict=True):
            size = formulas.loss(plus.loss, formulas.residuals(plus.loss, large["x"], large["y"], *_sizes(state)))
            if not isfinite(got) or abs(got - entry) > COARSE * abs(size):
                return False
    except ZeroDivisionError:
        return None
    return True


def _sizes(state: State) -> tuple[float, float]:
    return abs(state.w), abs(state.b)


_COARSE: dict[str, Callable[[str, Program, Case, tuple[int, ...]], bool | None]] = {
    "train": _losses_roughly,
    "train_momentum": _losses_roughly,
}
