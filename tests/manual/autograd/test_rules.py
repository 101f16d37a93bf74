"""Each rule's value and gradients on paper; and powers, of which both operands may be tensors, beside torch's."""

from fractions import Fraction
from math import cos, e, log, sin, tanh

import numpy as np
import pytest
import torch

from manual import autograd

M = [[1, 2, 3], [4, 5, 6]]
FUNCTIONS = ("binary_cross_entropy", "binary_cross_entropy_with_logits", "leaky_relu", "linear", "mse_loss", "nll_loss")
ON_PAPER = [  # an expression, the entries of a and b, the gradient g that arrives, the value, the gradients of a and b
    ("a + b", [1, 2], [3, 5], [1, 10], [4, 7], [1, 10], [1, 10]),
    ("a - b", [1, 2], [3, 5], [1, 10], [-2, -3], [1, 10], [-1, -10]),
    ("7 - a", [1, 2], None, [1, 10], [6, 5], [-1, -10], None),
    ("a * b", [1, 2], [3, 5], [1, 10], [3, 10], [3, 50], [1, 20]),
    ("a / b", [3, 5], [2, 4], [1, 10], [1.5, 1.25], [0.5, 2.5], [-0.75, -3.125]),
    ("3 / a", [2, 4], None, [1, 10], [1.5, 0.75], [-0.75, -1.875], None),
    ("-a", [1, 2], None, [1, 10], [-1, -2], [-1, -10], None),
    ("a ** 2", [3, -2], None, [1, 10], [9, 4], [6, -40], None),
    ("a ** 3", [3, -2], None, [1, 10], [27, -8], [27, 120], None),
    ("a ** -1", [2, 4], None, [1, 10], [0.5, 0.25], [-0.25, -0.625], None),
    ("a ** 0", [0, 2], None, [1, 10], [1, 1], [0, 0], None),
    ("a ** b", [2, 0], [3, 2], [1, 10], [8, 0], [12, 0], [8 * log(2), 0]),
    ("2 ** a", [0, 1], None, [1, 10], [1, 2], [log(2), 20 * log(2)], None),
    ("a @ b", [1, 2], [3, 5], 10, 13, [30, 50], [10, 20]),
    ("a @ b", [[1, 2], [3, 4], [5, 6]], [10, 100], [1, 2, 3], [210, 430, 650],
     [[10, 100], [20, 200], [30, 300]], [22, 28]),
    ("a @ b", [10, 100], M, [1, 2, 3], [410, 520, 630], [14, 32], [[10, 20, 30], [100, 200, 300]]),
    ("a @ b", [[1, 2]], M, [[1, 2, 3]], [[9, 12, 15]], [[14, 32]], [[1, 2, 3], [2, 4, 6]]),
    ("a.sum()", M, None, 10, 21, [[10] * 3] * 2, None),
    ("a.sum(0)", M, None, [1, 2, 3], [5, 7, 9], [[1, 2, 3]] * 2, None),
    ("a.sum(1)", M, None, [1, 10], [6, 15], [[1] * 3, [10] * 3], None),
    ("a.sum(1, keepdim=True)", M, None, [[1], [10]], [[6], [15]], [[1] * 3, [10] * 3], None),
    ("a.mean()", M, None, 12, 3.5, [[2] * 3] * 2, None),
    ("a.mean(0)", M, None, [2, 4, 6], [2.5, 3.5, 4.5], [[1, 2, 3]] * 2, None),
    ("a.mean(1)", M, None, [3, 30], [2, 5], [[1] * 3, [10] * 3], None),
    ("a.mean(1, keepdim=True)", M, None, [[3], [30]], [[2], [5]], [[1] * 3, [10] * 3], None),
    ("a.mean((0, 1), keepdim=True)", M, None, [[12]], [[3.5]], [[2] * 3] * 2, None),
    ("a % b", [7, 9], [2, 5], [1, 10], [1, 4], [1, 10], [-3, -10]),
    ("a.norm()", [3, 4], None, 10, 5, [6, 8], None),
    ("a.norm(dim=1)", [[3, 4], [0, 0]], None, [10, 1], [5, 0], [[6, 8], [0, 0]], None),
    ("a.cumsum(0)", [1, 2, 3], None, [1, 10, 100], [1, 3, 6], [111, 110, 100], None),
    ("a.expand(2, 2)", [1, 2], None, [[1, 2], [10, 20]], [[1, 2], [1, 2]], [11, 22], None),
    ("a.repeat(2, 2)", [1, 2], None, [[1, 2, 3, 4], [10, 20, 30, 40]], [[1, 2, 1, 2]] * 2, [44, 66], None),
    ("a.sort(0, True).values", [1, 3, 2], None, [1, 10, 100], [3, 2, 1], [100, 1, 10], None),
    ("a.exp()", [0, 1], None, [1, 10], [1, e], [1, 10 * e], None),
    ("a.log()", [1, 4], None, [1, 10], [0, log(4)], [1, 2.5], None),
    ("a.tanh()", [0, 1], None, [1, 10], [0, tanh(1)], [1, 10 * (1 - tanh(1) ** 2)], None),
    ("a.relu()", [2, 0.5, 0, -3], None, [1, 10, 100, 1000], [2, 0.5, 0, 0], [1, 10, 0, 0], None),
    ("a.abs()", [2, 0, -3], None, [1, 10, 100], [2, 0, 3], [1, 0, -100], None),
    ("a.sqrt()", [4, 16], None, [1, 10], [2, 4], [0.25, 1.25], None),
    ("a.clone()", [1, 2], None, [1, 10], [1, 2], [1, 10], None),
    ("a.float()", [1, 2], None, [1, 10], [1, 2], [1, 10], None),
    ("a.reshape(3, 2)", M, None, [[1, 2], [3, 4], [5, 6]], [[1, 2], [3, 4], [5, 6]], M, None),
    ("a.T", M, None, [[1, 4], [2, 5], [3, 6]], [[1, 4], [2, 5], [3, 6]], M, None),
    ("a[[0, 0, 1]]", [5, 6], None, [1, 10, 100], [5, 5, 6], [11, 100], None),
    ("mse_loss(a, b)", [1, 4], [3, 1], 3, 6.5, [-6, 9], [6, -9]),
    ("mse_loss(a, b, reduction='sum')", [1, 4], [3, 1], 3, 13, [-12, 18], [12, -18]),
    ("mse_loss(a, b, reduction='none')", [1, 4], [3, 1], [1, 10], [4, 9], [-4, 60], [4, -60]),
    ("a.round()", [1.4, 1.6], None, [1, 10], [1, 2], [0, 0], None),
    ("a.round(decimals=1)", [1.44, 1.66], None, [1, 10], [1.4, 1.7], [0, 0], None),
    ("a.sin()", [0, 1], None, [1, 10], [0, sin(1)], [1, 10 * cos(1)], None),
    ("a.cos()", [0, 1], None, [1, 10], [1, cos(1)], [0, -10 * sin(1)], None),
    ("a.reciprocal()", [2, 4], None, [1, 10], [0.5, 0.25], [-0.25, -0.625], None),
    ("a.sigmoid()", [0, log(3)], None, [1, 10], [0.5, 0.75], [0.25, 1.875], None),
    ("a.softmax(0)", [0, log(3)], None, [1, 10], [0.25, 0.75], [-27 / 16, 27 / 16], None),
    ("a.log_softmax(0)", [0, log(3)], None, [1, 10], [-log(4), log(0.75)], [1 - 11 / 4, 10 - 33 / 4], None),
    ("leaky_relu(a, 0.5)", [-2, 0, 3], None, [1, 10, 100], [-1, 0, 3], [0.5, 5, 100], None),
    ("a.clamp(-1, 2)", [-2, -1, 0, 2, 3], None, [1, 10, 100, 1000, 10000], [-1, -1, 0, 2, 2],
     [0, 10, 100, 1000, 0], None),
    ("a.max()", [1, 3, 3, 2], None, 4, 3, [0, 2, 2, 0], None),
    ("a.min()", [3, 1, 1, 2], None, 4, 1, [0, 2, 2, 0], None),
    ("a.max(0).values", M, None, [1, 2, 3], [4, 5, 6], [[0] * 3, [1, 2, 3]], None),
    ("a.min(1).values", M, None, [1, 10], [1, 4], [[1, 0, 0], [10, 0, 0]], None),
    ("a.max(1, keepdim=True).values", M, None, [[1], [10]], [[3], [6]], [[0, 0, 1], [0, 0, 10]], None),
    ("maximum(a, b)", [1, 5, 2], [3, 2, 2], [1, 10, 100], [3, 5, 2], [0, 10, 50], [1, 0, 50]),
    ("minimum(a, b)", [1, 5, 2], [3, 2, 2], [1, 10, 100], [1, 2, 2], [1, 0, 50], [0, 10, 50]),
    ("a.where(a > 2, b)", [1, 5], [3, 4], [1, 10], [3, 5], [0, 10], [1, 0]),
    ("a.var()", [1, 2, 6], None, 2, 7, [-4, -2, 6], None),
    ("a.var(0, correction=0)", [1, 2, 6], None, 3, 14 / 3, [-4, -2, 6], None),
    ("a.var(1, keepdim=True)", M, None, [[1], [10]], [[1], [1]], [[-1, 0, 1], [-10, 0, 10]], None),
    ("a.std()", [1, 3], None, 2, 2**0.5, [-(2**0.5), 2**0.5], None),
    ("a.std(1, correction=0)", [[1, 3], [2, 6]], None, [2, 4], [1, 2], [[-1, 1], [-2, 2]], None),
    ("cat([a, b])", [1, 2], [3], [1, 10, 100], [1, 2, 3], [1, 10], [100]),
    ("cat([a, b], 1)", [[1, 2], [3, 4]], [[5], [6]], [[1, 2, 3], [4, 5, 6]], [[1, 2, 5], [3, 4, 6]],
     [[1, 2], [4, 5]], [[3], [6]]),
    ("stack([a, b], 1)", [1, 2], [3, 4], [[1, 2], [3, 4]], [[1, 3], [2, 4]], [1, 3], [2, 4]),
    ("linear(a, b, c)", [[1, 2]], [[3, 4], [5, 6]], [[1, 10]], [[111, 217]], [[53, 64]], [[1, 2], [10, 20]]),
    ("binary_cross_entropy(a, b)", [0.25, 0.5], [1, 0], 6, (log(4) + log(2)) / 2, [-12, 6], None),
    ("binary_cross_entropy(a, b, reduction='sum')", [0.25, 0.5], [1, 0], 6, log(8), [-24, 12], None),
    ("binary_cross_entropy(a, b, reduction='none')", [0, 1], [1, 0], [1, 2], [100, 100], [-1e12, 2e12], None),
    ("binary_cross_entropy_with_logits(a, b)", [0, log(3)], [1, 0], 8, (log(2) + log(4)) / 2, [-2, 3], None),
    ("binary_cross_entropy_with_logits(a, b)", [0, -log(3)], [1, 0.5], 8, log(2) / 2 + log(16 / 3) / 4, [-2, -1], None),
    ("binary_cross_entropy_with_logits(a, b, reduction='sum')", [0, 0], [1, 0], 8, log(4), [-4, 4], None),
    ("nll_loss(a, t)", M, None, 2, -4, [[0, 0, -1], [0, -1, 0]], None),
    ("nll_loss(a, t, reduction='sum')", M, None, 2, -8, [[0, 0, -2], [0, -2, 0]], None),
    ("nll_loss(a, t, reduction='none')", M, None, [1, 10], [-3, -5], [[0, 0, -1], [0, -10, 0]], None),
]  # fmt: skip


