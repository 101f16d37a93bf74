"""How far a correct program may be from the truth after many updates.

Write zₜ for the exact state (parameters and buffers) before update t, ẑₜ for a program's, and eₜ = ẑₜ - zₜ. An update
is linear with the signed matrix Mₜ, and the program adds to it the roundings of that one update, δₜ. So

    eₜ₊₁ = Mₜ eₜ + δₜ,   hence   |eₜ| ≤ |Mₜ₋₁…M₀| |e₀| + Σₛ |Mₜ₋₁…Mₛ₊₁| |δₛ|.

The absolute values are taken of the products, not of the factors: momentum's steps swing around, and a product of
absolute values would grow where the true product shrinks. |δₛ| is bounded at the sizes |zₛ| + gₛ, for a guess g of
the error; where the e that results stays below the guess, induction over t makes it a bound.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from compare.truth.descent import Descent
from compare.truth.exact import Matrix, nearest
from compare.truth.rounding import SLACK, Bounds, Evaluation, Floats, Precision, Update, gamma

GUESSES = 5


class RunBounds(NamedTuple):
    """How far a correct program's values may be from the exact run's, one entry an update; infinite where unbounded."""

    loss: Floats  # (T,)
    dw: Floats  # (T, d)
    db: Floats  # (T,)
    state: Floats  # (T + 1, 2 (d + 1)): w, b, and their buffers


@dataclass(frozen=True)
class Propagation:
    """The bounds of a run, full-batch or in minibatches, in that precision; `data_roundings` as in `Evaluation`."""

    descent: Descent
    precision: Precision
    data_roundings: int

    @cached_property
    def exact(self) -> Floats:
        """The exact states (T + 1, 2 (d + 1)) as nearest doubles."""
        return np.array([state.floats()[:-1] for state in self.descent.states])

    def run_bounds(self) -> RunBounds:
        """The bounds of every value of the run."""
        with np.errstate(all="ignore"):
            state = self._state_bounds()
            return RunBounds(*self._values(state[:-1]), state)

    def evaluations(self) -> Iterator[tuple[list[int], Evaluation]]:
        """The updates that share their rows, with the bounds of one evaluation on them."""
        keys = self.descent.batch_keys
        for batch in dict.fromkeys(keys):
            x, y = (np.array(column, dtype=np.float64) for column in self.descent.rows(batch))
            updates = [t for t, key in enumerate(keys) if key == batch]
            yield updates, Evaluation(x.reshape(len(y), self.descent.size - 1), y, self.precision, self.data_roundings)

    def _state_bounds(self) -> Floats:
        first = np.abs(self.exact).max(0) / 256 + 2.0**20 * self.precision.tiny
        guess = np.broadcast_to(first, self.exact.shape)
        for _ in range(GUESSES):
            errors = self._propagated(self._roundings(guess[:-1]))
            if (errors <= guess).all():
                return errors
            guess = 4 * np.maximum(guess, errors)
        return np.full_like(guess, np.inf)

    def _propagated(self, roundings: Floats) -> Floats:
        """|eₜ|, (T + 1, m), from |e₀| and the |δₛ|, (T + 1, m) together."""
        errors = np.empty_like(roundings)
        products = np.zeros((len(roundings), roundings.shape[1], roundings.shape[1]))
        for t, rounding in enumerate(roundings):
            if t:
                products[:t] = self._matrices[t - 1] @ products[:t]
            products[t] = np.eye(len(rounding))
            errors[t] = np.einsum("sij,sj->i", np.abs(products[: t + 1]), roundings[: t + 1])
        return SLACK * errors

    @cached_property
    def _matrices(self) -> Floats:
        distinct = {id(step): _floats(step) for step in self.descent.steps}
        return np.array([distinct[id(step)] for step in self.descent.steps])

    def _roundings(self, guess: Floats) -> Floats:
        """|e₀|, and |δₛ| of a program that is within `guess` (T, m) of the exact states: (T + 1, m)."""
        size, options = self.descent.size, {key: float(value) for key, value in self.descent.options.items()}
        rounding = np.zeros_like(self.exact)
        rounding[0] = gamma(self.data_roundings, self.precision.u) * np.abs(self.exact[0])
        rule = Update(options, self.precision)
        gradient_error, gradient_size = self._gradients(guess)
        sizes = np.abs(self.exact[:-1]) + guess
        for first, updates in ((False, np.s_[1:]), (True, np.s_[:1])):
            p, v = sizes[updates, :size], sizes[updates, size:]
            p_bound, v_bound = rule.bounds(p, v, gradient_size[updates], first)
            into_p, into_v = rule.gain(first)
            own = np.hstack((p_bound + into_p * gradient_error[updates], v_bound + into_v * gradient_error[updates]))
            rounding[1:][updates] = own * np.tile(self.descent.is_trained, 2)
        return rounding

    def _gradients(self, guess: Floats) -> tuple[Floats, Floats]:
        """How far off a single gradient may be, and how large, for states within `guess`: (T, d + 1) each."""
        error, size = np.empty((2, len(guess), self.descent.size))
        for updates, evaluation in self.evaluations():
            r, moved = self._residuals(evaluation, updates, guess)
            w, b = self._parameters(updates, guess)
            bounds = evaluation.at(r + moved, evaluation.residuals(w, b))
            error[updates] = np.hstack((bounds.dw, bounds.db[:, None]))
            rows = np.hstack((np.abs(evaluation.x), np.ones((len(evaluation.y), 1))))
            size[updates] = 2 / len(evaluation.y) * (r + moved) @ rows + error[updates]
        return error, size

    def _values(self, errors: Floats) -> tuple[Floats, Floats, Floats]:
        """The bounds of loss, dw and db around the exact run's, for states within `errors` of it."""
        loss, dw, db = np.empty(len(errors)), np.empty((len(errors), self.descent.size - 1)), np.empty(len(errors))
        for updates, evaluation in self.evaluations():
            r, moved = self._residuals(evaluation, updates, errors)
            rho = evaluation.residuals(*self._parameters(updates, errors)) + moved
            bounds: Bounds = evaluation.at(r, rho)
            loss[updates], dw[updates], db[updates] = bounds
        return loss, dw, db

    def _parameters(self, updates: list[int], errors: Floats) -> tuple[Floats, Floats]:
        sizes = np.abs(self.exact[updates]) + errors[updates]
        return sizes[:, : self.descent.size - 1], sizes[:, self.descent.size - 1]

    def _residuals(self, evaluation: Evaluation, updates: list[int], errors: Floats) -> tuple[Floats, Floats]:
        """The size of the exact residuals, and how far a state off by `errors` moves them: (T, n) each."""
        bias = self.descent.size - 1
        w, b = self.exact[updates][:, :bias], self.exact[updates][:, bias]
        moved = errors[updates][:, :bias] @ np.abs(evaluation.x).T + errors[updates][:, bias, None]
        return evaluation.residual_sizes(w, b), moved


def _floats(step: Matrix) -> Floats:
    rows = step.rows[:-1]
    return np.array([[nearest(entry, step.denominator) for entry in row[:-1]] for row in rows])
