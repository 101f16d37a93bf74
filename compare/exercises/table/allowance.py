"""How far a right answer in float32 may be from the truth.

A straight-line program that evaluates a polynomial passes each monomial through at most K roundings, each a factor
(1 + δ) with |δ| ≤ u, so its error is at most γ_K · Σ |monomials|, γ_K = K u / (1 − K u). The sum of the absolute
monomials is the polynomial itself at the magnitudes of its inputs, with every sign turned to plus; so the same formulas
give it. K counts three conversions, three products, the sums over n in any order, the division and the last
conversion; programs that shift x and y by their means first pass n more roundings in each of two factors, and double
each: four times the monomials.

Over a run, the errors of each step pass through the signed products of the steps' Jacobians, for absolute values would
grow where the true products shrink. The recorded loss turns an error e of the parameters into |slope|·e + e²'s loss.
"""

from functools import cache
from typing import Any

from compare.exercises.table import formulas, programs
from compare.exercises.table.formulas import ROOT, Formula
from compare.exercises.table.programs import Inputs, Program

U32 = 2.0**-24  # float32's unit roundoff
SHIFTED = 4  # monomials of a shifted program, in those of the plain one


def gamma(roundings: int) -> float:
    """γ_K of float32."""
    return roundings * U32 / (1 - roundings * U32)


def any_form(n: int) -> float:
    """The factor on Σ |monomials| for any program over n samples."""
    return SHIFTED * gamma(3 * n + 16)


def allowances(task: str, program: Program, given: Inputs) -> list[list[float]]:
    """What rounding may do to each entry of each output of `program`, a list an output. `given` in floats.

    For exercises without epochs, and for the parameters after some: every step rounds anew.
    """
    factor = any_form(samples(program, given)) * _condition(task, program, given) * (1 + given.get("epochs", 0))
    at_magnitudes = programs.results(task, aligned(program), magnitudes(given))
    return [[factor * abs(v) for v in flat(out)] for out in at_magnitudes]


def flat(output: Any) -> list[Any]:
    """The entries of an output, whatever its shape, in one row."""
    if not isinstance(output, list | tuple):
        return [output]
    return [entry for part in output for entry in flat(part)]


def magnitudes(given: Inputs) -> dict[str, Any]:
    """The inputs by size, with signs such that every monomial of an aligned program is positive."""
    return {name: _sized(name, value) for name, value in given.items()}


@cache
def aligned(program: Program) -> Program:
    """The program with every sign a plus."""
    plus = {programs.RATE_IN_MINUS: programs.RATE_IN, programs.NEGATED: programs.TORCH}
    w, b = program.start
    return program._replace(
        loss=_all_plus(program.loss),
        slope=_all_plus(program.slope),
        dw=program.dw and _all_plus(program.dw),
        db=program.db and _all_plus(program.db),
        start=(w and abs(w), b and abs(b)),
        direction=1,
        velocity=plus.get(program.velocity, program.velocity),
        decimals=None,
        digits=None,
    )


def _all_plus(formula: Formula) -> Formula:
    """At the magnitudes, where y is negative, and its square is not."""
    target = -formula.target if formula.target_power == 2 else formula.target
    return formula._replace(sign=1, bias=abs(formula.bias), target=target, cut=None)


def _sized(name: str, value: Any) -> Any:
    sign = -1 if name == "y" else 1
    return [sign * abs(v) for v in value] if isinstance(value, list | tuple) else sign * abs(value)


def samples(program: Program, given: Inputs) -> int:
    """How many terms a sum has; an (n, n) array has n²."""
    n = next((len(value) for value in given.values() if isinstance(value, list | tuple)), 1)
    return n * n if program.loss.spread or program.slope.spread else n


def _condition(task: str, program: Program, given: Inputs) -> float:
    """1; for a slope of √mse, whose r and √mse both carry the rounding of r: ρ + ρ², ρ = √mse(magnitudes) / √mse."""
    if program.slope.error != ROOT or task not in ("dmse_dyp", "gradients"):
        return 1.0
    loss = program.slope._replace(summed=True)
    rho = _root_loss(loss, magnitudes(given)) / _root_loss(loss, given)
    return rho + rho * rho


def _root_loss(loss: Formula, given: Inputs) -> float:
    if "yp" in given:
        return float(formulas.loss(loss, formulas.differences(loss, given["yp"], given["y"])))
    return float(formulas.loss(loss, formulas.residuals(loss, given["x"], given["y"], given["w"], given["b"])))
