"""Random expression graphs: the engine equals torch within the rounding of both, and exact differences exactly."""

from fractions import Fraction
from math import factorial

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from manual import autograd
from manual.autograd.core import operation
from manual.autograd.tensor import made
from tests.running_error import Undecided, strayed

SHAPES = [(), (2,), (3, 1), (3, 2), (2, 2)]

POLYNOMIAL = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "add a number": lambda a, _: 1 + a,
    "subtract from a number": lambda a, _: 2 - a,
    "scale": lambda a, _: a * 3 / 4,
    "negate": lambda a, _: -a,
    "square": lambda a, _: a**2,
    "cube": lambda a, _: a**3,
    "sum": lambda a, _: a.sum(),
    "sum of an axis": lambda a, _: a.sum(axis=-1),
    "mean": lambda a, _: a.mean(),
    "mean of an axis": lambda a, _: a.mean(axis=0),
    "transpose": lambda a, _: a.T,
    "reshape": lambda a, _: a.reshape(-1),
    "select": lambda a, _: a[0],
    "slice": lambda a, _: a[1:],
    "pick": lambda a, _: a[[0, 0, 1]],
    "product": lambda a, b: a @ b,
}
SMOOTH = {
    "exp": lambda a, _: a.tanh().exp(),
    "log": lambda a, _: (a * a + 0.5).log(),
    "tanh": lambda a, _: a.tanh(),
    "square root": lambda a, _: (a * a + 0.5).sqrt(),
    "divide": lambda a, b: a / (b * b + 1),
    "divide a number": lambda a, _: 2 / (a * a + 1),
    "relu": lambda a, _: a.relu() + a,  # + a, so that what is cut off knows its error
    "abs": lambda a, _: a.abs(),
}
DEGREES = {  # of an operation's result, from its operands'; the higher one where nothing is said
    "multiply": lambda a, b: a + b,
    "product": lambda a, b: a + b,
    "square": lambda a, _: 2 * a,
    "cube": lambda a, _: 3 * a,
}
HIGHEST = 8
UNITS = {"float32": 2.0**-24, "float64": 2.0**-53}


def graphs(operations):
    step = st.tuples(st.sampled_from(sorted(operations)), st.integers(0, 99), st.integers(0, 99))
    return st.lists(step, min_size=3, max_size=14)


def fitting(steps, operations):
    """The steps whose operands fit, each with their places counted from the end: later values are used more often."""
    values, degrees, kept = [autograd.ones(shape) for shape in SHAPES], [1 for _ in SHAPES], []
    for name, i, j in steps:
        i, j = -1 - i % len(values), -1 - j % len(values)
        degree = DEGREES.get(name, max)(degrees[i], degrees[j])
        try:
            value = operations[name](values[i], values[j])
        except (RuntimeError, IndexError):
            continue
        if degree <= HIGHEST and value.numel() and not (name == "transpose" and value.ndim != 2):
            values.append(value)
            degrees.append(degree)
            kept.append((name, i, j))
    return kept


def loss(leaves, steps, operations):
    """One program, whatever the leaves are: every computed value's sum, and the mean of the last."""
    values = list(leaves)
    for name, i, j in steps:
        values.append(operations[name](values[i], values[j]))
    return sum(value.sum() for value in values[len(SHAPES) :]) + values[-1].mean()


def gradients(leaves, steps, operations):
    """The loss, and the gradient of every leaf that it depends on, else None."""
    value = loss(leaves, steps, operations)
    value.backward()
    return value, [leaf.grad for leaf in leaves]


def bounds(arrays, steps, u):
    """The loss and the gradients in numbers that know their error."""
    leaves = [made(strayed(array, u)).requires_grad_() for array in arrays]
    try:
        return gradients(leaves, steps, POLYNOMIAL | SMOOTH)
    except Undecided:
        assume(False)


errors = np.vectorize(lambda number: getattr(number, "error", 0.0), otypes=[float])  # a plain zero is exact


