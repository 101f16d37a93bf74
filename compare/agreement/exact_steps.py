"""Exact updates of gradient descent, and exact trajectories.

A gradient that is linear in the parameters makes an update linear too, so one matrix of rationals moves the whole state
(w, b and their momentum buffers) by one step. The states are integers over one denominator that is never reduced.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from compare.agreement.rationals import Matrix, Ratio, Row, matrix


def step_matrix(
    gradient_rows: Sequence[Row], options: Mapping[str, Any], trained: Sequence[bool], first: bool
) -> Matrix:
    """One update of `torch.optim.SGD` as a matrix on the state (parameters, their momentum buffers, 1).

    `gradient_rows` are `Problem.gradient_rows`; `options` are the optimizer's, exact; `trained` says of each parameter
    whether it is updated; the `first` step starts the buffers with the gradient.
    """
    size = len(gradient_rows)
    unit = [tuple(Fraction(k == j) for k in range(2 * size + 1)) for j in range(2 * size + 1)]
    no_buffers = (Fraction(0),) * size
    pairs = []
    for j, (*slopes, at_zero) in enumerate(gradient_rows):
        p, v = unit[j], unit[size + j]
        pairs.append(update(p, v, (*slopes, *no_buffers, at_zero), options, first) if trained[j] else (p, v))
    return matrix([*(p for p, _ in pairs), *(v for _, v in pairs), unit[-1]])


def trajectory(steps: Iterable[Matrix], start: Ratio) -> list[Ratio]:
    """The states before, between and after those steps: one more than there are steps."""
    states = [start]
    for step in steps:
        states.append(apply(step, states[-1]))
    return states


def apply(step: Matrix, state: Ratio) -> Ratio:
    """The state after that step."""
    moved = (sum(a * s for a, s in zip(row, state.numerators, strict=True) if a) for row in step.rows)
    return Ratio(tuple(moved), step.denominator * state.denominator)


def update(p: Row, v: Row, dp: Row, options: Mapping[str, Any], first: bool) -> tuple[Row, Row]:
    """The new parameter and buffer of `torch.optim.SGD`, as linear forms of whatever p, v and dp are forms of."""
    lr, momentum, dampening, decay = (
        Fraction(options.get(key, 0)) for key in ("lr", "momentum", "dampening", "weight_decay")
    )
    g = _combined((-1 if options.get("maximize") else 1, dp), (decay, p))
    if momentum:
        v = g if first else _combined((momentum, v), (1 - dampening, g))
        g = _combined((1, g), (momentum, v)) if options.get("nesterov") else v
    return _combined((1, p), (-lr, g)), v


def _combined(left: tuple[Fraction | int, Row], right: tuple[Fraction | int, Row]) -> Row:
    (times, row), (other_times, other) = left, right
    return tuple(times * a + other_times * b for a, b in zip(row, other, strict=True))
