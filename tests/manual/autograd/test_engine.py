"""The classic cases where small engines fail, each beside torch."""

import gc
import warnings
from fractions import Fraction

import numpy as np
import pytest
import torch

from compare.agreement.torch_side import arithmetic
from manual import autograd
from manual.autograd.core import Node

both = pytest.mark.parametrize("side", [autograd, torch], ids=["engine", "torch"])


def leaf(side, *values):
    return side.tensor(values if len(values) > 1 else values[0], requires_grad=True)


@both
def test_a_node_used_twice_receives_both_gradients(side):
    x = leaf(side, 3.0)
    y = x * x
    (y + y * x).backward()
    assert x.grad.item() == 2 * 3 + 3 * 9


@both
def test_a_diamond_is_walked_once_in_the_right_order(side):
    x = leaf(side, 2.0)
    a = x * 3
    b, c = a * a, a + 1
    (b * c + a).backward()
    assert x.grad.item() == 3 * (2 * 6 * 7 + 36 + 1)


@both
def test_gradients_accumulate_until_they_are_set_to_none(side):
    x = leaf(side, 3.0)
    (x * x).backward()
    held = x.grad
    (x * x).backward()
    assert (x.grad.item(), held.item()) == (12, 12)
    x.grad = None
    (x * x).backward()
    assert x.grad.item() == 6


@both
def test_a_second_backward_after_zero_grad_counts_nothing_stale(side):
    x = leaf(side, 3.0)
    optimizer = side.optim.SGD([x], lr=0.0)
    for _ in range(2):
        optimizer.zero_grad()
        ((x * x) * (x + 1)).backward()
        assert x.grad.item() == 3 * 9 + 2 * 3


SAVING = {
    "times a number": lambda x: (x * 2).sum(),
    "divided by a number": lambda x: (x / 2).sum(),
    "a number divided": lambda x: (2 / x).sum(),
    "squared": lambda x: (x**2).sum(),
    "exp": lambda x: x.exp().sum(),
    "log": lambda x: x.log().sum(),
    "tanh": lambda x: x.tanh().sum(),
    "relu": lambda x: x.relu().sum(),
    "abs": lambda x: x.abs().sum(),
    "sqrt": lambda x: x.sqrt().sum(),
    "product": lambda x: x @ x,
}
FREE = {
    "plus a number": lambda x: (x + 2).sum(),
    "minus": lambda x: (1 - x - x).sum(),
    "negated": lambda x: (-x).sum(),
    "mean": lambda x: x.mean(),
    "sum along an axis": lambda x: x.view(1, 3).sum(1).mean(),
    "reshaped": lambda x: x.reshape(3, 1).T.sum(),
    "sliced": lambda x: x[1:].sum(),
    "selected": lambda x: x[1],
    "cast": lambda x: x.double().sum(),
}


@both
@pytest.mark.parametrize("name", SAVING)
def test_backward_twice_is_refused_where_values_were_saved(side, name):
    x = leaf(side, 1.0, 2.0, 3.0)
    loss = SAVING[name](x)
    loss.backward()
    once = x.grad.tolist()
    with pytest.raises(RuntimeError, match="backward through the graph a second time"):
        loss.backward()
    assert x.grad.tolist() == once


@both
@pytest.mark.parametrize("name", FREE)
def test_backward_twice_adds_up_where_nothing_was_saved(side, name):
    x = leaf(side, 1.0, 2.0, 3.0)
    loss = FREE[name](x)
    loss.backward()
    once = x.grad.tolist()
    loss.backward()
    assert x.grad.tolist() == [2 * g for g in once]


@both
def test_retain_graph_keeps_what_was_saved(side):
    x = leaf(side, 3.0)
    loss = x * x
    loss.backward(retain_graph=True)
    loss.backward()
    assert x.grad.item() == 12


@both
def test_two_losses_that_share_a_saved_value_cannot_both_go_back(side):
    x = leaf(side, 3.0)
    shared = x * x
    (shared + 1).backward()
    with pytest.raises(RuntimeError, match="second time"):
        (shared + 2).backward()


@both
def test_a_computed_tensor_keeps_no_gradient_unless_asked(side):
    x = leaf(side, 1.0, 2.0)
    y, z = x * 2, x * 3
    z.retain_grad()
    (y * z).sum().backward()
    with pytest.warns(UserWarning, match="not a leaf Tensor") as warned:
        assert y.grad is None
    assert [warning.filename for warning in warned] == [__file__]
    assert (z.grad.tolist(), x.grad.tolist()) == ([2, 4], [12, 24])


@both
def test_reading_a_gradient_that_is_kept_does_not_warn(side):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        x = leaf(side, 1.0)
        y = x * 2
        y.retain_grad()
        assert (x.grad, y.grad) == (None, None)
        y.backward()
        assert (x.grad.item(), y.grad.item()) == (2, 1)


@both
def test_an_infinite_loss_has_a_gradient(side):
    x = leaf(side, float("inf"))
    (x * 2).backward()
    assert x.grad.item() == 2