@given(graphs(POLYNOMIAL | SMOOTH), st.integers(0, 9999), st.sampled_from(["float32", "float64"]))
def test_a_random_graph_has_torchs_gradients_within_the_rounding_of_both(steps, seed, dtype):
    steps = fitting(steps, POLYNOMIAL | SMOOTH)
    assume(steps)
    check(steps, seed, dtype)


def check(steps, seed, dtype):
    random = np.random.default_rng(seed)
    arrays = [np.asarray(random.uniform(-1, 1, shape)).astype(dtype) for shape in SHAPES]
    bound, slopes = bounds(arrays, steps, UNITS[dtype])
    ours, theirs = (
        gradients([side.tensor(array, requires_grad=True) for array in arrays], steps, POLYNOMIAL | SMOOTH)
        for side in (autograd, torch)
    )
    assert ours[0].dtype.name == dtype
    assert abs(ours[0].item() - theirs[0].item()) <= 2 * bound.item().error
    for one, other, slope in zip(ours[1], theirs[1], slopes, strict=True):
        assert (one is None) == (other is None)
        if one is not None:
            allowed = 2 * errors(slope.array)
            assert one.shape == other.shape
            assert (np.abs(one.numpy().astype(float) - other.numpy().astype(float)) <= allowed).all()


def weights(m):
    """Of f(k) - f(-k), k = 1 … m, in the central difference that is exact for polynomials of degree 2 m."""
    above = factorial(m) ** 2
    return [Fraction((-1) ** (k + 1) * above, k * factorial(m - k) * factorial(m + k)) for k in range(1, m + 1)]


def difference(arrays, place, entry, steps):
    """The derivative of the loss by one entry of one leaf, by exact central differences: values only, no way back."""

    def moved(k):
        leaves = [array.copy() for array in arrays]
        leaves[place][entry] += k
        return loss(map(autograd.tensor, leaves), steps, POLYNOMIAL).item()

    m = HIGHEST // 2
    return sum(weight * (moved(k) - moved(-k)) for k, weight in enumerate(weights(m), 1))


@given(graphs(POLYNOMIAL), st.integers(0, 9999))
def test_a_random_polynomial_graph_of_fractions_has_exactly_the_central_differences(steps, seed):
    steps, random = fitting(steps, POLYNOMIAL), np.random.default_rng(seed)
    assume(steps)
    draw = np.frompyfunc(lambda _: Fraction(int(random.integers(-9, 10)), int(random.integers(1, 7))), 1, 1)
    arrays = [np.asarray(draw(np.zeros(shape)), object) for shape in SHAPES]
    _, slopes = gradients([autograd.tensor(array, requires_grad=True) for array in arrays], steps, POLYNOMIAL)
    for place, array in enumerate(arrays):
        entry = tuple(int(random.integers(length)) for length in array.shape)
        slope = Fraction(0) if slopes[place] is None else slopes[place].array[entry]
        assert isinstance(slope, Fraction | int)
        assert slope == difference(arrays, place, entry, steps)


@pytest.mark.parametrize("degree", range(HIGHEST + 1))
def test_the_central_difference_is_exact_for_every_degree_used(degree):
    slope = sum(
        weight * ((2 + Fraction(k)) ** degree - (2 - Fraction(k)) ** degree)
        for k, weight in enumerate(weights(HIGHEST // 2), 1)
    )
    assert slope == degree * Fraction(2) ** (degree - 1)


def test_a_wrong_rule_is_caught(monkeypatch):
    """The tester tested: an error of 0.05 % in one rule is outside the bound."""
    check([("tanh", -1, -1)], 1, "float32")
    wrong = operation("TanhBackward0", np.tanh, (lambda g, out: g * (1 - out * out) * 1.0005, "out"))
    monkeypatch.setattr(autograd.Tensor, "tanh", wrong)
    with pytest.raises(AssertionError):
        check([("tanh", -1, -1)], 1, "float32")
