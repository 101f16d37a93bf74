"""The operators and methods of tensors print, with their gradients, what torch prints."""

import pytest
import torch

from manual import autograd
from tests.expressions import printed

TABLE = """
x + 1; 1 + x; x - 1; 1 - x; x * 2; 2 * x; x / 2; 2 / x; x ** 2; x ** 3; x ** 0.5; x ** 0; x ** 1; x ** -1; 2 ** x
x + x; x - x; x * x; x / x; x ** x; x ** s; s ** x; -x; +x; abs(x)
np.float64(2) * x; x * np.float64(2); np.float32(2) * x; x * np.float32(2); np.int64(2) * x; x / np.int64(3)
np.float64(2) - x; np.float64(2) / x; np.float64(2) ** x; True * x; x * True; x - np.True_
x.exp(); x.log(); x.tanh(); x.relu(); x.abs(); x.sqrt(); x.clone()
T.exp(x); T.log(x); T.tanh(x); T.relu(x); T.abs(x); T.sqrt(x); T.sum(x); T.mean(m, 0); T.sum(m, dim=1)
x.sum(); m.sum(); m.sum(0); m.sum(1); m.sum(-1); m.sum(dim=0); m.sum(axis=1, keepdim=True); m.sum((0, 1)); x.sum(0)
x.mean(); m.mean(); m.mean(0); m.mean(1); m.mean(-1, keepdim=True); m.mean(axis=0); m.mean((0, 1), keepdim=True)
m.mean([0]); x @ x; m @ x; x @ m.T; m @ m.T
m + x; x * m; s * m; m - m.mean(1, keepdim=True); m * m.mean(0); x[:2, None] * m; x[:, None] * x; x[:1] + m
m[:, :1] * m; m[None] * x; m[:, None] + m; T.ones(8).sum(); T.ones(9).sum(); (s * T.ones(8)).sum()
m.T; m.t(); x.view(3, 1); x.view(-1); x.view((3, 1)); x.reshape(3, 1); x.reshape((1, 3)); x.sum().view(1)
m.reshape(-1)
x.float(); x.double(); x.double() * x; x * x.double(); x * T.tensor(2.5, dtype=T.float64)
T.tensor(2.5, dtype=T.float64) * s
i + 1; i * 2.5; i / 2; i / i; 1 / i; i - 1.5; 3 - i; i ** 2; i ** 2.0; i ** 0.5; 2.5 ** i; 2 ** i; i * x; i * s
i * s.double()
x.reciprocal(); i.reciprocal(); i.log(); i.tanh(); T.zeros(0).view(0, 2); x.reshape([3, 1])
i.sum(); i.float().mean(); i.exp(); i.sqrt(); i.abs(); i.relu(); i * np.float64(2.5); i.double(); i + True
f + 1; f + i; f * 2.5; f.sum(); f.long(); f.float()
T.nn.functional.mse_loss(x, x * 2); T.nn.functional.relu(x - 2); T.nn.functional.mse_loss(m, m * 0.5)
T.nn.functional.binary_cross_entropy(x / 9, x / 7); T.nn.functional.binary_cross_entropy_with_logits(m, m / 7)
T.nn.functional.mse_loss(i, x); T.nn.functional.mse_loss(x, m[0]); T.nn.functional.mse_loss(x, x)
3 * T.nn.functional.mse_loss(x, m[0]); (x - 2).abs(); (x - 2) ** 0
"""


@pytest.mark.parametrize("expressions", TABLE.strip().splitlines())
def test_operations_and_their_gradients_print_as_in_torch(expressions):
    assert printed(expressions, autograd) == printed(expressions, torch)
