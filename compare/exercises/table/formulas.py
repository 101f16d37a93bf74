"""The formulas of one training step, each with the switches that a mistake turns.

`r` residuals, one a sample; `n` samples; `D` what a sum is divided by. Every function works in any number type that
adds, multiplies and divides: `Fraction` for what is exact, `float` for magnitudes and for a first, quick comparison. A
formula that has no value on its input (a slope of `abs(r)` at 0, a division by n − 1 = 0) raises `ZeroDivisionError`.
"""

from collections.abc import Sequence
from fractions import Fraction
from math import isqrt, sqrt
from typing import Any, NamedTuple, TypeAlias

Real: TypeAlias = Any  # float or Fraction, the same one throughout a call
Reals: TypeAlias = Sequence[Real]

SQUARE, ABSOLUTE, ROOT, PLAIN = "square", "absolute", "root", "plain"
FIRST, LAST, NOT_FIRST, NOT_LAST = "first", "last", "not-first", "not-last"
FLOOR, TOWARDS_ZERO = "floor", "towards-zero"
_CHOSEN = {FIRST: slice(0, 1), LAST: slice(-1, None), NOT_FIRST: slice(1, None), NOT_LAST: slice(-1), None: slice(None)}
_ROOT_BITS = 256


class Formula(NamedTuple):
    """A loss, or the slope of one; the defaults are right."""

    error: str = SQUARE  # mean r², mean abs(r), √(mean r²), or mean r
    halved: bool = False  # ½ of it
    divisor: str = "n"  # D: n, n-1, n*n, a number, rows of a table; "k//n" for a factor k // n in the place of k / n
    sign: int = 1
    bias: int = 1  # b's sign in r = wx + b − y; 0 where it is not there
    target: int = 1  # y's sign behind the minus; 0 where it is not there
    target_power: int = 1  # r = yp − y²
    prediction: int = 1  # r = 2·yp − y
    spread: str | None = None  # r_ij = yp_i − y_j of every i and j, (n, n), times the x of i or of j
    rows: str | None = None  # only the first or the last, or all but that
    bare: bool = False  # a number in the place of a list of one
    cut: str | None = None  # to a whole number, down or towards zero
    summed: bool = True  # or one value a sample
    x_in_dw: int = 1  # powers of x in Σ dyp·x
    x_in_db: int = 0
    brackets: tuple[int, int, int] | None = None  # in dw, powers of x after wx, after b, and after y
    means: str | None = None  # what x is divided by in (Σ r / D)·(Σ x / …), a product of means: n or D; (Σ r)² / D
    swapped: bool = False  # (db, dw)


def predictions(formula: Formula, x: Reals, w: Real, b: Real) -> list[Real]:
    """`yp = wx + b`."""
    return _chosen(formula, [w * xi + formula.bias * b for xi in x] if formula.bias else [w * xi for xi in x])


def residuals(formula: Formula, x: Reals, y: Reals, w: Real, b: Real) -> list[Real]:
    """`r = wx + b − y`; of every pair of a prediction and a target where these are spread out."""
    return differences(formula, predictions(formula._replace(rows=None), x, w, b), y)


def differences(formula: Formula, yp: Reals, y: Reals) -> list[Real]:
    """`r = yp − y`; of every pair of a prediction and a target where these are spread out."""
    if formula.prediction != 1:
        yp = [formula.prediction * p for p in yp]
    if not formula.target:
        return list(yp)
    if formula.target_power != 1:
        y = [t**formula.target_power for t in y]
    if formula.spread:
        return [p - formula.target * t for p in yp for t in y]
    return [p - formula.target * t for p, t in zip(yp, y, strict=True)]


def loss(formula: Formula, r: Reals) -> Any:
    """`Σ r² / D`, and what may stand in its place."""
    scale = _scale(formula, r)
    r = _chosen(formula, r)
    if formula.means:
        return formula.sign * (sum(r) ** 2 * scale if formula.means == "outer" else (sum(r) * scale) ** 2)
    if formula.error == ROOT and not formula.summed:
        raise ZeroDivisionError("there is no mean to take the root of")
    powers = _powers(formula, r)
    if not formula.summed:
        return [formula.sign * power * scale for power in powers]
    total = sum(powers) * scale
    return _cut(formula, formula.sign * (root(total) if formula.error == ROOT else total))


