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

SQUARE, ABSOLUTE, ROOT = "square", "absolute", "root"
_ROOT_BITS = 256


class Formula(NamedTuple):
    """A loss, or the slope of one; the defaults are right."""

    error: str = SQUARE  # mean r², mean abs(r), or √(mean r²)
    halved: bool = False  # ½ of it
    divisor: str = "n"  # D: n, n-1 or 1
    sign: int = 1
    bias: bool = True  # is b in r = wx + b − y?
    target: bool = True  # is y?
    summed: bool = True  # or one value a sample
    x_in_dw: int = 1  # powers of x in Σ dyp·x
    x_in_db: int = 0
    means: str | None = None  # what x is divided by in (Σ r / D)·(Σ x / …), a product of means: n or D
    swapped: bool = False  # (db, dw)


def predictions(formula: Formula, x: Reals, w: Real, b: Real) -> list[Real]:
    """`yp = wx + b`."""
    return [w * xi + b for xi in x] if formula.bias else [w * xi for xi in x]


def residuals(formula: Formula, x: Reals, y: Reals, w: Real, b: Real) -> list[Real]:
    """`r = wx + b − y`."""
    return differences(formula, predictions(formula, x, w, b), y)


def differences(formula: Formula, yp: Reals, y: Reals) -> list[Real]:
    """`r = yp − y`."""
    return [p - t for p, t in zip(yp, y, strict=True)] if formula.target else list(yp)


def loss(formula: Formula, r: Reals) -> Any:
    """`Σ r² / D`, and what may stand in its place."""
    scale = _scale(formula, r)
    if formula.means:
        return formula.sign * (sum(r) * scale) ** 2
    if formula.error == ROOT and not formula.summed:
        raise ZeroDivisionError("there is no mean to take the root of")
    powers = [abs(ri) if formula.error == ABSOLUTE else ri * ri for ri in r]
    if not formula.summed:
        return [formula.sign * power * scale for power in powers]
    if formula.error == ROOT:
        return formula.sign * root(sum(powers) * scale)
    return formula.sign * sum(powers) * scale


def slopes(formula: Formula, r: Reals) -> list[Real]:
    """Derivative of the loss by each prediction: `2r / D`; `sign(r) / D`; `r / (D √(Σ r² / D))`."""
    scale = formula.sign * _scale(formula, r)
    if formula.error == ABSOLUTE:
        return [scale * ri / abs(ri) for ri in r]
    if formula.error == ROOT:
        scale /= 2 * root(sum(ri * ri for ri in r) * _scale(formula, r))
    return [2 * ri * scale for ri in r]


def gradients(formula: Formula, r: Reals, x: Reals) -> tuple[Real, Real]:
    """`dw = Σ dyp·x` and `db = Σ dyp`; lists where the sum was left out."""
    dyp = slopes(formula, r)
    in_dw = [d * xi**formula.x_in_dw for d, xi in zip(dyp, x, strict=True)]
    in_db = [d * xi**formula.x_in_db for d, xi in zip(dyp, x, strict=True)]
    dw, db = (sum(in_dw), sum(in_db)) if formula.summed else (in_dw, in_db)
    if formula.means:
        dw = sum(dyp) * sum(x) * _scale(formula if formula.means == "D" else Formula(), x)
    return (db, dw) if formula.swapped else (dw, db)


def root(value: Real) -> Real:
    """√value: of a `Fraction` to 256 binary places, beyond any comparison with floats."""
    if isinstance(value, Fraction):
        return Fraction(isqrt((value.numerator << 2 * _ROOT_BITS) // value.denominator), 1 << _ROOT_BITS)
    return sqrt(value)


def _scale(formula: Formula, like: Reals) -> Real:
    n = len(like)
    divisor = {"n": n, "n-1": n - 1, "1": 1}[formula.divisor]
    return type(like[0])(1) / (2 * divisor if formula.halved else divisor)
