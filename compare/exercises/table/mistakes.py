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

from compare.exercises.findings import BOOKKEEPING, GRADIENT, LOSS, START, UPDATE
from compare.exercises.table import programs
from compare.exercises.table.formulas import (
    ABSOLUTE,
    FIRST,
    FLOOR,
    LAST,
    NOT_FIRST,
    NOT_LAST,
    PLAIN,
    ROOT,
    SQUARE,
    TOWARDS_ZERO,
)

Fields: TypeAlias = Mapping[str, Any]
NONE: Fields = MappingProxyType({})


class Variant(NamedTuple):
    """The fields that one coding of a mistake changes: in the recorded loss, in its slope, in the loop around them."""

    loss: Fields = NONE
    slope: Fields = NONE
    loop: Fields = NONE
    dw: Fields = NONE  # in the one slope alone
    db: Fields = NONE


class Mistake(NamedTuple):
    """One coding of one name. `fault` is what it spoils in a trajectory, empty where that cannot be told."""

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
    "divided-twice": ({"divisor": "n*n"},),  # mean(2r·x) / n
    "no-bias": ({"bias": 0},),  # r = wx − y
    "bias-subtracted": ({"bias": -1},),  # r = wx − b − y
    "no-target": ({"target": 0},),  # r = wx + b
    "misplaced-bracket": (  # (wx + b) − y·x, and the like; 2(wx + b) − y
        *(
            {"brackets": powers, "x_in_dw": 1, "means": None}
            for powers in ((0, 0, 1), (0, 1, 1), (1, 0, 0), (1, 1, 0), (1, 0, 1), (0, 1, 0))
        ),
        {"prediction": 2, "halved": True},
    ),
    "only-first-row": ({"rows": FIRST}, {"rows": FIRST, "divisor": "1"}),
    "only-last-row": ({"rows": LAST}, {"rows": LAST, "divisor": "1"}),
    "first-row-left-out": ({"rows": NOT_FIRST}, {"rows": NOT_FIRST, "divisor": "n-1"}),
    "last-row-left-out": ({"rows": NOT_LAST}, {"rows": NOT_LAST, "divisor": "n-1"}),
    "integer-division": tuple({"divisor": divisor, "error": SQUARE} for divisor in ("2//n", "1//n")),
    "cut-to-whole": ({"cut": FLOOR}, {"cut": TOWARDS_ZERO}),  # int(mse), Σ r² // n
    "column-broadcast": tuple(  # r_ij = yp_i − y_j, (n, n)
        {"spread": row, "target": 1, "brackets": None, "rows": None, "means": None, **divisor}
        for row in "ij"
        for divisor in ({}, {"divisor": "rows"})
    ),
    "not-squared": ({"error": PLAIN, "halved": False},),  # mean r, and its slope
    "absolute-error": ({"error": ABSOLUTE, "halved": False},),  # mean abs(r), and its slope
    "root-mean-square": ({"error": ROOT, "halved": False},),  # √mse, and its slope
    "product-of-means": tuple(  # 2·mean(r)·mean(x)
        {"means": divisor, "error": SQUARE, "summed": True} for divisor in ("n", "D")
    ),
    "not-summed": ({"summed": False}, {"summed": False, "divisor": "1"}),  # one value a sample
}
IN_LOSSES: Mapping[str, tuple[Fields, ...]] = {  # where a loss is coded in other ways than its slope
    "misplaced-bracket": ({"target_power": 2, "error": PLAIN},),  # mean(yp − y²)
    "integer-division": FORMULAS["integer-division"][1:],
    "cut-to-whole": FORMULAS["cut-to-whole"][:1],
    "column-broadcast": FORMULAS["column-broadcast"][:2],
    "product-of-means": (*FORMULAS["product-of-means"], {"means": "outer", "error": SQUARE, "summed": True}),
}
IN_DYP: Mapping[str, tuple[Fields, ...]] = {  # where the derivatives by the predictions are
    "misplaced-bracket": ({"prediction": 2, "halved": True},),
    "column-broadcast": FORMULAS["column-broadcast"][:2],
    **{
        name: (*FORMULAS[name], *({**fields, "bare": True} for fields in FORMULAS[name]))
        for name in ("only-first-row", "only-last-row")
    },
}
UPDATES: Mapping[str, tuple[Fields, ...]] = {
    "uphill": ({"direction": 1},),  # p + lr·g
    "missing-learning-rate": ({"rate": 0},),  # p − g
    "learning-rate-twice": ({"rate": 2},),  # p − lr²·g
}
LOOPS: Mapping[str, tuple[str, tuple[Fields, ...]]] = {
    "bias-frozen": (UPDATE, ({"bias_moves": False},)),
    "loss-after-update": (BOOKKEEPING, ({"before": 1},)),
    "epoch-off-by-one": (BOOKKEEPING, ({"more": -1}, {"more": 1})),
    "gradient-accumulated": (GRADIENT, ({"gradient": programs.ACCUMULATED},)),
    "sequential-update": (GRADIENT, tuple({"sequential": first} for first in (programs.W_FIRST, programs.B_FIRST))),
    "stale-gradient": (GRADIENT, ({"gradient": programs.STALE},)),
    "per-sample-update": (
        UPDATE,
        tuple({"samples": kind} for kind in (programs.EACH, programs.EACH_NTH, programs.RUNNING)),
    ),
    "returns-parameters": (BOOKKEEPING, ({"returned": programs.PARAMETERS},)),
    "returns-last-loss": (BOOKKEEPING, ({"returned": programs.LAST_LOSS},)),
}
VELOCITIES: Mapping[str, tuple[Fields, ...]] = {
    "velocity-averaged": ({"velocity": programs.AVERAGED},),  # v = μv + (1−μ)g
    "momentum-ignored": tuple(  # p − lr·g
        {"velocity": velocity} for velocity in (programs.IGNORED, programs.IGNORED_NO_BUFFER, programs.IGNORED_KEPT)
    ),
    "nesterov": ({"velocity": programs.NESTEROV},),  # p − lr(g + μv)
    "old-velocity": ({"velocity": programs.OLD},),  # p − lr·v, v the one before
}
EARLIER_STEPS: Mapping[str, tuple[Fields, ...]] = {  # one update before the record, whose buffer may be started anew
    "train": ({"before": 1},),
    "train_momentum": ({"before": 1}, {"before": 1, "buffer_kept": False}),
}
SOLVED = (
    *("rounds-its-results", "rounds-to-digits", "fixed-n", "ignores-the-start", "other-start", "continued-run"),
    *("other-momentum", "losses-scaled", "losses-reversed"),
)
STOPS = Mistake("stops-early", Variant(), "")  # seen by what is not there
CHANGES = Mistake("changes-its-inputs", Variant(), "")  # seen by what it leaves behind
ALSO = {"loss-after-update": "extra-step-before"}
OTHER_RATE = Mistake("other-learning-rate", Variant(), UPDATE)  # what only a list of losses is tried for

