"""An index takes what it takes in torch, under torch's name for the last step, and sends the gradient back there."""

import pytest
import torch

from manual import autograd
from tests.expressions import printed

TABLE = """
x[0]; x[-1]; x[1:]; x[None]; x[:, None]; x[...]; x[:]; m[0, 1]; m[:, 1]; m[0]; m[0:1, 0]; m[0, :]; m[:, 0:1]
m[:, :]
x[[0, 1]]; x[[2, 2, 0]]; m[[0, 1], [2, 0]]; x[np.array([True, False, True])]; x[T.tensor([0, 1])]; m[[0], :]
x[np.int64(1)]; m[np.int64(0), 1:]; m[1:, np.int64(2)]
x[T.tensor(1)]; m[T.tensor(-1)]; m[T.tensor(0), 1:]; m[T.tensor(1), None]; m[:, T.tensor(1)]; x[np.array(2)]
m[T.tensor(0), T.tensor(1, dtype=T.int32)]; m[[1, 0], T.tensor(2)]; x[T.tensor(True)]; x[True]; x[False]; m[True, 1]
"""


@pytest.mark.parametrize("expressions", TABLE.strip().splitlines())
def test_indices_and_their_gradients_print_as_in_torch(expressions):
    assert printed(expressions, autograd) == printed(expressions, torch)