def operands(side, a, b, of_b):
    """The names that an expression takes: torch's functions, a and b, and what asks for no gradient."""
    space = {name: getattr(side.nn.functional, name) for name in FUNCTIONS}
    space |= {name: getattr(side, name) for name in ("cat", "maximum", "minimum", "stack")}
    space |= {"t": side.tensor([2, 1]), "c": side.tensor([100.0, 200.0], dtype=side.float64)}
    for name, entries, asked in (("a", a, True), ("b", b, of_b is not None)):
        if entries is not None:
            space[name] = side.tensor(entries, dtype=side.float64, requires_grad=asked)
    return space


@pytest.mark.parametrize(("expression", "a", "b", "g", "value", "of_a", "of_b"), ON_PAPER, ids=lambda entry: str(entry))
def test_a_rules_value_and_gradients_are_those_on_paper(expression, a, b, g, value, of_a, of_b):
    space = operands(autograd, a, b, of_b)
    out, theirs = eval(expression, space), eval(expression, operands(torch, a, b, of_b))
    assert out.grad_fn.name() == theirs.grad_fn.name()
    out.backward(autograd.tensor(g, dtype=autograd.float64))
    for name, given, expected in (("out", out, value), ("a", space["a"].grad, of_a)):
        np.testing.assert_allclose(given.detach().numpy(), np.array(expected), rtol=2**-50, atol=2**-52, err_msg=name)
    if of_b is not None:
        np.testing.assert_allclose(space["b"].grad.numpy(), np.array(of_b), rtol=1e-15)