_OF_PREDICTION = {"no-bias", "bias-subtracted"}
_OF_LOSS = tuple(name for name in FORMULAS if name not in {"missing-x", "extra-x", "swapped"} | _OF_PREDICTION)
_OF_DYP = tuple(name for name in _OF_LOSS if name not in {"product-of-means", "not-summed", "cut-to-whole"})
_IN_LOOPS = tuple(name for name in FORMULAS if name != "not-summed")
_IN_LOOP_LOSS = (*_OF_LOSS, *sorted(_OF_PREDICTION, reverse=True))
_ONE_ROW = {"only-first-row": FIRST, "only-last-row": LAST}
_LEFT_OUT = {"first-row-left-out": NOT_FIRST, "last-row-left-out": NOT_LAST}
RARE = {
    *_ONE_ROW,
    *_LEFT_OUT,
    "misplaced-bracket",
    "integer-division",
    "cut-to-whole",
    "not-squared",
    "learning-rate-twice",
} | {*("returns-parameters", "returns-last-loss", "old-velocity", "shared-velocity")}
_IN_BOTH_SLOPES = {"swapped", "missing-x", "extra-x", "product-of-means"} | {
    *("misplaced-bracket", "not-squared", "integer-division", "cut-to-whole"),
    *_LEFT_OUT,
}
_IN_PREDICT: Mapping[str, tuple[Fields, ...]] = {
    **{name: FORMULAS[name] for name in ("no-bias", "bias-subtracted")},
    **{name: ({"rows": rows}, {"rows": rows, "bare": True}) for name, rows in _ONE_ROW.items()},
    **{name: ({"rows": rows},) for name, rows in _LEFT_OUT.items()},
}


