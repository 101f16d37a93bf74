"""Whole runs, judged twice: each step from its own state, and the run against the exact one."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compare.agreement.case import LessonCase
from compare.agreement.comparison import compare_lesson
from compare.agreement.records import AGREE, DIFFER, DIFFERS, UNCHECKED, overall_verdict
from compare.agreement.stepwise import Stepwise
from compare.lessons import load
from compare.truth.descent import Descent
from compare.truth.propagation import Propagation
from compare.truth.rounding import PRECISIONS
from manual.sgd import SGD
from manual.training import train
from tests.strategies import DTYPES, generated_lessons, optimizers, problems
from torch_impl.sgd import SGD as TorchSGD
from torch_impl.training import train as torch_train

QUANTITIES = ("loss", "dw", "db", "w", "b")


def within(value, exact, bound):
    """Is each value within its bound of the exact one? Where there is no bound, nothing is claimed."""
    value, exact, bound = (np.ravel(part) for part in (value, exact, bound))
    pairs = zip(value.tolist(), exact.tolist(), bound.tolist(), strict=True)
    return all(not np.isfinite(limit) or not np.isfinite(v) or abs(v - e) <= limit for v, e, limit in pairs)


@given(generated_lessons())
@settings(max_examples=60)
def test_every_side_agrees_on_lessons_that_nobody_wrote(lesson):
    assert compare_lesson(lesson).verdict == AGREE


@given(problems(spread=4, largest=9), optimizers(), st.integers(0, 2**32))
def test_minibatches_agree_too(problem, options, seed):
    x, y, w, b = problem
    chance = np.random.default_rng(seed)
    epochs = 3
    walks = [np.array_split(chance.permutation(len(y)), 2) for _ in range(epochs)]
    order = [[batch.tolist() for batch in walk if len(batch)] for walk in walks]
    batches = [batch for epoch in order for batch in epoch]
    exact_options = {key: v if isinstance(v, bool) else Fraction(v) for key, v in options.items()}
    descent = Descent(x.tolist(), y.tolist(), w.tolist(), b.item(), exact_options, ("w", "b"), batches)
    propagation = Propagation(descent, PRECISIONS[x.dtype.name], 0)
    bounds = propagation.run_bounds()
    for run in (
        train(*problem, SGD(**options), epochs - 1, order=order),
        torch_train(*problem, TorchSGD(**options), epochs - 1, order=order),
    ):
        assert not Stepwise(propagation).faults(run)
        assert within(run.loss, descent.losses[: len(run.loss)], bounds.loss[: len(run.loss)])
        biases = np.s_[: len(run.b), descent.size - 1]
        assert within(run.b, propagation.exact[biases], bounds.state[biases])


@np.errstate(all="ignore")
def _faulty_train(fault, x, y, w, b, lr, epochs):
    """The textbook loop with one planted fault, as a run."""
    sgd, steps, dtype = SGD(lr=lr), [], x.dtype.type
    for _ in range(epochs + 1):
        r = w * x + b - y
        loss, dw, db = (r * r).sum() / len(y), (2 * r * x).sum() / len(y), (2 * r).sum() / len(y)
        state = (w, b)
        loss, dw, db = fault.get("values", lambda *v: v)(loss, dw, db)
        w, b = fault.get("update", lambda w, b, dw, db, lr: (w - lr * dw, b - lr * db))(w, b, dw, db, dtype(lr))
        steps.append((loss, dw, db, *state))
    losses, dws, dbs, ws, bs = (np.array(column, dtype) for column in zip(*steps, strict=True))
    clean = train(x, y, ws[0], bs[0], sgd, epochs)
    ws, bs = np.append(ws, dtype(w)), np.append(bs, dtype(b))
    return clean._replace(loss=losses, dw=dws, db=dbs, w=ws, b=bs)


FAULTS = {
    "missing two": ("dw", {"values": lambda loss, dw, db: (loss, dw / 2, db / 2)}),
    "sum for mean": ("dw", {"values": lambda loss, dw, db: (loss, dw * 3, db * 3)}),
    "a sign": ("dw", {"values": lambda loss, dw, db: (loss, -dw, db)}),
    "dw off by 0.05 %": ("dw", {"values": lambda loss, dw, db: (loss, dw * type(dw)(1.0005), db)}),
    "db off by 0.05 %": ("db", {"values": lambda loss, dw, db: (loss, dw, db * type(db)(1.0005))}),
    "loss off by 0.05 %": ("loss", {"values": lambda loss, dw, db: (loss * type(loss)(1.0005), dw, db)}),
    "frozen bias": ("b", {"update": lambda w, b, dw, db, lr: (w - lr * dw, b)}),
    "uphill": ("w", {"update": lambda w, b, dw, db, lr: (w + lr * dw, b - lr * db)}),
    "no learning rate": ("w", {"update": lambda w, b, dw, db, lr: (w - dw, b - db)}),
    "swapped": ("w", {"update": lambda w, b, dw, db, lr: (w - lr * db, b - lr * dw)}),
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", FAULTS)
def test_the_first_faulty_step_is_named(name, dtype):
    quantity, fault = FAULTS[name]
    case = LessonCase(load("hours-ability"), dtype)
    x, y, w, b = case.data
    run = _faulty_train(fault, x, y, w[()], b[()], 0.01, 200)
    first = case.stepwise.faults(run)[0]
    assert (first.update, first.quantity) == (0, quantity)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_losses_shifted_by_one_epoch_are_a_fault_of_the_loss(dtype):
    case = LessonCase(load("hours-ability"), dtype)
    run = train(*case.data, SGD(lr=0.01), 201)
    shifted = run._make([run.loss[1:], *(column[:-1] for column in run[1:-1]), None])
    assert case.stepwise.faults(shifted)[0][:2] == (0, "loss")


def test_a_correct_run_has_no_fault():
    case = LessonCase(load("hours-ability-momentum"), "float32")
    assert case.stepwise.faults(train(*case.data, SGD(lr=0.01, momentum=0.9), 200)) == []


@given(st.sampled_from(DTYPES), st.integers(0, 200), st.sampled_from(QUANTITIES), st.sampled_from((-1, 1)))
@settings(max_examples=60)
def test_an_error_larger_than_twice_the_bound_is_caught_at_any_step(dtype, update, quantity, sign):
    case = LessonCase(load("hours-ability-momentum"), dtype)
    run = train(*case.data, SGD(lr=0.01, momentum=0.9), 200)
    column = getattr(run, quantity).copy()
    index = update + (quantity in ("w", "b"))
    bound = case.stepwise.bounds(run)[update][("loss", "dw", "db", "w", "b").index(quantity)]
    column[index] += sign * max(2.1 * bound, 2 * np.spacing(abs(column[index])))
    faults = case.stepwise.faults(run._replace(**{quantity: column}))
    assert faults
    assert faults[0].update in (update, update + 1)


@pytest.mark.parametrize("name", ["hours-ability", "hours-ability-momentum", "height-weight-training"])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_programs_in_other_orders_of_operations_stay_within_the_whole_runs_bound(name, dtype):
    case = LessonCase(load(name), dtype)
    x, y, w, b = case.data
    number = x.dtype.type
    lr, momentum = number(case.options["lr"]), number(case.options.get("momentum", 0))
    w, b, vw, vb = w[()], b[()], number(0), number(0)
    for t in range(201):
        backwards = slice(None, None, -1)
        r = ((w * x - y) + b)[backwards]
        loss = sum(r * r / number(len(y)))
        dw, db = 2 * np.dot(r, x[backwards]) / number(len(y)), sum(r) * 2 / number(len(y))
        assert abs(loss - case.descent.losses[t]) <= case.bounds.loss[t]
        assert np.abs(np.array([w, b, vw, vb]) - case.propagation.exact[t]).tolist() <= case.bounds.state[t].tolist()
        vw, vb = dw + momentum * vw, db + momentum * vb
        w, b = w - vw * lr, b - vb * lr


def test_a_wrong_side_makes_the_lesson_differ(monkeypatch):
    def off(x, y, w, b, sgd, epochs, trained):
        run = train(x, y, w, b, sgd, epochs, trained)
        return run._replace(loss=run.loss * np.float32(1.0005))

    monkeypatch.setattr("compare.agreement.comparison.train", off)
    comparison = compare_lesson(load("hours-ability"))
    assert comparison.verdict == DIFFER
    assert comparison.trajectory[0].verdict == DIFFERS
    assert comparison.trajectory[0].fault == "manual: loss at epoch 0"


def test_a_run_whose_rounding_may_exceed_the_value_is_left_to_the_single_steps():
    lesson = load("hours-ability-momentum")
    long = lesson.__class__(**{**lesson.__dict__, "epochs": 1000, "record_every": 100})
    comparison = compare_lesson(long)
    assert comparison.verdict == AGREE
    assert comparison.trajectory[-1].verdict == "unchecked"


def test_a_run_that_leaves_the_numbers_before_its_first_epoch_agrees_with_nothing():
    lesson = load("hours-ability")
    steep = lesson.__class__(**{**lesson.__dict__, "optimizer": {"lr": Fraction(10) ** 30}, "steps_before": 3})
    comparison = compare_lesson(steep)
    assert (comparison.verdict, comparison.diverged_at) == (UNCHECKED, 0)
    assert overall_verdict([comparison, compare_lesson(lesson)]) == UNCHECKED
