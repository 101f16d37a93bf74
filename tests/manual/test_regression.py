"""Single gradients: by hand, by torch and in exact arithmetic, on inputs nobody chose."""

import random
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from compare.agreement.records import DIFFERS
from compare.agreement.verdicts import verdict
from compare.truth import exact
from compare.truth.rounding import PRECISIONS, Evaluation
from manual import regression as manual
from tests.strategies import problems
from torch_impl import regression as mirror

X, Y = np.float32([-5, 5, 0, 2, -2]), np.float32([-6.7, 10.3, -3.3, 5.0, -5.3])


def evaluation_bounds(x, y, w, b):
    """(yp, r, loss, dw, db) bounds of a correct program at w and b."""
    judge = Evaluation(x.reshape(len(y), -1).astype(float), y.astype(float), PRECISIONS[x.dtype.name], 0)
    weights, bias = w.reshape(1, -1).astype(float), b.reshape(1).astype(float)
    with np.errstate(all="ignore"):
        rho = judge.residuals(weights, bias)
        loss, dw, db = judge.at(judge.residual_sizes(weights, bias), rho)
        return judge.predictions(weights, bias)[0], rho[0], loss, dw[0], db


def truth(x, y, w, b):
    """(loss, [dw…, db]) as Fractions."""
    dw, db = exact.gradients(x.tolist(), y.tolist(), w.tolist(), b.item())
    return exact.loss(x.tolist(), y.tolist(), w.tolist(), b.item()), [*(dw if isinstance(dw, tuple) else [dw]), db]


def inside(values, exacts, bounds):
    """Is every finite value within its bound? Where there is no bound, nothing is claimed."""
    triples = zip(np.ravel(values).tolist(), exacts, np.ravel(bounds).tolist(), strict=True)
    return all(not np.isfinite(bound) or abs(Fraction(v) - e) <= Fraction(bound) for v, e, bound in triples)


def test_the_lessons_gradients_are_the_printed_ones():
    dw, db = manual.gradients(X, Y, 1.0, 1.0)
    assert (f"{dw:.4f}", f"{db:.4f}") == ("-19.0400", "2.0000")
    dw, db = mirror.gradients(X, Y, 1.0, 1.0)
    assert (f"{dw:.4f}", f"{db:.4f}") == ("-19.0400", "2.0000")


@given(problems(spread=40))
def test_both_sides_lie_within_rounding_of_the_exact_gradient(problem):
    loss, gradient = truth(*problem)
    _, _, loss_bound, dw_bound, db_bound = evaluation_bounds(*problem)
    for side, convert in ((manual, np.asarray), (mirror, torch.as_tensor)):
        x, y, w, b = (convert(value) for value in problem)
        with np.errstate(all="ignore"):
            dw, db = side.gradients(*problem)
            assert inside(side.mse(side.predict(x, w, b), y), [loss], loss_bound)
        assert inside([*np.ravel(dw), db], gradient, [*dw_bound, *db_bound])


@given(problems(spread=12, largest=300), st.randoms(use_true_random=False))
def test_no_order_of_summation_leaves_the_bound(problem, chance: random.Random):
    loss, gradient = truth(*problem)
    _, _, loss_bound, dw_bound, db_bound = evaluation_bounds(*problem)
    x, y, w, b = problem

    def shuffled_sum(terms):
        terms = list(terms)
        while len(terms) > 1:  # a random tree of additions
            terms.append(terms.pop(chance.randrange(len(terms))) + terms.pop(chance.randrange(len(terms))))
        return terms[0]

    rows = x.reshape(len(y), -1)
    with np.errstate(all="ignore"):
        r = [shuffled_sum([*(row * w.ravel()), b[()], -target]) for row, target in zip(rows, y, strict=True)]
        n = x.dtype.type(len(y))
        assert inside(shuffled_sum(one * one for one in r) / n, [loss], loss_bound)
        dw = [shuffled_sum(one * value for one, value in zip(r, column, strict=True)) * 2 / n for column in rows.T]
        db = 2 * (shuffled_sum(r) / n)
    assert inside([*dw, db], gradient, [*dw_bound, *db_bound])


