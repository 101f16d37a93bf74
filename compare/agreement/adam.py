"""A lesson by Adam: each of its updates, from a program's own p, m and v, held to what exact arithmetic makes of them.

Everything is rational but one root, and a root lies between two integers: ⌊√n⌋ and ⌊√n⌋ + 1, here at 256 bits. So the
exact step lies in an interval that is far narrower than any float, and a program's must lie within its rounding of it:

    m' = β₁ m + (1 - β₁) g       or m + w (g - m), w = 1 - β₁: 7 roundings of |m| + 2 w |m| + w |g|
    v' = β₂ v + (1 - β₂) g²      no term is negative: 8 roundings of v' itself; its root has half of them, and its own
    w = 1 - β                    in doubles: a rounding of β, β/w times as large in w; so 2 of them, of |m| + |g|
    c = 1 - βᵗ                   in doubles: t + 2 roundings of βᵗ, which are βᵗ/c times as large in c
    step = lr/c₁ · m'/(√v'/√c₂ + eps)     12 roundings more, and what m' brings along; p - step: one of each

Where the second moment underflows, or its root is no larger than eps, eps decides the step: that is *unchecked*. The
gradient is held to the exact one at the program's own parameters, as in a run by SGD. Nothing is said of a whole run:
where the gradient is small Adam divides rounding by rounding, and two right programs may part.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from importlib import import_module
from math import isfinite, isqrt
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from compare.agreement.case import LessonCase
from compare.errors import Fault
from compare.lessons import Lesson
from compare.truth.exact import ratio
from compare.truth.rounding import PRECISIONS, Precision, gamma
from manual import autograd
from manual.autograd import lesson as engine

VERDICTS = ("right", "unchecked", "wrong")
BETAS, EPS = ("0.9", "0.999"), "1e-8"  # torch's defaults, as the decimals that they stand for
BITS = 256
DOUBLE = Fraction(2.0**-53)


class Moments(NamedTuple):
    """A parameter and its two running means."""

    p: float
    m: float
    v: float


class Interval(NamedTuple):
    """Where an exact number lies."""

    low: Fraction
    high: Fraction


def root(square: Fraction) -> Interval:
    """Where the root of a number that is not negative lies, to 2⁻²⁵⁶."""
    whole = isqrt((square.numerator << 2 * BITS) // square.denominator)
    return Interval(Fraction(whole, 1 << BITS), Fraction(whole + 1, 1 << BITS))


def verdict(
    before: Moments, gradient: float, after: Moments, t: int, options: Mapping[str, Any], precision: Precision
) -> str:
    """ "right", "wrong" or "unchecked" of one update, the (t + 1)-th, whose options are `torch.optim.Adam`'s.

    Numbers are taken exactly, options as decimals where they are strings or Fractions. Raises `OverflowError` or
    `ValueError` where a number is not finite.
    """
    lr, one, two, eps, decay = (Fraction(options[name]) for name in ("lr", "beta1", "beta2", "eps", "weight_decay"))
    p, m, v = map(Fraction, before)
    g = (-1 if options["maximize"] else 1) * Fraction(gradient) + decay * p
    rough = abs(Fraction(gradient)) + decay * abs(p)  # of g before what cancels in it
    new_m, new_v = one * m + (1 - one) * g, two * v + (1 - two) * g * g
    first, second = 1 - one ** (t + 1), 1 - two ** (t + 1)
    size = root(new_v / second)
    if size.low <= eps or new_v * Fraction(precision.u) <= Fraction(precision.tiny):
        return "unchecked"
    ends = [lr / first * new_m / (end + eps) for end in size]
    u, tiny = precision.u, Fraction(precision.tiny)
    extra = 4 if decay else 0
    of_m = (
        _share(7 + extra, u) * (abs(m) * (3 - 2 * one) + (1 - one) * rough) + 2 * DOUBLE * (abs(m) + rough) + 8 * tiny
    )
    of_v = _share(8, u) * new_v + (2 * _share(extra, u) * (1 - two) + 2 * DOUBLE) * rough * rough + 8 * tiny
    most = max(map(abs, ends))
    doubles = DOUBLE * (t + 3) * ((1 - first) / first + (1 - second) / second)
    relative = _share(12, u) + doubles + of_v / new_v
    of_p = Fraction(u) * (abs(p) + most) + most * relative + lr / first * of_m / size.low + 8 * tiny * (1 + lr)
    low, high = sorted(p - end for end in ends)
    slack = Fraction(17, 16)  # products of the errors above, each below 2⁻¹⁶
    right = (
        low - slack * of_p <= Fraction(after.p) <= high + slack * of_p
        and abs(Fraction(after.m) - new_m) <= slack * of_m
        and abs(Fraction(after.v) - new_v) <= slack * of_v
    )
    return "right" if right else "wrong"


def _share(roundings: int, u: float) -> Fraction:
    return Fraction(gamma(roundings, u))


class Updates(NamedTuple):
    """What one side made of a lesson by Adam."""

    counts: dict[str, int]  # by verdict, of each parameter's gradient and step in every update
    wrong: tuple[int, str] | None  # the first that was: the number of its update, and "dw", "db", "w" or "b"
    loss: float  # before the last update
    w: Any  # at the end, () or (d,), as is b, ()
    b: Any


class Trained(NamedTuple):
    """A lesson by Adam, by every side."""

    name: str
    title: Mapping[str, str]  # by language
    dtype: str
    sides: Mapping[str, Updates]


class Move(NamedTuple):
    """One parameter's update. A state is the parameter, m and v, of one shape; m and v are None before the first."""

    before: Sequence[Any]
    gradient: Any
    after: Sequence[Any]


