"""The known mistakes: one table, a small wrong formula each.

A row names the fields of a right `Program` that the mistake changes; a mistake that is coded in several ways has
several variants. A mistake in a formula can be made in the loss, in its slope or, inside a loop, in either or in both.
Names that no input of an exercise can tell apart stand only once in it: a wrong sign inside a loop is `uphill`, a loss
recorded one update late is `loss-after-update`, and the same list of losses from one step before the record is what
`ALSO` says.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple, TypeAlias

from compare.exercises import programs
from compare.exercises.findings import BOOKKEEPING, GRADIENT, LOSS, START, UPDATE
from compare.exercises.formulas import ABSOLUTE, ROOT, SQUARE

Fields: TypeAlias = Mapping[str, Any]
NONE: Fields = MappingProxyType({})


class Variant(NamedTuple):
    """The fields that one coding of a mistake changes: in the recorded loss, in its slope, in the loop around them."""

    loss: Fields = NONE
    slope: Fields = NONE
    loop: Fields = NONE


class Mistake(NamedTuple):
    """One coding of one name. `fault` is what it spoils in a trajectory."""

    name: str
    variant: Variant
    fault: str


# r = wx + b − y throughout.
FORMULAS: Mapping[str, tuple[Fields, ...]] = {
    "missing-factor-two": ({"halved": True},),  # mean(r·x), mean(r); a loss with a half
    "sum-not-mean": ({"divisor": "1"},),  # 2Σr·x, 2Σr
    "wrong-denominator": ({"divisor": "n-1"},),  # 2Σr·x/(n−1), 2Σr/(n−1)
    "wrong-sign": ({"sign": -1},),  # −dw, −db
    "missing-x": ({"x_in_dw": 0},),  # dw without its x
    "extra-x": ({"x_in_db": 1}, {"x_in_dw": 2}, {"x_in_db": 1, "x_in_dw": 2}),  # db with an x, dw with one too many
    "swapped": ({"swapped": True},),  # (db, dw)
    "no-bias": ({"bias": False},),  # r = wx − y
    "no-target": ({"target": False},),  # r = wx + b
    "absolute-error": ({"error": ABSOLUTE, "halved": False},),  # mean abs(r), and its slope
    "root-mean-square": ({"error": ROOT, "halved": False},),  # √mse, and its slope
    "product-of-means": tuple(  # 2·mean(r)·mean(x)
        {"means": divisor, "error": SQUARE, "summed": True} for divisor in ("n", "D")
    ),
    "not-summed": ({"summed": False}, {"summed": False, "divisor": "1"}),  # one value a sample
}
UPDATES: Mapping[str, tuple[Fields, ...]] = {
    "uphill": ({"direction": 1},),  # p + lr·g
    "missing-learning-rate": ({"rate": False},),  # p − g
}
LOOPS: Mapping[str, tuple[str, tuple[Fields, ...]]] = {
    "bias-frozen": (UPDATE, ({"bias_moves": False},)),
    "loss-after-update": (BOOKKEEPING, ({"before": 1},)),
    "epoch-off-by-one": (BOOKKEEPING, ({"more": -1}, {"more": 1})),
    "gradient-accumulated": (GRADIENT, ({"gradient": programs.ACCUMULATED},)),
    "sequential-update": (GRADIENT, ({"sequential": True},)),
    "stale-gradient": (GRADIENT, ({"gradient": programs.STALE},)),
}
VELOCITIES: Mapping[str, tuple[Fields, ...]] = {
    "velocity-averaged": ({"velocity": programs.AVERAGED},),  # v = μv + (1−μ)g
    "momentum-ignored": tuple(  # p − lr·g
        {"velocity": velocity} for velocity in (programs.IGNORED, programs.IGNORED_NO_BUFFER, programs.IGNORED_KEPT)
    ),
    "nesterov": ({"velocity": programs.NESTEROV},),  # p − lr(g + μv)
}
EARLIER_STEPS: Mapping[str, tuple[Fields, ...]] = {  # one update before the record, whose buffer may be started anew
    "train": ({"before": 1},),
    "train_momentum": ({"before": 1}, {"before": 1, "buffer_kept": False}),
}
ALSO = {"loss-after-update": "extra-step-before"}
OTHER_RATE = Mistake("other-learning-rate", Variant(), UPDATE)  # what only a list of losses is tried for

_OF_LOSS = tuple(name for name in FORMULAS if name not in {"missing-x", "extra-x", "swapped", "no-bias"})
_OF_DYP = tuple(name for name in _OF_LOSS if name not in {"product-of-means", "not-summed"})
_IN_LOOPS = tuple(name for name in FORMULAS if name != "not-summed")
_IN_LOOP_LOSS = (*_OF_LOSS, "no-bias")


@cache
def singles(task: str) -> tuple[Mistake, ...]:
    """Every coding of every name that exercise `task` knows."""
    return tuple(_SINGLES[task]())


@cache
def alone(task: str) -> tuple[Mistake, ...]:
    """Every coding of every name that a list of losses alone is tried for, the two traps of the lesson first."""
    traps = [Mistake("bias-frozen", Variant(loop={"bias_moves": False}), UPDATE)]
    traps += [Mistake("extra-step-before", Variant(loop=fields), START) for fields in EARLIER_STEPS[task]]
    return (*traps, *(mistake for mistake in singles(task) if mistake.name not in {trap.name for trap in traps}))


def _of_predict() -> Iterator[Mistake]:
    yield Mistake("no-bias", Variant(slope={"bias": False}), BOOKKEEPING)


def _of_mse() -> Iterator[Mistake]:
    for name in _OF_LOSS:
        yield from (Mistake(name, Variant(loss=fields), BOOKKEEPING) for fields in FORMULAS[name])


def _of_slope(names: tuple[str, ...]) -> Iterator[Mistake]:
    for name in names:
        yield from (Mistake(name, Variant(slope=fields), GRADIENT) for fields in FORMULAS[name])


def _of_updates() -> Iterator[Mistake]:
    for name, variants in UPDATES.items():
        yield from (Mistake(name, Variant(loop=fields), UPDATE) for fields in variants)


def _of_sgd_step() -> Iterator[Mistake]:
    yield from _of_updates()
    yield Mistake("bias-not-updated", Variant(loop={"bias_moves": False}), UPDATE)


def _of_loops() -> Iterator[Mistake]:
    for name in _IN_LOOPS:
        for fields in FORMULAS[name]:
            yield from _in_loop(name, fields)
    yield from _of_updates()
    yield from _named(LOOPS)


def _in_loop(name: str, fields: Fields) -> Iterator[Mistake]:
    """In the slope that is followed, in the loss that is recorded, in both alike; a slope's wrong sign is `uphill`."""
    if name != "wrong-sign":
        yield Mistake(name, Variant(slope=fields), GRADIENT)
    if name in _IN_LOOP_LOSS:
        yield Mistake(name, Variant(loss=fields), BOOKKEEPING)
        if name != "wrong-sign":
            yield Mistake(name, Variant(loss=fields, slope=fields), LOSS)


