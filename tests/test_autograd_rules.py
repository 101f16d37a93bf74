"""Each rule's value and gradients on paper; and powers, of which both operands may be tensors, beside torch's."""

from fractions import Fraction
from math import e, log, tanh

import numpy as np
import pytest
import torch

from manual import autograd

M = [[1, 2, 3], [4, 5, 6]]
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
]  # fmt: skip


@pytest.mark.parametrize(("expression", "a", "b", "g", "value", "of_a", "of_b"), ON_PAPER, ids=lambda entry: str(entry))
def test_a_rules_value_and_gradients_are_those_on_paper(expression, a, b, g, value, of_a, of_b):
    space = {"mse_loss": autograd.nn.functional.mse_loss}
    for name, entries in (("a", a), ("b", b)):
        if entries is not None:
            space[name] = autograd.tensor(entries, dtype=autograd.float64, requires_grad=True)
    out = eval(expression, space)
    out.backward(autograd.tensor(g, dtype=autograd.float64))
    for name, given, expected in (("out", out, value), ("a", space["a"].grad, of_a)):
        np.testing.assert_allclose(given.detach().numpy(), np.array(expected), rtol=1e-15, err_msg=name)
    if b is not None:
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