def test_a_sum_of_exact_numbers_and_what_is_cut_off_from_it_stay_exact():
    thirds = autograd.tensor([Fraction(1, 3), Fraction(-2, 3), Fraction(0)], requires_grad=True)
    (thirds.relu() / 7 + thirds[[0]] / 7).sum().backward()
    assert thirds.grad.tolist() == [Fraction(4, 7), Fraction(0), Fraction(0)]  # the one is added to all three
    assert {type(entry) for entry in thirds.grad.tolist()} == {Fraction}


BASES = [0.0, 0.5, 1.0, 2.0, 3.0]
EXPONENTS = [-1.0, 0.0, 0.5, 1.0, 2.0, 3.0]
PAIRS = np.array([(a, b) for a in BASES for b in EXPONENTS])


def powers(side, dtype):
    """The gradients by base and by exponent, of tensors, and of a number to the power of a tensor."""
    a, b, c = (side.tensor(column.astype(dtype), requires_grad=True) for column in (*PAIRS.T, PAIRS[:, 1]))
    (a**b).sum().backward()
    (2.0**c).sum().backward()
    return [t.grad.numpy() for t in (a, b, c)]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_power_passes_the_gradient_to_base_and_exponent_as_in_torch(dtype):
    with np.errstate(all="ignore"):
        ours = powers(autograd, dtype)
    for given, wanted in zip(ours, powers(torch, dtype), strict=True):
        np.testing.assert_array_max_ulp(given, wanted, maxulp=4)


@pytest.mark.parametrize("base", [0.0, 2.0])
def test_a_number_to_the_power_of_a_tensor_grows_as_in_torch_without_a_warning(base):
    ours, theirs = (side.tensor([0.0, 1.0, 2.5], requires_grad=True) for side in (autograd, torch))
    with np.errstate(all="raise"):
        for t in (ours, theirs):
            (base**t).sum().backward()
    np.testing.assert_array_max_ulp(ours.grad.numpy(), theirs.grad.numpy(), maxulp=4)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("exponent", [2, 3])
def test_squares_and_cubes_have_torchs_bits(exponent, dtype):
    entries = np.random.default_rng(0).normal(size=200).astype(dtype)
    ours, theirs = (side.tensor(entries, requires_grad=True) for side in (autograd, torch))
    values = [(t**exponent).detach().numpy().tolist() for t in (ours, theirs)]
    for t in (ours, theirs):
        (t**exponent).sum().backward()
    assert values[0] == values[1]
    assert ours.grad.tolist() == theirs.grad.tolist()
