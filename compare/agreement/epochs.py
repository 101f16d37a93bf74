"""A lesson's trajectory: the losses of its recorded epochs, judged twice, and the curves to draw."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import inf
from typing import Any, TypeAlias

import numpy as np

from compare.agreement.case import Case, Outcome
from compare.agreement.records import AGREE, DIFFER, DIFFERS, UNCHECKED, Epoch, Number, Row
from compare.agreement.verdicts import matches, spread, whole_run_verdict

Outcomes: TypeAlias = Mapping[str, Outcome]


def trajectory(case: Case, outcomes: Outcomes) -> list[Epoch]:
    """The recorded epochs; none for a lesson of a single step."""
    if case.lesson.epochs is None:
        return []
    recorded = case.record("losses")
    numbers = range(0, case.lesson.updates, case.lesson.record_every)
    return [_epoch(case, outcomes, epoch, recorded[i] if recorded else None) for i, epoch in enumerate(numbers)]


def lesson_verdict(rows: Sequence[Row], epochs: Sequence[Epoch], outcomes: Outcomes) -> str:
    """`differ` if a value is outside its bound, a step is faulty, or the manual side misses its record.

    `unchecked` where no value could be judged, as in a run that leaves the numbers before its first epoch.
    """
    entries: list[Row | Epoch] = [*rows, *epochs]
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


def curves(case: Case, outcomes: Outcomes) -> dict[str, dict[str, list[Any]]]:
    """Every epoch's loss, w, b and the loss's distance from the truth in ULP, of each side."""
    truth = np.array(case.descent.losses[case.start :])
    return {side: _curve(case, outcome, truth) for side, outcome in outcomes.items()}


def _curve(case: Case, outcome: Outcome, truth: Any) -> dict[str, list[Any]]:
    run, exact = outcome.run, truth[: len(outcome.run.loss)]
    with np.errstate(all="ignore"):
        ulp = np.abs(run.loss - exact) / np.spacing(np.abs(exact).astype(case.dtype))
    columns = {"loss": run.loss, "w": run.w[: len(run.loss)], "b": run.b[: len(run.loss)], "ulp": ulp}
    return {name: _finite(column) for name, column in columns.items()}


def _finite(column: Any) -> list[Any]:
    return [[_number(v) for v in value] if isinstance(value, list) else _number(value) for value in column.tolist()]


def _number(value: float) -> Number:
    return value if np.isfinite(value) else None


def _epoch(case: Case, outcomes: Outcomes, epoch: int, recorded: str | None) -> Epoch:
    update = case.start + epoch
    above, below = case.descent.problems[update].loss(case.descent.states[update])
    sides = {name: _loss(outcome, epoch) for name, outcome in outcomes.items()}
    bound, fault = float(case.bounds.loss[update]), _fault(case, outcomes, epoch)
    judged = whole_run_verdict(sides, [Fraction(above, below)], [bound], case.dtype)
    return Epoch(
        epoch,
        case.descent.losses[update],
        sides,
        recorded,
        matches(sides, recorded),
        spread(sides, case.dtype),
        bound,
        DIFFERS if fault else judged,
        fault,
    )


def _loss(outcome: Outcome, epoch: int) -> Number:
    return _number(outcome.run.loss[epoch].item()) if epoch < len(outcome.run.loss) else None


def _fault(case: Case, outcomes: Outcomes, epoch: int) -> str | None:
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
