"""Each update is judged from the program's own state before it: which quantity is at fault, and by what bound."""

import warnings
from fractions import Fraction

import numpy as np
import pytest

from compare.agreement.stepwise import StepFault, Stepwise
from compare.truth.descent import Descent
from compare.truth.propagation import Propagation
from compare.truth.rounding import PRECISIONS, Evaluation, Update
from manual.training import Run

X, Y = ((1, 2), (3, 4)), (1, 2)
MOMENTUM = {"lr": Fraction(1, 8), "momentum": Fraction(1, 2)}


def judge(options, trained=("w", "b"), batches=(None, None), x=X, w=(1, 1)):
    descent = Descent(x, Y, w, Fraction(1, 2), options, trained, batches)
    return Stepwise(Propagation(descent, PRECISIONS["float32"], 0))


def run(**changed):
    """Two updates without any rounding, from w = (1, 1), b = 1/2: r = (5/2, 11/2), then r = -(61/8, 129/8)."""
    columns = {
        "loss": [18.25, 159.078125], "dw": [[19, 27], [-56, -79.75]], "db": [8, -23.75],
        "w": [[1, 1], [-1.375, -2.375], [4.4375, 5.90625]], "b": [0.5, -0.5, 1.96875],
        "vw": [[0, 0], [19, 27], [-46.5, -66.25]], "vb": [0, 8, -19.75],
    }  # fmt: skip
    return Run(*(np.array(column, np.float32) for column in (columns | changed).values()), None)


def test_a_run_without_rounding_has_no_fault():
    assert judge(MOMENTUM).faults(run()) == []


def test_the_first_buffer_is_the_gradient_and_only_later_ones_are_dampened():
    """Then half of the second gradient is added to half of the first buffer."""
    dampened = run(
        vw=[[0, 0], [19, 27], [-18.5, -26.375]], vb=[0, 8, -7.875],
        w=[[1, 1], [-1.375, -2.375], [0.9375, 0.921875]], b=[0.5, -0.5, 0.484375],
    )  # fmt: skip
    assert judge(MOMENTUM | {"dampening": Fraction(1, 2)}).faults(dampened) == []


@pytest.mark.parametrize(
    ("quantity", "place", "column"),
    [
        ("loss", 1, 0), ("dw", (1, 0), 1), ("dw", (1, 1), 2), ("db", 1, 3), ("w", (2, 0), 4), ("w", (2, 1), 5),
        ("b", 2, 6), ("vw", (2, 0), 7), ("vw", (2, 1), 8), ("vb", 2, 9),
    ],
    ids=["loss", "dw0", "dw1", "db", "w0", "w1", "b", "vw0", "vw1", "vb"],
)  # fmt: skip
def test_a_number_that_is_off_by_one_is_the_fault_of_its_update(quantity, place, column):
    whole = run()
    exact = float(getattr(whole, quantity)[place])
    getattr(whole, quantity)[place] += 1
    bound = judge(MOMENTUM).bounds(whole)[1, column]
    assert judge(MOMENTUM).faults(whole) == [StepFault(1, quantity, exact + 1, exact, bound)]
    assert 0 < bound < 1e-3


@pytest.mark.parametrize("quantity", ["loss", "dw", "db", "w", "b", "vw", "vb"])
def test_a_number_that_is_off_by_its_last_bit_is_no_fault(quantity):
    whole = run()
    column = getattr(whole, quantity)
    column[-1] = np.nextafter(column[-1], np.float32(np.inf))
    assert judge(MOMENTUM).faults(whole) == []


def test_what_follows_is_judged_from_the_faulty_state_itself():
    """Had the buffer been 21, the next one were -45.5, and w 1/8 less."""
    faults = judge(MOMENTUM).faults(run(vw=[[0, 0], [21, 27], [-46.5, -66.25]]))
    assert [fault[:4] for fault in faults] == [(0, "vw", 21, 19), (1, "w", 4.4375, 4.3125)]


