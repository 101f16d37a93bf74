"""The rows of a lesson's table: each quantity of its first epoch, and where it ends, by every side."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np

from compare.agreement.case import Case, Outcome
from compare.agreement.records import Row
from compare.agreement.verdicts import matches, spread, verdict, whole_run_verdict
from compare.truth.rounding import Floats

Outcomes: TypeAlias = Mapping[str, Outcome]
Judge: TypeAlias = Callable[[Mapping[str, Any], Sequence[Fraction], Sequence[float], str], str]


def rows(case: Case, outcomes: Outcomes) -> list[Row]:
    """`yp`, `r`, `loss`, `dw`, `db`, `w_next`, `b_next` of epoch 0; for a lesson that trains, `w_final`, `b_final`."""
    start, bias = case.start, case.descent.size - 1
    before, after = case.descent.states[start], case.descent.states[start + 1]
    problem, bounds = case.descent.problems[start], case.bounds
    parameters, following = before.fractions()[: bias + 1], after.fractions()
    yp = _predictions(case, parameters)
    r = [value - Fraction(target) for value, target in zip(yp, case.lesson.y, strict=True)]
    derivatives = problem.gradient(before)
    loss = Fraction(*problem.loss(before))
    yp_bound, r_bound = _prediction_bounds(case)
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


def _final_rows(case: Case, outcomes: Outcomes) -> list[Row]:
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
    case: Case,
    outcomes: Outcomes,
    quantity: str,
    exact: Any,
    bounds: Any,
    value_of: Callable[[Outcome], Any],
    judge: Judge = verdict,
) -> Row:
    recorded = case.record(quantity)
    truth, allowed = exact if isinstance(exact, list) else [exact], np.atleast_1d(bounds).tolist()
    shape = (len(truth),) if isinstance(exact, list) else ()
    sides = {name: _plain(_present(outcome, value_of), shape) for name, outcome in outcomes.items()}
    return Row(
        quantity,
        exact,
        sides,
        list(recorded) if isinstance(recorded, tuple) else recorded,
        matches(sides, recorded),
        spread(sides, case.dtype),
        max(allowed),
        judge(sides, truth, allowed, case.dtype),
    )


def _present(outcome: Outcome, value_of: Callable[[Outcome], Any]) -> Any:
    return None if outcome.yp is None else value_of(outcome)


def _plain(value: Any, shape: tuple[int, ...]) -> Any:
    """Python floats, with None for what is not finite; all None where there is no value."""
    numbers = np.full(shape, np.nan) if value is None else np.asarray(value)
    return [_finite(one) for one in numbers.tolist()] if shape else _finite(numbers.item())


def _finite(number: float) -> float | None:
    return number if np.isfinite(number) else None


def _like_w(case: Case, values: Sequence[Fraction]) -> Any:
    return list(values) if isinstance(case.lesson.w, tuple) else values[0]


def _predictions(case: Case, parameters: Sequence[Fraction]) -> list[Fraction]:
    *weights, bias = parameters
    inputs = (row if isinstance(row, tuple) else (row,) for row in case.lesson.x)
    return [sum((x * w for x, w in zip(row, weights, strict=True)), bias) for row in inputs]


def _prediction_bounds(case: Case) -> tuple[Floats, Floats]:
    """The bounds of yp and r (n,) at epoch 0: of one evaluation, plus what the steps before it brought along."""
    bias, errors = case.descent.size - 1, case.bounds.state[case.start]
    sizes = np.abs(case.propagation.exact[case.start]) + errors
    w, b = sizes[None, :bias], sizes[None, bias]
    with np.errstate(all="ignore"):
        moved = np.abs(case.evaluation.x) @ errors[:bias] + errors[bias]
        return case.evaluation.predictions(w, b)[0] + moved, case.evaluation.residuals(w, b)[0] + moved
