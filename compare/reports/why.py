"""Why a lesson runs as it does: what the closed form predicts, beside what the run really did."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from compare.agreement.records import Comparison
from compare.agreement.rounding import PRECISIONS
from compare.lessons import Lesson
from compare.reports.language import Messages
from manual.closed_form import Floats, Modes, best, best_momentum, contraction, hessian, largest_lr, modes
from manual.sgd import SGD
from manual.statistics import Statistics, measure, mse

UNCOVERED = ("dampening", "nesterov", "maximize")
EVERY = 10  # epochs, where the lesson records each one
READABLE = 1000  # a loss this many times above its rounding shows four digits of a percentage


class Window(NamedTuple):
    """By what factor the loss, above its minimum, changed from one epoch to another: as predicted, and as seen."""

    start: int
    end: int
    predicted: float
    seen: float


def lines(lesson: Lesson, comparison: Comparison, language: str) -> list[str]:
    """The text of `--why` for one lesson, a line an entry; `comparison` is that lesson's."""
    words = Messages("why", language)
    return [words("title", title=lesson.title[language]), *_lines(lesson, comparison, words)]


def _lines(lesson: Lesson, comparison: Comparison, words: Messages) -> Iterator[str]:
    sgd = SGD(**_options(lesson))
    option = next((name for name in UNCOVERED if getattr(sgd, name)), None)
    if option:
        yield words("uncovered", option=option)
        return
    s = measure(np.array(lesson.x, float), np.array(lesson.y, float))
    curvatures = _curvatures(s, sgd, lesson.trained)
    if not len(curvatures):
        yield words("flat")
        return
    yield from _shape(curvatures, sgd, words)
    yield from _pace(lesson, comparison, s, sgd, curvatures, words)
    yield from _better(curvatures, sgd, _every(lesson), words)


def _options(lesson: Lesson) -> dict[str, Any]:
    return {key: value if isinstance(value, bool) else float(value) for key, value in lesson.optimizer.items()}


def _curvatures(s: Statistics, sgd: SGD, trained: Sequence[str]) -> Floats:
    """Those that are not zero, ascending."""
    values = np.linalg.eigvalsh(hessian(s, trained))
    values = values[values > len(values) * np.finfo(float).eps * values.max(initial=0.0)]
    return values + sgd.weight_decay


def _shape(curvatures: Floats, sgd: SGD, words: Messages) -> Iterator[str]:
    smallest, largest = _number(curvatures[0]), _number(curvatures[-1])
    yield words("curvature" if len(curvatures) == 1 else "curvatures", smallest=smallest, largest=largest)
    limit = largest_lr(curvatures, sgd.momentum)
    if sgd.lr >= limit:
        yield words("diverges", lr=_number(sgd.lr), limit=_number(limit))
    else:
        rule = f"2/{largest}" if not sgd.momentum else f"2 (1 + {_number(sgd.momentum)})/{largest}"
        yield words("limit", rule=rule, limit=_number(limit), lr=_number(sgd.lr))


def _pace(
    lesson: Lesson, comparison: Comparison, s: Statistics, sgd: SGD, curvatures: Floats, words: Messages
) -> Iterator[str]:
    if sgd.lr >= largest_lr(curvatures, sgd.momentum):
        return
    every = _every(lesson)
    yield words("long_run", every=every, percent=_percent(contraction(curvatures, sgd.lr, sgd.momentum) ** (2 * every)))
    if lesson.epochs is None or sgd.weight_decay or comparison.diverged_at is not None:
        return
    w, b = np.array(lesson.w, float)[()], float(lesson.b)
    run = modes(s, w, b, sgd, lesson.steps_before + lesson.epochs, lesson.trained)
    minimum = _minimum(float(mse(s, w, b)), float(run.excess()[0]))
    window = _window(lesson, comparison, run, minimum)
    if window:
        predicted, seen = _percent(window.predicted), _percent(window.seen)
        span = {"every": window.end - window.start, "start": window.start, "end": window.end}
        yield words("window", percent=seen, predicted=predicted, seen=seen, minimum=_number(minimum), **span)


def _minimum(loss: float, excess: float) -> float:
    """Their difference, zero where that is only rounding."""
    return loss - excess if loss - excess > 100 * PRECISIONS["float64"].u * loss else 0.0


def _window(lesson: Lesson, comparison: Comparison, run: Modes, minimum: float) -> Window | None:
    """The last recorded stretch at whose end rounding does not yet hide the loss: there the slowest modes are left."""
    excess = run.excess()[lesson.steps_before :]
    losses = comparison.curves["manual"]["loss"]
    rounding = 3 * PRECISIONS[comparison.dtype].u * max(abs(float(y)) for y in lesson.y)
    every = _every(lesson)
    for end in range(len(losses) - 1 - (len(losses) - 1) % every, every - 1, -every):
        seen, before = losses[end], losses[end - every]
        noise = 2 * rounding * (minimum + excess[end]) ** 0.5 + rounding**2
        if seen is not None and before is not None and excess[end] > READABLE * noise:
            return Window(end - every, end, excess[end] / excess[end - every], (seen - minimum) / (before - minimum))
    return None


def _better(curvatures: Floats, sgd: SGD, every: int, words: Messages) -> Iterator[str]:
    if len(curvatures) == 1:
        yield words("best_alone", lr=_number(1 / curvatures[0]), largest=_number(curvatures[0]))
        return
    if sgd.lr < largest_lr(curvatures, 1.0):
        momentum = best_momentum(curvatures, sgd.lr)
        percent = _percent(contraction(curvatures, sgd.lr, momentum) ** (2 * every))
        yield words("best_momentum", lr=_number(sgd.lr), momentum=_number(momentum), every=every, percent=percent)
    lr, momentum = best(curvatures)
    percent = _percent(contraction(curvatures, lr, momentum) ** (2 * every))
    yield words("best", lr=_number(lr), momentum=_number(momentum), every=every, percent=percent)


def _every(lesson: Lesson) -> int:
    return lesson.record_every if lesson.record_every > 1 else EVERY


def _percent(factor: float) -> str:
    return _number(100 * factor)


def _number(value: float) -> str:
    """Four digits, without an exponent where that is shorter to read."""
    return f"{value:.4g}"