@cache
def singles(task: str) -> tuple[Mistake, ...]:
    """Every coding of every name that exercise `task` knows."""
    return tuple(_SINGLES[task]())


@cache
def alone(task: str) -> tuple[Mistake, ...]:
    """Every coding of every name that a list of losses alone is tried for, the two traps of the lesson first.

    One list tells less than many trials: what is `RARE` is left out, so that it hides nothing that is not.
    """
    traps = [Mistake("bias-frozen", Variant(loop={"bias_moves": False}), UPDATE)]
    traps += [Mistake("extra-step-before", Variant(loop=fields), START) for fields in EARLIER_STEPS[task]]
    others = (one for one in singles(task) if one.name not in {trap.name for trap in traps} | RARE)
    return (*traps, *(one for one in others if not (one.variant.dw or one.variant.db)))


def _of_predict() -> Iterator[Mistake]:
    for name, variants in _IN_PREDICT.items():
        yield from (Mistake(name, Variant(slope=fields), BOOKKEEPING) for fields in variants)


def _in_loss(name: str) -> tuple[Fields, ...]:
    return IN_LOSSES.get(name, FORMULAS[name])


def _of_mse() -> Iterator[Mistake]:
    for name in _OF_LOSS:
        yield from (Mistake(name, Variant(loss=fields), BOOKKEEPING) for fields in _in_loss(name))


def _of_dmse_dyp() -> Iterator[Mistake]:
    for name in _OF_DYP:
        yield from (Mistake(name, Variant(slope=fields), GRADIENT) for fields in IN_DYP.get(name, FORMULAS[name]))


def _of_gradients() -> Iterator[Mistake]:
    for name, variants in FORMULAS.items():
        yield from (Mistake(name, Variant(slope=fields), GRADIENT) for fields in variants)


def _of_updates() -> Iterator[Mistake]:
    for name, variants in UPDATES.items():
        yield from (Mistake(name, Variant(loop=fields), UPDATE) for fields in variants)


def _of_sgd_step() -> Iterator[Mistake]:
    yield from _of_updates()
    yield Mistake("bias-not-updated", Variant(loop={"bias_moves": False}), UPDATE)
    yield Mistake("swapped-slopes", Variant(loop={"crossed": True}), UPDATE)
    yield Mistake("swapped-results", Variant(loop={"exchanged": True}), UPDATE)


def _of_loops() -> Iterator[Mistake]:
    for name in _IN_LOOPS:
        yield from _in_loop(name)
    yield from _of_updates()
    yield from _named(LOOPS)


def _in_loop(name: str) -> Iterator[Mistake]:
    """In the slope that is followed, in the loss that is recorded, in both alike, in one of the two slopes alone.

    A wrong sign of both slopes is `uphill`.
    """
    losses = _in_loss(name) if name in _IN_LOOP_LOSS else ()
    for fields in FORMULAS[name]:
        if name != "wrong-sign":
            yield Mistake(name, Variant(slope=fields), GRADIENT)
    for fields in losses:
        yield Mistake(name, Variant(loss=fields), BOOKKEEPING)
        if name != "wrong-sign":
            yield Mistake(name, Variant(loss=fields, slope=fields), LOSS)
    for fields in FORMULAS[name] if name not in _IN_BOTH_SLOPES else ():
        yield Mistake(name, Variant(dw=fields), GRADIENT)
        yield Mistake(name, Variant(db=fields), GRADIENT)


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
    yield Mistake("velocity-negated", Variant(loop={"velocity": programs.NEGATED}), UPDATE)
    yield Mistake("velocity-not-kept", Variant(loop={"velocity": programs.NOT_KEPT}), UPDATE)
    yield Mistake("swapped-results", Variant(loop={"exchanged": True}), UPDATE)


def _of_momentum_loops() -> Iterator[Mistake]:
    yield from _of_loops()
    yield from _of_velocities()
    yield Mistake("shared-velocity", Variant(loop={"shared": True}), UPDATE)
    yield Mistake("extra-step-before", Variant(loop=EARLIER_STEPS["train_momentum"][1]), START)


_SINGLES = {
    "predict": _of_predict,
    "mse": _of_mse,
    "dmse_dyp": _of_dmse_dyp,
    "gradients": _of_gradients,
    "sgd_step": _of_sgd_step,
    "train": _of_loops,
    "momentum_step": _of_momentum_step,
    "train_momentum": _of_momentum_loops,
}
