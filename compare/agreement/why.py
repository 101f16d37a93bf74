"""Why a lesson runs as it does: what the closed form predicts, beside what the run really did."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

import numpy as np

from compare.agreement.records import Comparison
from compare.lessons import Lesson
from compare.truth.rounding import PRECISIONS
from manual.closed_form import Floats, Modes, best, best_momentum, contraction, hessian, largest_lr, modes
from manual.sgd import SGD
from manual.statistics import Statistics, measure, mse

UNCOVERED = ("dampening", "nesterov", "maximize")
EVERY = 10  # epochs, where the lesson records each one
READABLE = 1000  # a loss this many times above its rounding shows four digits of a percentage


class Stretch(NamedTuple):
    """By what factor the loss, above its minimum, changed from one epoch to another: as predicted, and as seen."""

    start: int
    end: int
    predicted: float
    seen: float
    minimum: float


class Setting(NamedTuple):
    """Options, and the factor to which `every` epochs shrink the loss above its minimum in the long run."""

    lr: float
    momentum: float
    factor: float


class Why(NamedTuple):
    """What there is to say of one lesson; None and empty where it does not apply."""

    title: Mapping[str, str]  # by language
    every: int  # epochs that each factor stands for
    uncovered: str | None = None  # an option that the closed form does not know; then nothing else is said
    curvatures: tuple[float, ...] = ()  # those that are not zero, ascending; none where the loss is flat
    limit: float = 0.0  # the run diverges from this learning rate on
    own: Setting | None = None  # the lesson's options; their factor tells nothing from the limit on
    window: Stretch | None = None
    same_lr: Setting | None = None  # the lesson's learning rate with the best momentum
    best: Setting | None = None  # of all; without momentum and in one step where there is one curvature

    @property
    def diverges(self) -> bool:
        return self.own is not None and self.own.lr >= self.limit


def why(lesson: Lesson, comparison: Comparison) -> Why:
    """What the closed form predicts of `lesson`, whose comparison says what its run did."""
    options: dict[str, Any] = dict(comparison.options)
    sgd = SGD(**options)
    found = Why(lesson.title, lesson.record_every if lesson.record_every > 1 else EVERY)
    option = next((name for name in UNCOVERED if getattr(sgd, name)), None)
    if option:
        return found._replace(uncovered=option)
    s = measure(np.array(lesson.x, float), np.array(lesson.y, float))
    curvatures = _curvatures(s, sgd, lesson.trained)
    if not len(curvatures):
        return found
    found = found._replace(
        curvatures=tuple(curvatures.tolist()),
        limit=largest_lr(curvatures, sgd.momentum),
        own=_choice(curvatures, sgd.lr, sgd.momentum, found.every),
        same_lr=with_best_momentum(curvatures, sgd.lr, found.every),
        best=_best(curvatures, found.every),
    )
    judged = not found.diverges and not sgd.weight_decay and comparison.diverged_at is None
    return found._replace(window=readable_stretch(lesson, comparison, s, sgd, found.every) if judged else None)


def _curvatures(s: Statistics, sgd: SGD, trained: Sequence[str]) -> Floats:
    """Those that are not zero, ascending."""
    values = np.linalg.eigvalsh(hessian(s, trained))
    values = values[values > len(values) * np.finfo(float).eps * values.max(initial=0.0)]
    return values + sgd.weight_decay


def _choice(curvatures: Floats, lr: float, momentum: float, every: int) -> Setting:
    return Setting(lr, momentum, contraction(curvatures, lr, momentum) ** (2 * every))


def with_best_momentum(curvatures: Floats, lr: float, every: int) -> Setting | None:
    """This learning rate with the momentum that suits it best; None where none is needed, or none helps."""
    if len(curvatures) == 1 or lr >= largest_lr(curvatures, 1.0):
        return None
    return _choice(curvatures, lr, best_momentum(curvatures, lr), every)


def _best(curvatures: Floats, every: int) -> Setting:
    if len(curvatures) == 1:
        return Setting(float(1 / curvatures[0]), 0.0, 0.0)
    return _choice(curvatures, *best(curvatures), every)


def readable_stretch(lesson: Lesson, comparison: Comparison, s: Statistics, sgd: SGD, every: int) -> Stretch | None:
    """The last recorded stretch at whose end rounding does not yet hide the loss: there the slowest modes are left."""
    if lesson.epochs is None:
        return None
    w, b = _start(lesson)
    run = modes(s, w, b, sgd, lesson.steps_before + lesson.epochs, lesson.trained)
    minimum, excess = least_loss(float(mse(s, w, b)), run), run.excess()[lesson.steps_before :]
    losses = cast(list[float], comparison.curves["manual"]["loss"])  # all are finite, as the run does not diverge
    rounding = 3 * PRECISIONS[comparison.dtype].u * max(abs(float(y)) for y in lesson.y)
    for end in reversed(range(every, len(losses), every)):
        noise = 2 * rounding * (minimum + excess[end]) ** 0.5 + rounding**2
        if excess[end] > READABLE * noise:
            shrunk = (losses[end] - minimum) / (losses[end - every] - minimum)
            return Stretch(end - every, end, float(excess[end] / excess[end - every]), shrunk, minimum)
    return None


def _start(lesson: Lesson) -> tuple[Any, float]:
    """w and b, as floats."""
    w = [float(weight) for weight in lesson.w] if isinstance(lesson.w, tuple) else float(lesson.w)
    return w, float(lesson.b)


def least_loss(loss: float, run: Modes) -> float:
    """The loss at the start less what it has above its minimum; zero where that is only rounding."""
    least = loss - float(run.excess()[0])
    return least if least > 100 * PRECISIONS["float64"].u * loss else 0.0