@pytest.mark.parametrize(
    ("place", "judged"),
    [({"loss": [18.25, np.inf]}, []), ({"b": [0.5, -0.5, np.nan]}, []), ({"loss": [np.inf, 0]}, [1])],
    ids=["loss", "next state", "first loss"],
)
def test_an_update_that_leaves_the_finite_numbers_is_not_judged_and_every_other_is(place, judged):
    assert [fault.update for fault in judge(MOMENTUM).faults(run(**place))] == judged


def test_of_a_run_that_ended_early_the_updates_that_it_made_are_judged():
    short = Run(*(column[:-1] for column in run()[:-1]), None)
    short.loss[0] = 1
    assert [fault[:4] for fault in judge(MOMENTUM).faults(short)] == [(0, "loss", 1, 18.25)]


def test_a_parameter_that_is_not_trained_must_keep_every_bit():
    """The weights alone: r = (5/2, 11/2), dw = (19, 27)."""
    columns = {"loss": [18.25], "dw": [[19, 27]], "db": [8], "w": [[1, 1], [-1.375, -2.375]], "b": [0.5, 0.5]}
    buffers = {"vw": [[0, 0], [0, 0]], "vb": [0, 0]}
    frozen = judge({"lr": Fraction(1, 8)}, trained=("w",), batches=(None,))
    assert frozen.faults(run(**columns, **buffers)) == []
    above = float(np.nextafter(np.float32(0.5), np.float32(1)))
    assert frozen.faults(run(**columns | {"b": [0.5, above]}, **buffers)) == [StepFault(0, "b", above, 0.5, 0.0)]
    assert judge(MOMENTUM, trained=("w",)).bounds(run())[:, [6, 9]].tolist() == [[0, 0], [0, 0]]


def test_a_weight_without_features_is_judged_alike():
    """x = (1, 3), y = (1, 2), from w = 1 and b = 1/2: r = (1/2, 3/2)."""
    one = judge({"lr": Fraction(1, 2)}, batches=(None,), x=(1, 3), w=1)
    columns = {"loss": [1.25], "dw": [5], "db": [2], "w": [1, -1.5], "b": [0.5, -0.5], "vw": [0, 0], "vb": [0, 0]}
    assert one.faults(run(**columns)) == []
    assert [fault[:4] for fault in one.faults(run(**columns | {"w": [1, -1]}))] == [(0, "w", -1, -1.5)]


def test_the_bounds_of_an_update_are_those_of_its_rows_at_the_programs_own_numbers():
    options = {"lr": 0.125, "momentum": 0.5, "dampening": 0.25, "weight_decay": 2.0}
    whole = Run(
        np.zeros(3, "f4"), np.array([[1, 2], [3, 4], [5, 6]], "f4"), np.array([7, 8, 9], "f4"),
        np.array([[1, 2], [3, 5], [7, 11], [0, 0]], "f4"), np.array([13, 17, 19, 0], "f4"),
        np.array([[0, 0], [23, 29], [31, 37], [0, 0]], "f4"), np.array([0, 41, 43, 0], "f4"), None,
    )  # fmt: skip
    rows = [[1], None, [1]]
    found = judge({key: Fraction(value) for key, value in options.items()}, batches=rows).bounds(whole)
    x, y, precision = np.array(X, float), np.array(Y, float), PRECISIONS["float32"]
    for t, row in enumerate(rows):
        w, b, chosen = whole.w[[t]], whole.b[[t]], slice(None) if row is None else row
        evaluation = Evaluation(x[chosen], y[chosen], precision, 0)
        of_values = evaluation.at(evaluation.residual_sizes(w, b), evaluation.residuals(w, b))
        pairs = ((whole.w, whole.b), (whole.vw, whole.vb), (whole.dw, whole.db))
        of_update = Update(options, precision).bounds(*(np.append(w[t], b[t]) for w, b in pairs), first=t == 0)
        assert found[t] == pytest.approx(np.concatenate(list(map(np.ravel, (*of_values, *of_update)))), rel=1e-12)


def test_nobody_is_warned_of_bounds_that_overflow():
    whole = run()
    far = whole._replace(w=whole.w.astype(float) * 1e200, b=whole.b.astype(float) * 1e200)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert [fault[:2] for fault in judge(MOMENTUM).faults(far)] == [(0, "w"), (1, "w")]
