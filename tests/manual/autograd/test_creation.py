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
T.tensor(np.array([0.1])); T.LongTensor([1.7]); T.DoubleTensor([1, 2]); T.IntTensor([1]); T.ByteTensor([True, False])
T.LongTensor(2).shape; T.FloatTensor(T.Size([2])).shape; T.DoubleTensor(2, 1).dtype; T.FloatTensor(np.array([1.5]))
T.zeros_like(i); T.zeros_like(i, dtype=T.float32, requires_grad=True); T.ones_like(m)
T.empty_like(x).shape; T.empty(2).shape
T.full((2, 2), 7); T.full((2,), 1.5, dtype=T.float64); T.full([1], True); T.full_like(x, 3); T.full_like(i, 2.7)
T.eye(2); T.eye(2, 3, requires_grad=True); T.eye(2, dtype=T.int64); T.arange(3); T.arange(1, 2, 0.25)
T.arange(5, 1, -2)
T.arange(3.0, requires_grad=True); T.arange(3, dtype=T.float64); T.arange(T.tensor(3)); T.arange(np.int64(2))
T.linspace(-2, 2, 7); T.linspace(0, 1, 11); T.linspace(3, -1, 2); T.linspace(1, 2, 1); T.linspace(-5, 7, 30)
T.linspace(0, 1, 0); T.linspace(0, 10, 3, dtype=T.int64)
T.linspace(0, 1, 3, dtype=T.float64); T.linspace(0, 1, 2, requires_grad=True); T.as_tensor([1, 2]); T.as_tensor(x)
T.as_tensor(i, dtype=T.float32); T.as_tensor(np.array([1.5])); T.as_tensor([1], dtype=T.float64)
T.from_numpy(np.array([2]))
T.zeros(2, device="cpu"); T.ones(1, device=T.device("cpu"), dtype=T.bool); T.tensor([1.0], device="cpu").device
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