PLANTED = {
    "missing two": lambda dw, db, n: (dw / 2, db / 2),
    "sum for mean": lambda dw, db, n: (dw * n, db * n),
    "n - 1 for n": lambda dw, db, n: (dw * n / max(n - 1, 1), db * n / max(n - 1, 1)),
    "a sign": lambda dw, db, n: (-dw, db),
    "off by 0.05 %": lambda dw, db, n: (dw * 2001 / 2000, db * 1999 / 2000),
    "swapped": lambda dw, db, n: (dw * 0 + db, np.ravel(dw)[0]),
}


@pytest.mark.parametrize("name", PLANTED)
@given(problem=problems(spread=12))
def test_a_planted_error_is_caught_wherever_it_is_larger_than_twice_the_bound(name, problem):
    n, (_, gradient) = len(problem[1]), truth(*problem)
    _, _, _, dw_bound, db_bound = evaluation_bounds(*problem)
    bounds = [*dw_bound, *db_bound]
    shifted = np.ravel(np.concatenate([np.ravel(v) for v in PLANTED[name](np.array(gradient[:-1]), gradient[-1], n)]))
    given = np.concatenate([np.ravel(v) for v in PLANTED[name](*manual.gradients(*problem), n)]).tolist()
    for value, wrong, true, bound in zip(given, shifted, gradient, bounds, strict=True):
        if abs(wrong - true) > 2 * Fraction(bound):
            assert verdict({"manual": value}, [true], [bound], problem[0].dtype.name) == DIFFERS


@pytest.mark.parametrize("name", PLANTED)
def test_each_planted_error_is_larger_than_twice_the_bound_on_the_lesson(name):
    arrays = (X, Y, np.float32(1), np.float32(1))
    _, gradient = truth(*arrays)
    _, _, _, dw_bound, db_bound = evaluation_bounds(*arrays)
    wrong = PLANTED[name](*manual.gradients(*arrays), len(Y))
    assert not inside(wrong, gradient, 2 * np.array([*dw_bound, *db_bound]))


@given(problems())
def test_each_link_of_the_chain_is_the_same_link_in_torch(problem):
    x, y, w, b = problem
    dyp = manual.dmse_dyp(manual.predict(x, w, b), y)
    tensors = [torch.as_tensor(value) for value in (x, y, w, b)]
    mirrored = mirror.dmse_dyp(mirror.predict(tensors[0], tensors[2], tensors[3]), tensors[1])
    residual_bound = evaluation_bounds(x, y, w, b)[1]
    weights = [Fraction(v) for v in np.ravel(w).tolist()]
    rows = x.reshape(len(y), -1).tolist()
    products = [sum(map(Fraction.__mul__, map(Fraction, row), weights), Fraction(b.item())) for row in rows]
    exact_r = [product - Fraction(target) for product, target in zip(products, y.tolist(), strict=True)]
    u = PRECISIONS[x.dtype.name].u
    sizes = np.array([float(abs(r)) for r in exact_r])
    allowed = (2 / len(y)) * (residual_bound + 4 * u * (sizes + residual_bound)) + 1e-300
    expected = [2 * r / len(y) for r in exact_r]
    assert inside(dyp, expected, allowed)
    assert inside(mirrored, expected, allowed)


@given(problems())
def test_the_links_of_the_chain_multiply_to_the_gradient(problem):
    for side, convert in ((manual, np.asarray), (mirror, torch.as_tensor)):
        x, y, w, b = (convert(value) for value in problem)
        dyp = side.dmse_dyp(side.predict(x, w, b), y)
        bounds = evaluation_bounds(*problem)
        _, gradient = truth(*problem)
        chained = [*np.ravel(side.dmse_dw(x, dyp)), side.dmse_db(dyp)]
        assert inside(chained, gradient, [*bounds[3], *bounds[4]])
