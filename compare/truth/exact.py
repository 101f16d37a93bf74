"""The truth, in rational arithmetic: no rounding, and no derivative that anybody derived.

The loss is a polynomial of the data, quadratic in w and b. So in rational arithmetic it is exact, and for a quadratic
the central difference (L(w + h) - L(w - h)) / 2h *equals* the derivative, whatever h is: with L(w) = a w² + c w + e,

    L(w + h) - L(w - h) = 4 a w h + 2 c h,    divided by 2h:  2 a w + c.

A gradient that is linear in the parameters makes an update linear too, so one matrix of rationals moves the whole state
(w, b and their momentum buffers) by one step. Numbers are integers over one denominator that is never reduced
(`Ratio`), which is fast enough to be everywhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from math import inf, lcm
from typing import Any, NamedTuple, TypeAlias

Row: TypeAlias = tuple[Fraction, ...]  # a linear form, by its coefficients


class Ratio(NamedTuple):
    """Several rationals over one denominator, never reduced."""

    numerators: tuple[int, ...]
    denominator: int

    def fractions(self) -> tuple[Fraction, ...]:
        return tuple(Fraction(numerator, self.denominator) for numerator in self.numerators)

    def floats(self) -> list[float]:
        """The nearest double of each, ±inf beyond the largest."""
        return [nearest(numerator, self.denominator) for numerator in self.numerators]


class Matrix(NamedTuple):
    """A matrix of rationals over one denominator."""

    rows: tuple[tuple[int, ...], ...]
    denominator: int


def ratio(values: Iterable[Fraction | float | int]) -> Ratio:
    """Those numbers, exactly: a float is the rational it stands for. Raises `ValueError` where one is not finite."""
    try:
        pairs = [value.as_integer_ratio() for value in values]
    except OverflowError:
        raise ValueError("an infinite number is no rational") from None
    denominator = lcm(*(below for _, below in pairs))
    return Ratio(tuple(above * (denominator // below) for above, below in pairs), denominator)


def nearest(numerator: int, denominator: int) -> float:
    """The double nearest to numerator/denominator; ±inf where it is beyond the largest."""
    try:
        return numerator / denominator
    except OverflowError:
        return inf if (numerator > 0) == (denominator > 0) else -inf


def matrix(rows: Sequence[Row]) -> Matrix:
    """Those rows of rationals, over one denominator."""
    flat = ratio(value for row in rows for value in row)
    width = len(rows[0])
    return Matrix(
        tuple(flat.numerators[i : i + width] for i in range(0, len(flat.numerators), width)), flat.denominator
    )


def predictions(x: Sequence[Any], w: Any, b: Any) -> Ratio:
    """x w + b, (n,)."""
    features, weights = _columns(x), ratio((*_features(w), b))
    *slopes, bias = weights.numerators
    rows = zip(*features.columns, strict=True)
    numerators = (
        sum((p * value for p, value in zip(slopes, row, strict=True)), bias * features.denominator) for row in rows
    )
    return Ratio(tuple(numerators), features.denominator * weights.denominator)


def loss(x: Sequence[Any], y: Sequence[Any], w: Any, b: Any) -> Fraction:
    """mean((x w + b - y)²) as it is defined. x: n numbers with w a number, or n rows of d with w of d; y: n numbers."""
    r = _residuals(predictions(x, w, b), y)
    return Fraction(sum(value * value for value in r.numerators), len(y) * r.denominator**2)


def gradients(x: Sequence[Any], y: Sequence[Any], w: Any, b: Any) -> tuple[Any, Fraction]:
    """(dw, db) at w and b, by exact central differences of `loss`. dw is a Fraction, or a tuple of d of them.

    A parameter moved by h = 1 moves every residual by its feature: by x, or for the bias by 1.
    """
    r, features = _residuals(predictions(x, w, b), y), _columns(x)
    unit = r.denominator // features.denominator
    moves = [[unit * value for value in column] for column in features.columns] + [[r.denominator] * len(y)]
    *dw, db = (Fraction(_difference(r.numerators, move), 2 * len(y) * r.denominator**2) for move in moves)
    return (tuple(dw) if isinstance(w, list | tuple) else dw[0]), db


def dmse_dyp(yp: Sequence[Any], y: Sequence[Any]) -> Ratio:
    """The derivative of mean((yp - y)²) by each prediction, by exact central differences: the other terms cancel."""
    r = _residuals(ratio(yp), y)
    numerators = (_difference([value], [r.denominator]) for value in r.numerators)
    return Ratio(tuple(numerators), 2 * len(y) * r.denominator**2)


class Problem:
    """The loss of one data set as the quadratic form it is.

    A residual is linear in the parameters: rᵢ = (xᵢ, 1, yᵢ) · (w, b, -1). So with z = (w, b, -1) the mean of the
    squares is zᵀ G z, where G = (1/n) Σ (xᵢ, 1, yᵢ)ᵀ(xᵢ, 1, yᵢ): n rows are gone through once, and never again.
    """

    def __init__(self, x: Sequence[Any], y: Sequence[Any]) -> None:
        rows = [(*_features(row), 1, target) for row, target in zip(x, y, strict=True)]
        self.size = len(rows[0]) - 1  # parameters: d weights and a bias
        flat = ratio(value for row in rows for value in row)
        columns = [flat.numerators[j :: self.size + 1] for j in range(self.size + 1)]
        self._gram = [[sum(map(int.__mul__, left, right)) for right in columns] for left in columns]
        self._denominator = len(rows) * flat.denominator**2
        self.gradient_matrix = matrix(self.gradient_rows)  # the same, on (w, b, 1)

    def loss(self, parameters: Ratio) -> tuple[int, int]:
        """The loss at w and b (the leading entries of `parameters`), as a numerator and a denominator, unreduced."""
        z = (*parameters.numerators[: self.size], -parameters.denominator)
        products = (p * q * g for p, row in zip(z, self._gram, strict=True) for q, g in zip(z, row, strict=True))
        return sum(products), parameters.denominator**2 * self._denominator

    def gradient(self, parameters: Ratio) -> tuple[Fraction, ...]:
        """The derivative by each parameter, at w and b: the central difference with h = 1."""
        return tuple(self._difference(parameters, j) for j in range(self.size))

    def _difference(self, at: Ratio, j: int) -> Fraction:
        def shifted(h: int) -> tuple[int, int]:
            moved = [p + h * at.denominator * (k == j) for k, p in enumerate(at.numerators)]
            return self.loss(Ratio(tuple(moved), at.denominator))

        (above, denominator), (below, _) = shifted(+1), shifted(-1)
        return Fraction(above - below, 2 * denominator)

    @cached_property
    def gradient_rows(self) -> tuple[Row, ...]:
        """Each derivative as a linear form: its slope by each parameter and its value at zero, by central differences.

        The derivative of a quadratic is linear: its values at zero and at the unit vectors are all there is to know.
        """
        points = [Ratio(tuple(int(k == j) for k in range(self.size)), 1) for j in range(self.size + 1)]
        *at_units, at_zero = (self.gradient(point) for point in points)
        slopes = ([unit[j] - at_zero[j] for unit in at_units] for j in range(self.size))
        return tuple((*slope, at_zero[j]) for j, slope in enumerate(slopes))


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


class _Columns(NamedTuple):
    columns: tuple[tuple[int, ...], ...]  # (d, n)
    denominator: int


def _columns(x: Sequence[Any]) -> _Columns:
    rows = [_features(row) for row in x]
    flat, width = ratio(value for row in rows for value in row), len(rows[0])
    return _Columns(tuple(flat.numerators[j::width] for j in range(width)), flat.denominator)


def _residuals(yp: Ratio, y: Sequence[Any]) -> Ratio:
    targets = ratio(y)
    pairs = zip(yp.numerators, targets.numerators, strict=True)
    numerators = (p * targets.denominator - target * yp.denominator for p, target in pairs)
    return Ratio(tuple(numerators), yp.denominator * targets.denominator)


def _difference(r: Sequence[int], move: Sequence[int]) -> int:
    """Σ (r + move)² - (r - move)²."""
    return sum((value + by) ** 2 - (value - by) ** 2 for value, by in zip(r, move, strict=True))


def _features(row: Any) -> Sequence[Any]:
    return row if isinstance(row, list | tuple) else (row,)
