"""The eight exercises of the bundled course as a reference: the same truths, and narrower allowances."""

from fractions import Fraction

import pytest

from compare.exercises.reference import inputs, text
from compare.exercises.reference.arrays import Array
from compare.exercises.reference.numbers import Number
from compare.exercises.reference.run import NUMBERS, Run
from compare.exercises.tasks import TASKS
from compare.exercises.trials import trials
from compare.exercises.truths import truths

LINE = b"""
def predict(x: n, w: one, b: one):
    yp = w*x + b
    return yp

def mse(yp: n, y: n):
    loss = mean((yp - y)**2)
    return loss

@gradient_of(mse, yp)
def dmse_dyp(yp: n, y: n):
    return 2*(yp - y)/len(y)

def of_line(x: n, y: n, w: one, b: one):
    return mse(predict(x, w, b), y)

@gradient_of(of_line, w, b)
def gradients(x: n, y: n, w: one, b: one):
    dyp = dmse_dyp(predict(x, w, b), y)
    return sum(dyp*x), sum(dyp)

def sgd_step(w: one, b: one, dw: one, db: one, lr: rate):
    w, b = w - lr*dw, b - lr*db
    return w, b

def train(x: n, y: n, w: one, b: one, lr: rate, epochs: whole):
    losses = []
    for epoch in range(epochs + 1):
        losses.append(of_line(x, y, w, b))
        dw, db = gradients(x, y, w, b)
        w, b = sgd_step(w, b, dw, db, lr)
    return losses

def momentum_step(p: one, v: one, dp: one, lr: rate, momentum: rate):
    v = momentum*v + dp
    p = p - lr*v
    return p, v

def train_momentum(x: n, y: n, w: one, b: one, lr: rate, momentum: rate, epochs: whole):
    losses, vw, vb = [], 0, 0
    for epoch in range(epochs + 1):
        losses.append(of_line(x, y, w, b))
        dw, db = gradients(x, y, w, b)
        w, vw = momentum_step(w, vw, dw, lr, momentum)
        b, vb = momentum_step(b, vb, db, lr, momentum)
    return losses
"""


def as_numbers(value):
    if isinstance(value, tuple):
        return Array((len(value),), [as_numbers(each) for each in value])
    return value if isinstance(value, int) else Number(Fraction(value), abs(value))


MOST = 2.0**40  # beyond it a run's allowance is no number of the reference's: it diverges


@pytest.mark.parametrize("task", TASKS)
def test_the_formulas_give_the_truths_of_the_course_to_the_last_bit(task):
    reference = text.parse("line.py", LINE)
    for trial, truth in list(zip(trials(task, 1), truths(task, 1), strict=True))[:40]:
        if max(map(abs, truth[0].values)) > MOST:
            continue
        given = [as_numbers(trial[name]) for name in TASKS[task].parameters]
        found = inputs.truth(Run(reference, NUMBERS).call(task, given))
        assert [(each.shape, each.values) for each in found] == [(each.shape, list(each.values)) for each in truth]


@pytest.mark.parametrize("task", [task for task in TASKS if "epochs" not in TASKS[task].parameters])
def test_their_allowances_are_no_wider_than_those_of_the_course(task):
    reference = text.parse("line.py", LINE)
    for trial, truth in list(zip(trials(task, 1), truths(task, 1), strict=True))[:40]:
        given = [as_numbers(trial[name]) for name in TASKS[task].parameters]
        for each, other in zip(inputs.truth(Run(reference, NUMBERS).call(task, given)), truth, strict=True):
            assert all(own <= 1.001 * room + 1e-40 for own, room in zip(each.allowed, other.allowed, strict=True))