@both
def test_a_non_scalar_needs_a_gradient_to_start_from(side):
    x = leaf(side, 1.0, 2.0)
    with pytest.raises(RuntimeError, match="grad can be implicitly created only for scalar outputs"):
        (x * 2).backward()
    with pytest.raises(RuntimeError, match="Mismatch in shape"):
        (x * 2).backward(side.ones(3))
    (x * 2).backward(side.tensor([1.0, 10.0]))
    assert x.grad.tolist() == [2, 20]


@both
def test_there_must_be_something_to_walk_back_to(side):
    with pytest.raises(RuntimeError, match="does not require grad and does not have a grad_fn"):
        (side.ones(3) * 2).sum().backward()


@both
def test_a_leaf_is_its_own_derivative(side):
    x = leaf(side, 5.0)
    x.backward()
    assert x.grad.item() == 1


@both
@pytest.mark.parametrize("values", [[1, 2], [True, False]])
def test_integers_have_no_derivative(side, values):
    with pytest.raises(RuntimeError, match=r"(?i)only tensors of floating point .*dtype can require gradients"):
        side.tensor(values, requires_grad=True)
    with pytest.raises(RuntimeError, match=r"(?i)only tensors of floating point .*dtype can require gradients"):
        side.tensor(values).requires_grad = True


@both
def test_detached_tensors_and_data_carry_no_history(side):
    x = leaf(side, 2.0)
    assert not (x * 3).detach().requires_grad
    assert not x.data.requires_grad
    (x * 3).detach().numpy()[...] = 0
    loss = x * x.detach()
    loss.backward()
    assert x.grad.item() == 2


@both
def test_within_no_grad_nothing_is_recorded(side):
    x = leaf(side, 2.0)
    with side.no_grad():
        assert not (x * 3).requires_grad

    @side.no_grad()
    def doubled():
        return x * 2

    assert not doubled().requires_grad
    assert (x * 3).requires_grad
    with side.no_grad():
        with side.no_grad():
            pass
        assert not (x * 3).requires_grad


@both
def test_numpy_is_refused_where_history_would_be_lost(side):
    x = leaf(side, 1.0, 2.0)
    for lost in (x, x * 2):
        with pytest.raises(RuntimeError, match="Can't call numpy"):
            lost.numpy()
        with pytest.raises(RuntimeError, match="Can't call numpy"):
            np.array(lost)
    assert x.detach().numpy().tolist() == x.tolist() == [1, 2]


@both
def test_numpy_shares_the_memory_unless_it_is_asked_for_a_copy_or_another_dtype(side):
    x = side.ones(2)
    np.asarray(x)[0] = 5
    np.array(x)[1] = 7
    x.__array__(np.float64)[1] = 7
    assert x.tolist() == [5, 1]
    assert x.__array__(np.float64).dtype == np.float64


@both
def test_one_entry_is_a_number_and_several_are_not(side):
    assert (leaf(side, 2.5).item(), float(side.tensor(2.5)), int(side.tensor(2.5))) == (2.5, 2.5, 2)
    assert bool(side.tensor(1.0))
    with pytest.raises(RuntimeError, match="cannot be converted to Scalar"):
        side.ones(3).item()
    with pytest.raises(RuntimeError, match="ambiguous"):
        bool(side.ones(3))
    with pytest.raises(TypeError, match="0-d tensor"):
        len(side.tensor(1.0))


def test_a_graph_is_freed_without_the_garbage_collector():
    gc.collect()
    gc.disable()
    try:
        w = autograd.tensor(2.0, requires_grad=True)
        loss = ((w * 3).exp() + w) ** 2
        loss.backward()
        del loss
        assert not [found for found in gc.get_objects() if isinstance(found, Node) and found.number > 0]
    finally:
        gc.enable()


def summed(side, entries):
    """A sum, and the gradient of a number that broadcasting repeated."""
    x, w = side.tensor(entries), side.ones((), dtype=getattr(side, entries.dtype.name), requires_grad=True)
    (w * x).sum().backward()
    return x.sum().item(), w.grad.item()


@pytest.mark.skipif(arithmetic().lanes != 32, reason="about torch on x86-64, in whose order the engine adds")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", [(1,), (2,), (3,), (4,), (5,), (6,), (7,), (2, 3), (7, 1)], ids=str)
def test_a_sum_of_fewer_than_eight_numbers_has_torchs_bits(shape, dtype):
    random = np.random.default_rng(1)
    for _ in range(50):
        entries = (random.normal(size=shape) * 10.0 ** random.integers(-3, 3, shape)).astype(dtype)
        assert summed(autograd, entries) == summed(torch, entries)


def test_fractions_stay_exact():
    x = autograd.tensor([Fraction(1, 3), Fraction(2)], requires_grad=True)
    ((x**3 / 7 - x).mean() * Fraction(1, 2)).backward()
    assert x.grad.tolist() == [(3 * v * v / 7 - 1) / 4 for v in (Fraction(1, 3), Fraction(2))]


def test_fractions_stay_exact_beside_integers():
    x = autograd.tensor([Fraction(1), Fraction(2)], requires_grad=True)
    assert (autograd.tensor([1, 2]) * Fraction(1, 3)).tolist() == [Fraction(1, 3), Fraction(2, 3)]
    (autograd.tensor([4, 5]) * x / 3).sum().backward()
    assert x.grad.tolist() == [Fraction(4, 3), Fraction(5, 3)]
