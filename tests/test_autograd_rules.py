"""Powers: both operands may be tensors, and where one is zero the derivative is torch's."""

import numpy as np
import pytest
import torch

from manual import autograd

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
