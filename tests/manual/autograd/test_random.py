"""The engine's random numbers are torch's, bit for bit where the module says so."""

import subprocess
import sys

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from manual import autograd

DRAWS = """
T.rand(5), T.rand(3, 2), T.rand(2, dtype=T.float64), T.rand(1)
T.randn(3), T.randn(4), T.randn(5), T.randn(2, dtype=T.float64), T.rand(2)
T.randint(0, 10, (7,)), T.randint(5, (2,)), T.randint(0, 2**28, (3,)), T.randint(-3, 2**40, (3,)), T.rand(1)
T.randperm(10), T.randperm(1), T.randperm(0), T.rand(1)
T.normal(2.0, 3.0, (5,)), T.zeros(4).normal_(1.5, 0.3), T.randn(2)
T.zeros(7).uniform_(-0.3, 0.7), T.zeros(50).uniform_(-0.577, 0.577)
T.rand_like(T.zeros(3)), T.randn_like(T.zeros(3)), T.rand(2, generator=T.Generator().manual_seed(3)), T.rand(1)
T.nn.Linear(3, 5).weight, T.nn.Linear(7, 2).bias, T.nn.Linear(4, 1, bias=False).weight
"""


@pytest.mark.parametrize("draws", DRAWS.strip().splitlines())
@given(st.integers(0, 2**63 - 1))
def test_the_same_seed_gives_torchs_numbers_to_the_bit(draws, seed):
    drawn = []
    for side in (autograd, torch):
        side.manual_seed(seed)
        drawn.append([(one.dtype == side.float32, one.tolist()) for one in eval(draws, {"T": side})])
    assert drawn[0] == drawn[1]


@given(st.integers(0, 2**32), st.integers(16, 70))
def test_sixteen_normal_numbers_and_more_are_torchs_up_to_the_vector_functions_last_unit(seed, count):
    """A logarithm, a root, a cosine and a product: each right to one unit, of numbers that stay below 8."""
    drawn = []
    for side in (autograd, torch):
        side.manual_seed(seed)
        drawn.append(side.randn(count).numpy())
    assert abs(drawn[0] - drawn[1]).max() <= 4 * 2.0**-23 * 8


def test_without_a_seed_no_two_runs_are_the_same():
    assert autograd.Generator().initial_seed() != autograd.Generator().initial_seed()


def test_numpys_random_numbers_are_not_loaded_before_the_first_draw():
    engine = "import sys; from manual import autograd as t; t.manual_seed(1); print('numpy.random' in sys.modules)"
    alone = "import sys, numpy; print('numpy.random' in sys.modules)"
    said = [subprocess.check_output([sys.executable, "-c", program]) for program in (engine, alone)]
    assert said[0] == said[1]


@pytest.mark.parametrize("side", [autograd, torch], ids=["engine", "torch"])
def test_an_empty_range_is_refused(side):
    with pytest.raises(RuntimeError, match="expects 'from' to be less than 'to', but got from=3 >= to=3"):
        side.randint(3, 3, (2,))
