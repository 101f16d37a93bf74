"""Every number of a lesson with its verdict: by its distance from the truth, its bound, and the record.

First how one number is judged; then the rows of a lesson's table, its trajectory, and the curves to draw.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from math import inf, isfinite
from typing import Any, TypeAlias

import numpy as np

from compare.agreement.case import LessonCase, SideRun
from compare.agreement.records import (
    AGREE,
    DIFFER,
    DIFFERS,
    IDENTICAL,
    UNCHECKED,
    WITHIN_ROUNDING,
    Epoch,
    Number,
    Quantity,
)
from compare.truth.rounding import Floats, ulp_distance

Outcomes: TypeAlias = Mapping[str, SideRun]
Judge: TypeAlias = Callable[[Mapping[str, Any], Sequence[Fraction], Sequence[float], str], str]


def verdict(sides: Mapping[str, Any], exact: Sequence[Fraction], bounds: Sequence[float], dtype: str) -> str:
    """The verdict of one quantity: each side's number or list of them, against the exact ones and their bounds.

    A side that has no finite number there, or a bound that is none, leaves it unchecked.
    """
    values = [listed(value) for value in sides.values()]
    if any(value is None for side in values for value in side) or not all(map(isfinite, bounds)):
        return UNCHECKED
    if any(distance(v, e) > bound for side in values for v, e, bound in zip(side, exact, bounds, strict=True)):
        return DIFFERS
    return IDENTICAL if spread(sides, dtype) == 0 else WITHIN_ROUNDING


def whole_run_verdict(sides: Mapping[str, Any], exact: Sequence[Fraction], bounds: Sequence[float], dtype: str) -> str:
    """The same after many updates: where the bound is larger than the value, being inside it says nothing."""
    found = verdict(sides, exact, bounds, dtype)
    says_nothing = any(bound and bound >= abs(value) for value, bound in zip(exact, bounds, strict=True))
    return UNCHECKED if found != DIFFERS and says_nothing else found


def distance(value: float, exact: Fraction) -> float:
    """How far a float is from a rational, as the nearest double."""
    return float(abs(Fraction(value) - exact))


def spread(sides: Mapping[str, Any], dtype: str) -> int:
    """The largest distance between any two sides, in units in the last place; sides without a number are left out."""
    present = [value for value in sides.values() if None not in listed(value)]
    return max((ulp_distance(one, other, dtype) for one, other in combinations(present, 2)), default=0)


def matches(sides: Mapping[str, Any], recorded: Any) -> dict[str, bool | None]:
    """Does each side, rounded to the digits that were printed, equal the record? None without a record."""
    if recorded is None:
        return dict.fromkeys(sides)
    prints = listed(recorded)
    return {
        side: all(is_printed_as(one, text) for one, text in zip(listed(value), prints, strict=True))
        for side, value in sides.items()
    }


def is_printed_as(value: float | None, text: str) -> bool:
    """Is the float `value`, rounded to as many digits as `text` shows, the number that `text` shows?"""
    if value is None:
        return False
    mantissa, _, exponent = text.lower().partition("e")
    digits = len(mantissa.partition(".")[2])
    return float(f"{value:.{digits}{'e' if exponent else 'f'}}") == float(text)


def listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list | tuple) else [value]


def rows(case: LessonCase, outcomes: Outcomes) -> list[Quantity]:
    """`yp`, `r`, `loss`, `dw`, `db`, `w_next`, `b_next` of epoch 0; for a lesson that trains, `w_final`, `b_final`."""
    start, bias = case.start, case.descent.size - 1
    before, after = case.descent.states[start], case.descent.states[start + 1]
    problem, bounds = case.descent.problems[start], case.bounds
    parameters, following = before.fractions()[: bias + 1], after.fractions()
    yp = _predictions(case, parameters)
    r = [value - Fraction(target) for value, target in zip(yp, case.lesson.y, strict=True)]
    derivatives = problem.gradient(before)
    loss = Fraction(*problem.loss(before))
    yp_bound, r_bound = prediction_bounds(case)
    weights, weight_bounds, bias_bound = following[:bias], bounds.state[start + 1, :bias], bounds.state[start + 1, bias]
    found = [
        _row(case, outcomes, "yp", yp, yp_bound, lambda o: o.yp),
        _row(case, outcomes, "r", r, r_bound, lambda o: o.r),
        _row(case, outcomes, "loss", loss, bounds.loss[start], lambda o: o.run.loss[0]),
        _row(case, outcomes, "dw", _like_w(case, derivatives[:-1]), bounds.dw[start], lambda o: o.run.dw[0]),
        _row(case, outcomes, "db", derivatives[-1], bounds.db[start], lambda o: o.run.db[0]),
        _row(case, outcomes, "w_next", _like_w(case, weights), weight_bounds, lambda o: o.run.w[1]),
        _row(case, outcomes, "b_next", following[bias], bias_bound, lambda o: o.run.b[1]),
    ]
    return found if case.lesson.epochs is None else [*found, *_final_rows(case, outcomes)]


def _final_rows(case: LessonCase, outcomes: Outcomes) -> list[Quantity]:
    bias, end, bounds = case.descent.size - 1, case.descent.states[-1].fractions(), case.bounds.state[-1]
    complete = case.last - case.start + 2  # states from epoch 0 on, the first and the last included

    def final(values: Any) -> Any:
        return values[-1] if len(values) == complete else None

    weights, judge = _like_w(case, end[:bias]), whole_run_verdict
    return [
        _row(case, outcomes, "w_final", weights, bounds[:bias], lambda o: final(o.run.w), judge),
        _row(case, outcomes, "b_final", end[bias], bounds[bias], lambda o: final(o.run.b), judge),
    ]


def _row(
    case: LessonCase, outcomes: Outcomes, quantity: str, exact: Any, bounds: Any, value_of: Callable[[SideRun], Any],
    judge: Judge = verdict,
) -> Quantity:  # fmt: skip
    recorded = case.record(quantity)
    truth, bounds = exact if isinstance(exact, list) else [exact], np.atleast_1d(bounds).tolist()
    shape = (len(truth),) if isinstance(exact, list) else ()
    found = {name: None if outcome.yp is None else value_of(outcome) for name, outcome in outcomes.items()}
    sides = {name: _plain(value, shape) for name, value in found.items()}
    printed = list(recorded) if isinstance(recorded, tuple) else recorded
    matched, ulp = matches(sides, recorded), spread(sides, case.dtype)
    judged = judge(sides, truth, bounds, case.dtype)
    return Quantity(quantity, exact, sides, printed, matched, ulp, max(bounds), judged)


def _plain(value: Any, shape: tuple[int, ...]) -> Any:
    """Python floats, with None for what is not finite; all None where there is no value."""
    return _finite((np.full(shape, np.nan) if value is None else np.asarray(value)).tolist())


def _like_w(case: LessonCase, values: Sequence[Fraction]) -> Any:
    return list(values) if isinstance(case.lesson.w, tuple) else values[0]


def _predictions(case: LessonCase, parameters: Sequence[Fraction]) -> list[Fraction]:
    *weights, bias = parameters
    inputs = (row if isinstance(row, tuple) else (row,) for row in case.lesson.x)
    return [sum((x * w for x, w in zip(row, weights, strict=True)), bias) for row in inputs]


def prediction_bounds(case: LessonCase) -> tuple[Floats, Floats]:
    """The bounds of yp and r (n,) at epoch 0: of one evaluation, plus what the steps before it brought along."""
    bias, errors = case.descent.size - 1, case.bounds.state[case.start]
    sizes = np.abs(case.propagation.exact[case.start]) + errors
    w, b = sizes[None, :bias], sizes[None, bias]
    with np.errstate(all="ignore"):
        moved = np.abs(case.evaluation.x) @ errors[:bias] + errors[bias]
        return case.evaluation.predictions(w, b)[0] + moved, case.evaluation.residuals(w, b)[0] + moved


def trajectory(case: LessonCase, outcomes: Outcomes) -> list[Epoch]:
    """The recorded epochs; none for a lesson of a single step."""
    if case.lesson.epochs is None:
        return []
    recorded = case.record("losses")
    numbers = range(0, case.lesson.updates, case.lesson.record_every)
    return [_epoch(case, outcomes, epoch, recorded[i] if recorded else None) for i, epoch in enumerate(numbers)]


def lesson_verdict(rows: Sequence[Quantity], epochs: Sequence[Epoch], outcomes: Outcomes) -> str:
    """`differ` if a value is outside its bound, a step is faulty, or the manual side misses its record.

    `unchecked` where no value could be judged, as in a run that leaves the numbers before its first epoch.
    """
    entries: list[Quantity | Epoch] = [*rows, *epochs]
    outside = any(entry.verdict == DIFFERS for entry in entries)
    faulty = any(outcome.faults for outcome in outcomes.values())
    off_record = any(entry.matches["manual"] is False for entry in entries)
    if outside or faulty or off_record:
        return DIFFER
    return UNCHECKED if all(entry.verdict == UNCHECKED for entry in entries) else AGREE


def diverged_at(outcomes: Outcomes) -> int | None:
    """The first epoch at which a side left the finite numbers."""
    found = [o.run.diverged_at for o in outcomes.values() if o.run.diverged_at is not None]
    return min(found, default=None)


def curves(case: LessonCase, outcomes: Outcomes) -> dict[str, dict[str, list[Any]]]:
    """Every epoch's loss, w, b and the loss's distance from the truth in ULP, of each side."""
    truth = np.array(case.descent.losses[case.start :])
    return {side: _curve(case, outcome, truth) for side, outcome in outcomes.items()}


def _curve(case: LessonCase, outcome: SideRun, truth: Any) -> dict[str, list[Any]]:
    run, exact = outcome.run, truth[: len(outcome.run.loss)]
    with np.errstate(all="ignore"):
        ulp = np.abs(run.loss - exact) / np.spacing(np.abs(exact).astype(case.dtype))
    columns = {"loss": run.loss, "w": run.w[: len(run.loss)], "b": run.b[: len(run.loss)], "ulp": ulp}
    return {name: _finite(column.tolist()) for name, column in columns.items()}


def _finite(value: Any) -> Any:
    """A number as it is, None where it is not finite; so with each of several."""
    if isinstance(value, list):
        return [_finite(one) for one in value]
    return value if np.isfinite(value) else None


def _epoch(case: LessonCase, outcomes: Outcomes, epoch: int, recorded: str | None) -> Epoch:
    update = case.start + epoch
    above, below = case.descent.problems[update].loss(case.descent.states[update])
    losses = {name: outcome.run.loss[epoch : epoch + 1].tolist() for name, outcome in outcomes.items()}
    sides: dict[str, Number] = {name: _finite(*loss) if loss else None for name, loss in losses.items()}
    bound, fault = float(case.bounds.loss[update]), _fault(case, outcomes, epoch)
    judged = whole_run_verdict(sides, [Fraction(above, below)], [bound], case.dtype)
    matched, ulp = matches(sides, recorded), spread(sides, case.dtype)
    judged = DIFFERS if fault else judged
    return Epoch(epoch, case.descent.losses[update], sides, recorded, matched, ulp, bound, judged, fault)


def _fault(case: LessonCase, outcomes: Outcomes, epoch: int) -> str | None:
    """The first faulty step since the record before this one, up to this epoch; the last record looks to the end."""
    every, last = case.lesson.record_every, case.last - case.start
    since = epoch - every if epoch else -inf
    until = last if epoch + every > last else epoch
    found = (
        f"{side}: {fault.quantity} at epoch {fault.update - case.start}"
        for side, outcome in outcomes.items()
        for fault in outcome.faults
        if since < fault.update - case.start <= until
    )
    return next(found, None)