def _powers(formula: Formula, r: Reals) -> list[Real]:
    if formula.error == PLAIN:
        return list(r)
    return [abs(ri) if formula.error == ABSOLUTE else ri * ri for ri in r]


def slopes(formula: Formula, r: Reals) -> list[Real]:
    """Derivative of the loss by each prediction: `2r / D`; `sign(r) / D`; `r / (D √(Σ r² / D))`; `1 / D`."""
    return _chosen(formula, _all_slopes(formula, r))


def _all_slopes(formula: Formula, r: Reals) -> list[Real]:
    scale = formula.sign * _scale(formula, r)
    if formula.error == ABSOLUTE:
        return [scale * ri / abs(ri) for ri in r]
    if formula.error == PLAIN:
        return [scale] * len(r)
    if formula.error == ROOT:
        scale /= 2 * root(sum(ri * ri for ri in r) * _scale(formula, r))
    return [2 * ri * scale for ri in r]


def gradients(formula: Formula, r: Reals, x: Reals) -> tuple[Real, Real]:
    """`dw = Σ dyp·x` and `db = Σ dyp`; lists where the sum was left out."""
    dyp, x = slopes(formula, r), _chosen(formula, _spread(formula, x))
    in_dw = [d * xi**formula.x_in_dw for d, xi in zip(dyp, x, strict=True)]
    in_db = [d * xi**formula.x_in_db for d, xi in zip(dyp, x, strict=True)]
    dw, db = (sum(in_dw), sum(in_db)) if formula.summed else (in_dw, in_db)
    if formula.means:
        dw = sum(dyp) * sum(x) * _scale(formula if formula.means == "D" else Formula(), x)
    if formula.summed:
        dw, db = _cut(formula, dw), _cut(formula, db)
    return (db, dw) if formula.swapped else (dw, db)


def bracketed(formula: Formula, x: Reals, y: Reals, w: Real, b: Real) -> list[Real]:
    """What stands in the place of each `(wx + b − y)·x`: a bracket that closes too early leaves x to some of it."""
    assert formula.brackets is not None
    first, second, third = formula.brackets
    b, y = formula.bias * b, [formula.target * t for t in y]
    return [w * xi * xi**first + b * xi**second - t * xi**third for xi, t in zip(x, y, strict=True)]


def _spread(formula: Formula, x: Reals) -> Reals:
    """x beside r_ij: that of i or of j."""
    if formula.spread is None:
        return x
    return [xi if formula.spread == "i" else xj for xi in x for xj in x]


def _chosen(formula: Formula, entries: Reals) -> list[Real]:
    return list(entries[_CHOSEN[formula.rows]])


def _cut(formula: Formula, value: Real) -> Real:
    if formula.cut is None:
        return value
    return type(value)(value // 1 if formula.cut == FLOOR else int(value))


def root(value: Real) -> Real:
    """√value: of a `Fraction` to 256 binary places, beyond any comparison with floats."""
    if isinstance(value, Fraction):
        return Fraction(isqrt((value.numerator << 2 * _ROOT_BITS) // value.denominator), 1 << _ROOT_BITS)
    return sqrt(value)


def _scale(formula: Formula, like: Reals) -> Real:
    """1 / D, or ½ of it; of a factor k // n, that over k."""
    if not like:
        raise ZeroDivisionError("there is nothing to take the mean of")
    n, one = len(like), type(like[0])(1)
    if formula.divisor.endswith("//n"):
        above = int(formula.divisor[0])
        scale = one * (above // n) / above
        return scale / 2 if formula.halved else scale
    return one / ((2 if formula.halved else 1) * _divisor(formula, n))


def _divisor(formula: Formula, n: int) -> int:
    if formula.divisor.isdigit():  # the same whatever n
        return int(formula.divisor)
    return {"n": n, "n-1": n - 1, "n*n": n * n, "rows": isqrt(n)}[formula.divisor]  # of an (n, n) array, its rows