Moves: TypeAlias = Iterator[tuple[float, dict[str, Move]]]  # of each update the loss, and the steps of "w" and "b"


def by_adam(lesson: Lesson, dtype: str | None = None) -> Trained:
    """The lesson's run with Adam in the place of SGD: its lr, weight decay and maximize, and torch's own defaults.

    Raises `Fault` where a number is too large for the dtype.
    """
    case = LessonCase(lesson, dtype or lesson.dtype)
    if case.options["lr"] / (1 - float(BETAS[0])) > PRECISIONS[case.dtype].largest:  # torch takes no such step
        raise Fault("lesson-dtype", lesson.file, key="optimizer.lr", dtype=case.dtype)
    options = {"betas": tuple(map(float, BETAS)), "eps": float(EPS)}
    options |= {name: case.options[name] for name in ("lr", "weight_decay", "maximize") if name in case.options}
    runs = {"manual": _mirrored("manual", case, options), "autograd": _by_engine(case, options)}
    runs["torch"] = _mirrored("torch_impl", case, options)
    with np.errstate(all="ignore"):
        return Trained(lesson.name, lesson.title, case.dtype, {side: _judged(case, run) for side, run in runs.items()})


def _mirrored(side: str, case: LessonCase, options: Mapping[str, Any]) -> Moves:
    """By hand, or by torch, whose functions have the same names."""
    inputs, regression, adam = (import_module(f"{side}.{name}") for name in ("inputs", "regression", "adam"))
    x, y, w, b = inputs.checked(*case.data)
    rule, states = adam.Adam(**options), {"w": (w, None, None), "b": (b, None, None)}
    for t in range(case.last + 1):
        before, (w, *_), (b, *_) = dict(states), states["w"], states["b"]
        gradients = dict(zip("wb", regression.gradients(x, y, w, b), strict=True))
        for name in case.lesson.trained:
            p, m, v = states[name]
            states[name] = rule.step(p, gradients[name], m, v, t)
        loss = float(regression.mse(regression.predict(x, w, b), y))
        yield loss, {name: Move(before[name], gradients[name], states[name]) for name in "wb"}


def _by_engine(case: LessonCase, options: Mapping[str, Any]) -> Moves:
    x, y, w, b = (autograd.tensor(value) for value in case.data)
    parameters = {"w": w.requires_grad_(), "b": b.requires_grad_()}
    trained = [parameters[name] for name in case.lesson.trained]
    optimizer = autograd.optim.Adam(trained or [autograd.zeros(1)], **options)

    def state(p: Any) -> tuple[Any, ...]:
        return p.array.copy(), *optimizer.state.get(p, (None, None))[:2]

    for _ in range(case.last + 1):
        loss = engine.mse(engine.predict(x, w, b), y)
        w.grad = b.grad = None
        loss.backward()
        before = {name: state(p) for name, p in parameters.items()}
        optimizer.step()
        yield loss.item(), {name: Move(before[name], p.grad, state(p)) for name, p in parameters.items()}


def _judged(case: LessonCase, run: Moves) -> Updates:
    """Of a run that leaves the finite numbers, the updates before that."""
    given, precision = case.lesson.optimizer, PRECISIONS[case.dtype]
    options = {"lr": given["lr"], "beta1": BETAS[0], "beta2": BETAS[1], "eps": EPS}
    options |= {"weight_decay": given.get("weight_decay", 0), "maximize": given.get("maximize", False)}
    made = Updates(dict.fromkeys(VERDICTS, 0), None, np.nan, *case.data[2:])
    for t, (loss, steps) in enumerate(run):
        if not all(isfinite(entry) for one in steps.values() for state in _moments(one.after) for entry in state):
            break
        found = [*_gradients(case, steps)]
        for name in case.lesson.trained:
            one = steps[name]
            entries = zip(_moments(one.before), _entries(one.gradient), _moments(one.after), strict=True)
            found += [(name, verdict(before, g, after, t, options, precision)) for before, g, after in entries]
        for _, each in found:
            made.counts[each] += 1
        wrong = next(((t, name) for name, each in found if each == "wrong"), None)
        w, b = (np.asarray(steps[name].after[0])[()] for name in "wb")
        made = made._replace(wrong=made.wrong or wrong, loss=loss, w=w, b=b)
    return made


def _entries(array: Any) -> list[float]:
    return [float(entry) for entry in np.asarray(array, np.float64).ravel()]


def _moments(state: Sequence[Any]) -> list[Moments]:
    """Each entry of a parameter with its m and v, which are zero before the first update."""
    p, m, v = (_entries(np.zeros_like(state[0]) if part is None else part) for part in state)
    return [Moments(*entry) for entry in zip(p, m, v, strict=True)]


def _gradients(case: LessonCase, steps: Mapping[str, Move]) -> Iterator[tuple[str, str]]:
    """The verdict of each derivative, held to the exact one at the program's own parameters."""
    weights, biases = (_entries(steps[name].before[0]) for name in "wb")
    exact = case.descent.problems[0].gradient(ratio([*weights, *biases, 1]))
    w, b, evaluation = np.array([weights]), np.array(biases), case.evaluation
    bounds = evaluation.at(evaluation.residual_sizes(w, b), evaluation.residuals(w, b))
    names = ["dw"] * len(weights) + ["db"]
    given = _entries(steps["w"].gradient) + _entries(steps["b"].gradient)
    for name, value, truth, bound in zip(names, given, exact, [*bounds.dw[0], *bounds.db], strict=True):
        if not isfinite(bound):
            yield name, "unchecked"
        else:
            yield name, "right" if abs(Fraction(value) - truth) <= Fraction(float(bound)) else "wrong"
