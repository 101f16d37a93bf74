"""What the lesson's torch programs may write: the same expressions, the same results, the same refusals."""

import warnings

import numpy as np
import pytest
import torch

from manual import autograd

both = pytest.mark.parametrize("side", [autograd, torch], ids=["engine", "torch"])

TABLE = """
x + 1; 1 + x; x - 1; 1 - x; x * 2; 2 * x; x / 2; 2 / x; x ** 2; x ** 3; x ** 0.5; x ** 0; x ** 1; x ** -1; 2 ** x
x + x; x - x; x * x; x / x; x ** x; x ** s; s ** x; -x; +x; abs(x)
np.float64(2) * x; x * np.float64(2); np.float32(2) * x; x * np.float32(2); np.int64(2) * x; x / np.int64(3)
np.float64(2) - x; np.float64(2) / x; np.float64(2) ** x; True * x; x * True; x - np.True_
x.exp(); x.log(); x.tanh(); x.relu(); x.abs(); x.sqrt(); x.clone()
T.exp(x); T.log(x); T.tanh(x); T.relu(x); T.abs(x); T.sqrt(x); T.sum(x); T.mean(m, 0); T.sum(m, dim=1)
x.sum(); m.sum(); m.sum(0); m.sum(1); m.sum(-1); m.sum(dim=0); m.sum(axis=1, keepdim=True); m.sum((0, 1)); x.sum(0)
x.mean(); m.mean(); m.mean(0); m.mean(-1, keepdim=True); m.mean(axis=0); m.mean((0, 1), keepdim=True); m.mean([0])
x @ x; m @ x; x @ m.T; m @ m.T
m.T; m.t(); x.view(3, 1); x.view(-1); x.view((3, 1)); x.reshape(3, 1); x.reshape((1, 3)); x.sum().view(1)
m.reshape(-1)
x[0]; x[-1]; x[1:]; x[None]; x[:, None]; x[...]; x[:]; m[0, 1]; m[:, 1]; m[0]; m[0:1, 0]; m[0, :]; m[:, 0:1]
m[:, :]
x[[0, 1]]; x[[2, 2, 0]]; m[[0, 1], [2, 0]]; x[np.array([True, False, True])]; x[T.tensor([0, 1])]; m[[0], :]
x.float(); x.double(); x.double() * x; x * T.tensor(2.5, dtype=T.float64); T.tensor(2.5, dtype=T.float64) * s
i + 1; i * 2.5; i / 2; i / i; 1 / i; i - 1.5; 3 - i; i ** 2; i ** 2.0; i ** 0.5; 2.5 ** i; 2 ** i; i * x; i * s
i * s.double()
i.sum(); i.float().mean(); i.exp(); i.sqrt(); i.abs(); i.relu(); i * np.float64(2.5); i.double(); i + True
f + 1; f + i; f * 2.5; f.sum(); f.long(); f.float()
x.detach(); x.data; x.shape; x.size(); m.size(0); m.dim(); m.ndim; m.numel(); len(m); x.dtype; x.requires_grad
x.is_leaf
x.grad; x.grad_fn; s.item(); x.tolist(); i.tolist(); x.detach().numpy(); np.array(s.detach()).dtype; list(x)
[*m.shape]
T.FloatTensor([1, 2]); T.FloatTensor([[1], [2]]); T.FloatTensor((1, 2)); T.FloatTensor(np.array([1, 2]))
T.zeros(1, requires_grad=True); T.zeros(2, 3); T.zeros((2, 3)); T.zeros([2]); T.zeros(()); T.zeros(0)
T.ones(2, dtype=T.float64)
T.tensor(1); T.tensor(True); T.tensor([]); T.tensor([[]]); T.tensor([1, 2.5]); T.tensor([True, 2])
T.tensor([[1, 2], [3, 4]])
T.tensor(np.array([1, 2])); T.tensor(np.float64(3)); T.tensor(np.float32(3)); T.tensor([np.float64(3)])
T.tensor(1e-50)
T.tensor(2, dtype=T.float64, requires_grad=True); T.tensor(1.0, requires_grad=True).float()
T.tensor(np.array([0.1]))
T.nn.functional.mse_loss(x, x * 2); T.nn.functional.relu(x - 2); T.nn.functional.mse_loss(m, m * 0.5)
[T.float, T.double, T.long, T.int64, T.bool, T.int32]
"""
EXPRESSIONS = [part.strip() for line in TABLE.strip().splitlines() for part in line.split(";")]



def names(side):
    return {
        "T": side,
        "np": np,
        "x": side.tensor([1.0, 2.0, 3.0], requires_grad=True),
        "m": side.tensor([[0.5, -1.5, 2.5], [3.5, 4.0, -6.0]], requires_grad=True),
        "s": side.tensor(2.5, requires_grad=True),
        "i": side.tensor([3, -1, 2]) ** 2,
        "f": side.tensor([True, False, True]),
    }


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_prints_as_in_torch(expression):
    ours, theirs = (repr(eval(expression, names(side))) for side in (autograd, torch))
    assert ours == theirs


REFUSALS = (IndexError, RuntimeError, TypeError, ValueError, UserWarning)