def _named(table: Mapping[str, tuple[str, tuple[Fields, ...]]]) -> Iterator[Mistake]:
    for name, (fault, variants) in table.items():
        yield from (Mistake(name, Variant(loop=fields), fault) for fields in variants)


def _of_velocities() -> Iterator[Mistake]:
    for name, variants in VELOCITIES.items():
        yield from (Mistake(name, Variant(loop=fields), UPDATE) for fields in variants)


def _of_momentum_step() -> Iterator[Mistake]:
    yield from _of_updates()
    yield from _of_velocities()
    for velocity in (programs.RATE_IN, programs.RATE_IN_MINUS):
        yield Mistake("learning-rate-in-buffer", Variant(loop={"velocity": velocity}), UPDATE)


def _of_momentum_loops() -> Iterator[Mistake]:
    yield from _of_loops()
    yield from _of_velocities()
    yield Mistake("extra-step-before", Variant(loop=EARLIER_STEPS["train_momentum"][1]), START)


_SINGLES = {
    "predict": _of_predict,
    "mse": _of_mse,
    "dmse_dyp": lambda: _of_slope(_OF_DYP),
    "gradients": lambda: _of_slope(tuple(FORMULAS)),
    "sgd_step": _of_sgd_step,
    "train": _of_loops,
    "momentum_step": _of_momentum_step,
    "train_momentum": _of_momentum_loops,
}
