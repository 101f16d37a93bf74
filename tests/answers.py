"""Answers to judge: a right one, and a way to put other codings into it."""

from functools import cache
from pathlib import Path
from textwrap import dedent

from compare.exercises.course import read
from compare.exercises.findings import ExerciseFinding, Finding
from compare.exercises.judge import examine
from compare.exercises.judging import Tried
from compare.exercises.kernel import Kernel
from compare.exercises.reference import prepared
from compare.exercises.table.by_table import plain

EXERCISES = tuple(read().points)
RIGHT = {
    "predict": "def predict(x, w, b): return w * x + b",
    "mse": "def mse(yp, y): return ((yp - y) ** 2).mean()",
    "dmse_dyp": "def dmse_dyp(yp, y): return 2 * (yp - y) / len(y)",
    "gradients": """
        def gradients(x, y, w, b):
            dyp = 2 * (w * x + b - y) / len(y)
            return (dyp * x).sum(), dyp.sum()
    """,
    "sgd_step": "def sgd_step(w, b, dw, db, lr): return w - lr * dw, b - lr * db",
    "train": """
        def train(x, y, w, b, lr, epochs):
            losses = []
            for _ in range(epochs + 1):
                r = w * x + b - y
                losses.append((r * r).mean())
                w, b = w - lr * 2 * (r * x).mean(), b - lr * 2 * r.mean()
            return losses
    """,
    "momentum_step": """
        def momentum_step(p, v, dp, lr, momentum):
            v = momentum * v + dp
            return p - lr * v, v
    """,
    "train_momentum": """
        def train_momentum(x, y, w, b, lr, momentum, epochs):
            losses, vw, vb = [], 0.0, 0.0
            for _ in range(epochs + 1):
                r = w * x + b - y
                losses.append((r * r).mean())
                vw, vb = momentum * vw + 2 * (r * x).mean(), momentum * vb + 2 * r.mean()
                w, b = w - lr * vw, b - lr * vb
            return losses
    """,
}
CALLING = {
    "gradients": """
        def gradients(x, y, w, b):
            dyp = dmse_dyp(predict(x, w, b), y)
            return (dyp * x).sum(), dyp.sum()
    """,
    "train": """
        def train(x, y, w, b, lr, epochs):
            losses = []
            for _ in range(epochs + 1):
                losses.append(mse(predict(x, w, b), y))
                w, b = sgd_step(w, b, *gradients(x, y, w, b), lr)
            return losses
    """,
    "train_momentum": """
        def train_momentum(x, y, w, b, lr, momentum, epochs):
            losses, vw, vb = [], 0.0, 0.0
            for _ in range(epochs + 1):
                losses.append(mse(predict(x, w, b), y))
                dw, db = gradients(x, y, w, b)
                w, vw = momentum_step(w, vw, dw, lr, momentum)
                b, vb = momentum_step(b, vb, db, lr, momentum)
            return losses
    """,
}


def source(**codings: str) -> bytes:
    """A right answer, with those functions instead of its own; `""` leaves one out."""
    functions = {**RIGHT, **codings}
    return ("import numpy as np\n" + "\n".join(dedent(text) for text in functions.values())).encode()


def found(task: str, coding: str) -> ExerciseFinding:
    """What the judge finds in one exercise, judged by itself."""
    return _alone(task, coding)


@cache
def _alone(task: str, coding: str) -> ExerciseFinding:
    rules = read()
    finding = examine(source(**{task: coding}), rules._replace(points={task: rules.points[task]}), Kernel({}))
    return finding.exercises[0]


@cache
def found_in(course: str, task: str, coding: str) -> ExerciseFinding:
    """What the judge finds in one exercise of another bundled course, judged by itself."""
    rules = read(Path(course))
    source = f"import numpy as np\n{dedent(coding)}".encode()
    return examine(source, rules._replace(points={task: rules.points[task]}), Kernel({})).exercises[0]


def found_in_all(**codings: str) -> Finding:
    """What the judge finds in a right answer with those functions in it."""
    return examine(source(**codings), read(), Kernel({}))


@cache
def found_in_course(follow_through: str, **codings: str) -> Finding:
    """The same in a course that follows through so much."""
    return examine(source(**codings), read()._replace(follow_through=follow_through), Kernel({}))


def one(finding: Finding, task: str) -> ExerciseFinding:
    return next(exercise for exercise in finding.exercises if exercise.name == task)


def tried(task: str) -> list[Tried]:
    """The trials of practice, whose arrays are tuples, with what is right on them."""
    one = prepared.of_course(read())[task]
    return [each._replace(trial=plain(each.trial)) for each in one.trials]
