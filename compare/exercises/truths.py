"""What each exercise should return: the truth, rounded once to a double, and the allowance around it."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from compare.exercises.digits import HALF
from compare.exercises.judging import CREEPING, EXACT, ORDINARY, SHORT, Bounds, Expected, Truth, all_within, bounds_of
from compare.exercises.table import programs
from compare.exercises.table.comparison import exactly, expected, room
from compare.exercises.table.programs import Program
from compare.exercises.trials import Trial, distinct, kinds, trials
from compare.sandbox.calls import Results
from compare.truth import exact

_told: dict[tuple[str, int], tuple[Truth, ...]] = {}


@cache
def truths(task: str, seed: int, decimals: int | None = None) -> tuple[Truth, ...]:
    """The truth of every trial of `task`; with the allowance of results that may be rounded to so many decimals."""
    if (first := distinct(task, seed)) != seed:
        return truths(task, first, decimals)
    if decimals is not None:
        more = HALF * 10.0**-decimals
        return tuple(tuple(_widened(out, more) for out in one) for one in truths(task, seed))
    if told := _told.get((task, seed)):
        return told
    known = zip(kinds(task, seed), trials(task, seed), equal_truths(task, seed), strict=True)
    return tuple(_with_room(task, trial, one) if kind == EXACT else one for kind, trial, one in known)


@cache
def equal_truths(task: str, seed: int) -> tuple[Truth, ...]:
    """The same with nothing allowed on the exact trials: most right answers are equal there, and most of the time that
    the truths take goes into what other right ones may be off by."""
    if (first := distinct(task, seed)) != seed:
        return equal_truths(task, first)
    if told := _told.get((task, seed)):  # with their allowances, which took no time here
        return told
    known = {ORDINARY: truth, CREEPING: truth, SHORT: _short, EXACT: _equal}
    return tuple(known[kind](task, trial) for kind, trial in zip(kinds(task, seed), trials(task, seed), strict=True))


def _with_room(task: str, trial: Trial, found: Truth) -> Truth:
    allowed = room(task, Program(), trial)
    return tuple(out._replace(allowed=own) for out, own in zip(found, allowed, strict=True))


def _widened(output: Expected, more: float) -> Expected:
    return output._replace(allowed=[room + more for room in output.allowed])


def tell(found: Mapping[tuple[str, int], tuple[Truth, ...]]) -> None:
    """Truths that another process has found, by task and seed: they are not found again."""
    _told.update(found)


def is_near(results: Results, task: str, seed: int, decimals: int | None = None) -> bool:
    """Is every number there, in its shape, and within its allowance? Those of the exact trials are asked for only
    where an answer is not equal to the truth there."""
    if decimals is None and all_within(results, equal_bounds(task, seed)):
        return True
    return all_within(results, bounds(task, seed, decimals))


@cache
def bounds(task: str, seed: int, decimals: int | None = None) -> Bounds:
    """The truths of `task` as bounds."""
    first = distinct(task, seed)
    return bounds(task, first, decimals) if first != seed else bounds_of(truths(task, seed, decimals))


@cache
def equal_bounds(task: str, seed: int) -> Bounds:
    """The same of `equal_truths`."""
    first = distinct(task, seed)
    return equal_bounds(task, first) if first != seed else bounds_of(equal_truths(task, seed))


def truth(task: str, trial: Trial) -> Truth:
    """What a right answer returns on one input, one value an output."""
    allowed = room(task, Program(), trial)
    return tuple(expected(*pair) for pair in zip(_TRUTH[task](trial), allowed, strict=True))


def _equal(task: str, trial: Trial) -> Truth:
    """The same on an exact or a short trial, where floats do not round, with nothing allowed."""
    found = (expected(output, []) for output in programs.results(task, Program(), trial))
    return tuple(out._replace(allowed=[0.0] * len(out.values)) for out in found)


def _short(task: str, trial: Trial) -> Truth:
    return _with_room(task, trial, _equal(task, trial))


def _by_definition(task: str) -> Callable[[Trial], tuple[Any, ...]]:
    return lambda trial: programs.results(task, Program(), exactly(trial))


def _predict(trial: Trial) -> tuple[Any, ...]:
    return (exact.predictions(trial["x"], trial["w"], trial["b"]).floats(),)


def _mse(trial: Trial) -> tuple[Any, ...]:
    return (exact.loss(trial["yp"], trial["y"], 1, 0),)


def _dmse_dyp(trial: Trial) -> tuple[Any, ...]:
    return (exact.dmse_dyp(trial["yp"], trial["y"]).floats(),)


def _gradients(trial: Trial) -> tuple[Any, ...]:
    return exact.gradients(trial["x"], trial["y"], trial["w"], trial["b"])


def _losses(trial: Trial) -> tuple[Any, ...]:
    problem = exact.Problem(trial["x"], trial["y"])
    step = exact.step_matrix(problem.gradient_rows, trial, (True, True), first=False)  # from buffers of 0
    states = exact.trajectory([step] * trial["epochs"], exact.ratio((trial["w"], trial["b"], 0, 0, 1)))
    return ([exact.nearest(*problem.loss(state)) for state in states],)


_TRUTH: dict[str, Callable[[Trial], tuple[Any, ...]]] = {
    "predict": _predict,
    "mse": _mse,
    "dmse_dyp": _dmse_dyp,
    "gradients": _gradients,
    "sgd_step": _by_definition("sgd_step"),
    "train": _losses,
    "momentum_step": _by_definition("momentum_step"),
    "train_momentum": _losses,
}
