"""Tensors made of numbers, lists, arrays and tensors are those that torch makes of them."""

import numpy as np
import pytest
import torch

from manual import autograd
from tests.expressions import names, printed

TABLE = """
T.FloatTensor([1, 2]); T.FloatTensor([[1], [2]]); T.FloatTensor((1, 2)); T.FloatTensor(np.array([1, 2]))
T.zeros(1, requires_grad=True); T.zeros(2, 3); T.zeros((2, 3)); T.zeros([2]); T.zeros(()); T.zeros(0)
T.ones(2, dtype=T.float64)
T.tensor(1); T.tensor(True); T.tensor([]); T.tensor([[]]); T.tensor([1, 2.5]); T.tensor([True, 2])
T.tensor([[1, 2], [3, 4]])
T.tensor(np.array([1, 2])); T.tensor(np.float64(3)); T.tensor(np.float32(3)); T.tensor([np.float64(3)])
T.tensor(1e-50)
T.tensor(2, dtype=T.float64, requires_grad=True); T.tensor(1.0, requires_grad=True).float()
T.tensor(np.array([0.1]))
"""


@pytest.mark.parametrize("expressions", TABLE.strip().splitlines())
def test_new_tensors_and_their_gradients_print_as_in_torch(expressions):
    assert printed(expressions, autograd) == printed(expressions, torch)


@pytest.mark.filterwarnings("ignore:To copy construct from a tensor")
@pytest.mark.parametrize("source", ["x", "x.double()", "i", "f", "s"])
def test_a_tensor_made_of_a_tensor_copies_the_entries_and_keeps_the_dtype(source):
    for options in ("", ", dtype=T.float32"):
        ours, theirs = (repr(eval(f"T.tensor({source}{options})", names(side))) for side in (autograd, torch))
        assert ours == theirs
    x = autograd.ones(2)
    copied = autograd.tensor(x)
    x += 1
    assert copied.tolist() == [1, 1]


NO_NUMBERS = [None, "a", ["a"], [1, None], object, [[1, 2], [3]], [[[1]], [[2, 3]]]]


@pytest.mark.parametrize("data", NO_NUMBERS, ids=str)
def test_what_is_no_number_is_refused_in_torchs_words(data):
    refusals = []
    for side in (autograd, torch):
        with pytest.raises((TypeError, RuntimeError, ValueError)) as refusal:
            side.tensor(data)
        refusals.append((refusal.type, str(refusal.value)))
    assert refusals[0] == refusals[1]


@pytest.mark.parametrize("data", [1j, np.datetime64(0, "s")], ids=str)
def test_what_has_no_place_here_is_refused(data):
    with pytest.raises(RuntimeError, match="Could not infer dtype of"):
        autograd.tensor(data)