def after(side, program):
    """What is left in R, or the error."""
    space = names(side)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            exec(program, space)
    except REFUSALS as refusal:
        return next(kind for kind in REFUSALS if isinstance(refusal, kind))
    return repr(space.get("R"))


PROGRAMS = """
a = x * 1; a += 1; a.sum().backward(); R = a, x.grad
a = x * 1; a -= x; a *= 3; a /= 2; a.sum().backward(); R = a, x.grad
a = x * 1; a **= 2; a.sum().backward(); R = a, x.grad
a = T.ones(3); a += x; R = a
a = T.ones(3); a += 1.5; a -= 1; a *= 2; a /= 4; a **= 3; R = a
a = x.exp(); a += 1; a.sum().backward()
a = x * 1; a *= a; a.sum().backward()
a = x.relu(); a *= 2; a.sum().backward()
a = x * 1; b = a * x; a += 1; b.sum().backward()
a = x * 1; b = a * 2; a += 1; b.sum().backward(); R = x.grad
x += 1
x *= 2
x[0] = 3
x.zero_()
a = x.view(3, 1); a += 1
a = x * 1; d = a.detach(); d += 1; R = a, d
a = x.detach(); a += 1; R = x
a = (x * x).sum(); x.data += 1; a.backward(); R = x.grad
x.data -= 0.5 * x.data; R = x
x.data = T.ones(3); R = x
x.data[0] = 7; R = x
a = x.detach().view(3, 1); a += 1; R = x
a = T.zeros(2, 3); a[0, 1] = 5; a[1] = T.ones(3); R = a
a = T.zeros(2); a[0] = x[0].item(); R = a
a = T.ones(3); a += T.ones(2, 3)
a = T.tensor([1, 2]); a += 1.5
a = T.tensor([1, 2]); a += 1; R = a
a = T.ones(3); a += T.ones(1); a *= T.tensor([2]); R = a
x.grad = T.ones(3); R = x.grad
x.grad = T.ones(2)
x.grad = T.ones(3, dtype=T.float64)
x.grad = T.ones(3); x.grad.zero_(); x.sum().backward(); R = x.grad
x.requires_grad = False; R = x
x.requires_grad_(False); R = x * 2
(x * 1).requires_grad = False
R = (x * 1).requires_grad_()
T.ones(2).retain_grad()
R = x.retain_grad(), x
m.T.view(6)
x.view(2, 2)
m @ m
x @ x.double()
x + T.ones(2)
x + "a"
x * None
R = i.mean()
R = i ** -1
m[5]
m.sum(5)
T.tensor("a")
T.nn.functional.mse_loss(x, T.zeros(3, 1))
"""


@pytest.mark.parametrize("program", PROGRAMS.strip().splitlines())
def test_a_short_program_ends_as_in_torch(program):
    assert after(autograd, program) == after(torch, program)


UPDATES = """
    x += 1
    x -= 0.1 * x; x *= 2
    x[0] = 3
    x[1:] -= 1
    x.zero_()
    a = (x * 2)[0]; a += 5
"""


@pytest.mark.parametrize("update", UPDATES.strip("\n").splitlines())
def test_a_leaf_may_be_updated_within_no_grad(update):
    program = f"with T.no_grad():\n{update}\nR = x\n"
    assert after(autograd, program) == after(torch, program)


OVERWRITING = ["x += 1", "x[0] = 1", "x.zero_()", "d = x.detach(); d += 1", "v = x.view(-1); v += 1"]


@both
@pytest.mark.parametrize("update", OVERWRITING)
def test_backward_refuses_a_saved_value_that_was_overwritten(side, update):
    space = names(side)
    loss = (space["x"] * space["x"]).sum()
    with side.no_grad():
        exec(update, space)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()
    assert space["x"].grad is None


@both
def test_an_optimizer_step_makes_an_older_graph_stale(side):
    w = side.ones(1, requires_grad=True)
    loss = (w * w).sum()
    loss.backward(retain_graph=True)
    side.optim.SGD([w], lr=0.1).step()
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()


@both
def test_a_value_that_was_not_saved_may_be_overwritten(side):
    w, x = side.ones(1, requires_grad=True), side.tensor([2.0])
    loss = w * x
    with side.no_grad():
        w += 1
    loss.backward()
    assert w.grad.tolist() == [2]


def test_in_place_on_memory_that_a_view_shares_is_refused_rather_than_wrong():
    x = autograd.ones(2, 3, requires_grad=True)
    for change in ("y *= 3", "y[0] = 3", "v += 1"):
        y = x * 2
        space = {"y": y, "v": y.view(-1)}
        with pytest.raises(RuntimeError, match="in-place"):
            exec(change, space)


@both
def test_float_gives_the_same_leaf_where_it_is_float_already(side):
    w = side.tensor(1.0, requires_grad=True)
    assert w.float() is w


def test_arrays_on_the_other_side_count_as_tensors():
    x = autograd.tensor([1.0, 2.0], requires_grad=True)
    y = np.array([3.0, 4.0], np.float32) * x
    assert repr(y) == "tensor([3., 8.], grad_fn=<MulBackward0>)"
