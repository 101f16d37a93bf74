"""Each update of a run, judged from the program's own state before it: this finds the first faulty step.

A program's floats are rationals. From them one exact evaluation gives the loss and the gradient that it should have
found, and from its own gradient one exact update gives the parameters and buffers that it should have gone on with. No
error of an earlier step counts against a later one, so the first quantity outside its bound is where the fault is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from compare.truth.exact import Matrix, apply, matrix, nearest, ratio, update
from compare.truth.propagation import Propagation
from compare.truth.rounding import Floats, Update
from manual.training import Run


class StepFault(NamedTuple):
    """The first quantity of an update that is outside its bound. `update` counts from 0."""

    update: int
    quantity: str  # "loss", "dw", "db", "w", "b", "vw" or "vb"
    given: float
    exact: float
    bound: float


@dataclass(frozen=True)
class Stepwise:
    """The judge of single updates, for runs of one descent in one precision."""

    propagation: Propagation

    def faults(self, run: Run) -> list[StepFault]:
        """For each faulty update, its first quantity outside the bound; updates that overflow are not judged."""
        given, states = _quantities(run), _states(run)
        updates = [t for t in range(len(run.loss)) if np.isfinite([*given[t], *states[t + 1]]).all()]
        exact = [self._exact(t, given[t], states[t], states[t + 1]) for t in updates]
        with np.errstate(all="ignore"):
            bounds = self.bounds(run)
        found = (self._first(t, errors, bounds[t]) for t, errors in zip(updates, exact, strict=True))
        return [fault for fault in found if fault]

    def _first(self, t: int, errors: Sequence[tuple[float, float, float]], bounds: Floats) -> StepFault | None:
        names = self._names()
        for name, (value, truth, error), bound in zip(names, errors, bounds, strict=True):
            if error > bound:
                return StepFault(t, name, value, truth, float(bound))
        return None

    def _names(self) -> list[str]:
        features = self.propagation.descent.size - 1
        return ["loss", *["dw"] * features, "db", *["w"] * features, "b", *["vw"] * features, "vb"]

    def _exact(self, t: int, given: Floats, state: Floats, after: Floats) -> list[tuple[float, float, float]]:
        """(given, exact, their distance) of the loss, each derivative, and each entry of the next state."""
        descent, size = self.propagation.descent, self.propagation.descent.size
        before = ratio([*state[:size].tolist(), 1])
        problem = descent.problems[t]
        derivatives = apply(problem.gradient_matrix, before)
        moved = self._moved(t, state.tolist(), given[1:].tolist())
        truths = [problem.loss(before), *((g, derivatives.denominator) for g in derivatives.numerators), *moved]
        values = [*given.tolist(), *after.tolist()]
        return [_compared(value, *truth) for value, truth in zip(values, truths, strict=True)]

    def _moved(self, t: int, state: list[float], gradient: list[float]) -> list[tuple[int, int]]:
        """The exact next state, p then v, given the program's own state and gradient."""
        descent, size = self.propagation.descent, self.propagation.descent.size
        rule = _rule(tuple(sorted(descent.options.items())), t == 0)
        moved: list[tuple[Any, ...]] = []
        for j in range(size):
            p, v = state[j], state[size + j]
            after = apply(rule, ratio([p, v, gradient[j]])) if descent.is_trained[j] else ratio([p, v])
            moved.append(tuple((above, after.denominator) for above in after.numerators))
        return [p for p, _ in moved] + [v for _, v in moved]

    def bounds(self, run: Run) -> Floats:
        """One row an update: the bounds of loss, dw, db, the next w, b and buffers, at the program's own state."""
        size, states, given = self.propagation.descent.size, _states(run), _quantities(run)
        bounds = np.empty((len(run.loss), 1 + 3 * size))
        for updates, evaluation in self.propagation.evaluations():
            own = [t for t in updates if t < len(run.loss)]
            if own:
                w, b = states[own, : size - 1], states[own, size - 1]
                loss, dw, db = evaluation.at(evaluation.residual_sizes(w, b), evaluation.residuals(w, b))
                bounds[own, : 1 + size] = np.hstack((loss[:, None], dw, db[:, None]))
        options = {key: float(value) for key, value in self.propagation.descent.options.items()}
        rule, trained = Update(options, self.propagation.precision), self.propagation.descent.is_trained
        for first, rows in ((False, slice(None)), (True, slice(1))):  # the first update anew, which differs
            p, v = rule.bounds(states[:-1][rows, :size], states[:-1][rows, size:], given[rows, 1:], first)
            bounds[rows, 1 + size :] = np.hstack((p * trained, v * trained))
        return bounds


@cache
def _rule(options: tuple[tuple[str, Any], ...], first: bool) -> Matrix:
    """One parameter's update as a matrix on (p, v, dp)."""
    p, v, dp = (tuple(Fraction(k == j) for k in range(3)) for j in range(3))
    return matrix(update(p, v, dp, dict(options), first))


def _quantities(run: Run) -> Floats:
    """loss, dw, db as float64: (T, 1 + d + 1)."""
    return np.column_stack((run.loss, run.dw, run.db)).astype(np.float64)


def _states(run: Run) -> Floats:
    """w, b, vw, vb as float64: (T + 1, 2 (d + 1))."""
    return np.column_stack((run.w, run.b, run.vw, run.vb)).astype(np.float64)


def _compared(value: float, above: int, below: int) -> tuple[float, float, float]:
    own_above, own_below = value.as_integer_ratio()
    return value, nearest(above, below), nearest(abs(own_above * below - above * own_below), own_below * below)
