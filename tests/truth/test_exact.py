"""The truth: exact, and without any derivative that somebody derived."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compare.truth import exact

X, Y = [-5, 5, 0, 2, -2], [Fraction(text) for text in ("-6.7", "10.3", "-3.3", "5", "-5.3")]
fractions = st.fractions(-100, 100, max_denominator=50)
ALL = (True, True)


def symbolic(x, y, w, b):
    """The textbook's derivative, to hold the central difference against."""
    r = [w * xi + b - yi for xi, yi in zip(x, y, strict=True)]
    return 2 * sum(map(Fraction.__mul__, r, map(Fraction, x))) / len(y), 2 * sum(r) / len(y)


def test_the_lessons_truth_is_a_fraction():
    assert exact.loss(X, Y, 1, 1) == Fraction(1669, 125)
    assert exact.gradients(X, Y, 1, 1) == (Fraction(-476, 25), 2)


def test_two_rows_of_two_features_by_hand():
    x, y = [(1, 2), (3, 4)], [1, 0]  # with w = (1, 1) and b = 0 the residuals are 2 and 7
    assert exact.predictions(x, (1, 1), 0).fractions() == (3, 7)
    assert exact.loss(x, y, (1, 1), 0) == Fraction(53, 2)
    assert exact.gradients(x, y, (1, 1), 0) == ((23, 32), 9)
    assert exact.gradients([list(row) for row in x], y, [1, 1], 0) == ((23, 32), 9)
    assert exact.dmse_dyp([3, 7], y).fractions() == (2, 7)
    problem, at = exact.Problem(x, y), exact.ratio((1, 1, 0))
    assert Fraction(*problem.loss(at)) == Fraction(53, 2)
    assert problem.gradient(at) == (23, 32, 9)
    assert problem.gradient_rows == ((10, 14, 4, -1), (14, 20, 6, -2), (4, 6, 2, -1))
    forms = problem.gradient_matrix
    assert [[Fraction(entry, forms.denominator) for entry in row] for row in forms.rows] == [
        list(row) for row in problem.gradient_rows
    ]


def test_one_row_of_thirds_by_hand():
    x, y, w, b = [Fraction(1, 3)], [Fraction(1, 2)], Fraction(3), Fraction(1, 5)  # the residual is 7/10
    assert exact.predictions(x, w, b).fractions() == (Fraction(6, 5),)
    assert exact.loss(x, y, w, b) == Fraction(49, 100)
    assert exact.gradients(x, y, w, b) == (Fraction(7, 15), Fraction(7, 5))
    assert exact.dmse_dyp([Fraction(6, 5)], y).fractions() == (Fraction(7, 5),)
    problem, at = exact.Problem(x, y), exact.ratio((w, b, 7))  # what follows the parameters is left out
    assert Fraction(*problem.loss(at)) == Fraction(49, 100)
    assert problem.gradient(at) == (Fraction(7, 15), Fraction(7, 5))
    rows = ((Fraction(2, 9), Fraction(2, 3), Fraction(-1, 3)), (Fraction(2, 3), 2, -1))
    assert problem.gradient_rows == rows


@given(st.lists(st.tuples(fractions, fractions), min_size=1, max_size=8), fractions, fractions)
def test_the_central_difference_is_the_derivative(rows, w, b):
    x, y = zip(*rows, strict=True)
    assert exact.gradients(x, y, w, b) == symbolic(x, y, w, b)


@given(st.lists(st.tuples(fractions, fractions, fractions), min_size=1, max_size=6), fractions, fractions, fractions)
def test_several_features_are_differentiated_one_by_one(rows, first, second, b):
    x, y = [row[:2] for row in rows], [row[2] for row in rows]
    dw, db = exact.gradients(x, y, (first, second), b)
    h = Fraction(1, 3)
    sides = [exact.loss(x, y, (first + shift, second), b) for shift in (h, -h)]
    assert dw[0] == (sides[0] - sides[1]) / (2 * h)
    sides = [exact.loss(x, y, (first, second), b + shift) for shift in (h, -h)]
    assert db == (sides[0] - sides[1]) / (2 * h)


@given(st.lists(st.tuples(fractions, fractions), min_size=1, max_size=8))
def test_a_prediction_alone_moves_the_loss_by_twice_its_residual_over_n(rows):
    yp, y = zip(*rows, strict=True)
    assert exact.dmse_dyp(yp, y).fractions() == tuple(2 * (p - t) / len(y) for p, t in rows)


@given(st.lists(st.tuples(fractions, fractions), min_size=1, max_size=8), fractions, fractions)
def test_the_quadratic_form_is_the_loss(rows, w, b):
    x, y = zip(*rows, strict=True)
    assert Fraction(*exact.Problem(x, y).loss(exact.ratio((w, b)))) == exact.loss(x, y, w, b)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_a_float_is_the_rational_it_stands_for(values):
    assert exact.ratio(values).floats() == values
    assert exact.ratio(values).fractions() == tuple(map(Fraction, values))


def test_what_is_not_finite_is_no_rational():
    for value in (float("inf"), float("-inf"), float("nan")):
        with pytest.raises(ValueError, match=r"integer|rational"):
            exact.ratio([value])


def test_beyond_the_largest_double_lies_infinity():
    assert exact.nearest(10**400, 1) == float("inf")
    assert exact.nearest(-(10**400), 3) == float("-inf")


options = st.fixed_dictionaries(
    {"lr": st.fractions(0, 1, max_denominator=100)},
    optional={
        "momentum": st.fractions(0, 1, max_denominator=10),
        "dampening": st.fractions(0, 1, max_denominator=10),
        "weight_decay": st.fractions(0, 1, max_denominator=10),
        "nesterov": st.booleans(),
        "maximize": st.booleans(),
    },
)


@given(st.lists(st.tuples(fractions, fractions), min_size=1, max_size=4), fractions, fractions, options)
def test_a_trajectory_repeats_the_update_rule_step_by_step(rows, w, b, chosen):
    x, y = zip(*rows, strict=True)
    problem = exact.Problem(x, y)
    steps = [exact.step_matrix(problem.gradient_rows, chosen, ALL, first=t == 0) for t in range(4)]
    states = exact.trajectory(steps, exact.ratio((w, b, 0, 0, 1)))
    p, v = [w, b], [None, None]
    for state in states[1:]:
        p, v = by_the_book(p, v, symbolic(x, y, *p), chosen)
        assert state.fractions()[:2] == tuple(p)


def by_the_book(p, v, gradient, chosen):
    """torch.optim.SGD's documented algorithm, line by line."""
    after, buffers = [], []
    for theta, buffer, g in zip(p, v, gradient, strict=True):
        g = -g if chosen.get("maximize") else g
        g = g + chosen.get("weight_decay", 0) * theta
        mu = chosen.get("momentum", 0)
        if mu:
            buffer = g if buffer is None else mu * buffer + (1 - chosen.get("dampening", 0)) * g
            g = g + mu * buffer if chosen.get("nesterov") else buffer
        after.append(theta - chosen["lr"] * g)
        buffers.append(buffer)
    return after, buffers


def test_a_frozen_parameter_stays():
    problem = exact.Problem(X, Y)
    step = exact.step_matrix(problem.gradient_rows, {"lr": Fraction(1, 10)}, (True, False), first=True)
    after = exact.apply(step, exact.ratio((1, 1, 0, 0, 1))).fractions()
    assert after == (1 + Fraction(476, 250), 1, 0, 0, 1)
