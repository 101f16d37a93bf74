"""`torch.autograd`: a function whose derivative is one's own, and gradients without `.grad`, on both sides."""

import numpy as np
import pytest
import torch

from manual import autograd

both = pytest.mark.parametrize("side", [autograd, torch], ids=["engine", "torch"])


def product(side, called):
    class Product(side.autograd.Function):
        @staticmethod
        def forward(ctx, a, b, scale):
            ctx.save_for_backward(a, b)
            ctx.scale = scale
            return a * b * scale

        @staticmethod
        def backward(ctx, g):
            called.append(g.tolist())
            a, b = ctx.saved_tensors
            return g * b * ctx.scale, g * a * ctx.scale, None

    return Product


@both
def test_ones_own_derivative_is_called_once_for_all_operands(side):
    a, b, called = side.tensor([1.0, 2.0], requires_grad=True), side.tensor(3.0, requires_grad=True), []
    out = product(side, called).apply(a, b, 10)
    assert "ProductBackward" in repr(out)
    (out * side.tensor([1.0, 2.0])).sum().backward()
    assert (a.grad.tolist(), b.grad.tolist(), called) == ([30, 60], 10 * (1 + 4), [[1, 2]])


@both
def test_without_a_gradient_to_ask_for_nothing_is_recorded(side):
    a, called = side.tensor([1.0, 2.0]), []
    assert not product(side, called).apply(a, a, 1).requires_grad
    a.requires_grad_()
    with side.no_grad():
        assert not product(side, called).apply(a, a, 1).requires_grad
    out = product(side, called).apply(a, side.ones(2), 1)
    out.sum().backward()
    assert (a.grad.tolist(), len(called)) == ([1, 1], 1)


def test_a_derivative_of_a_derivative_is_refused_in_one_sentence():
    x = autograd.ones(1, requires_grad=True)
    for ask in (
        lambda: (x**2).sum().backward(create_graph=True),
        lambda: autograd.autograd.grad(x, x, None, True, True),
    ):
        with pytest.raises(RuntimeError, match=r"^this engine does not derive a derivative: create_graph=False$"):
            ask()
    for room, owner in (("autograd", "autograd"), ("nn.functional", "nn.functional"), ("utils.data", "utils.data")):
        with pytest.raises(AttributeError, match=rf"^{owner}.nothing is not in this engine; it has "):
            eval(f"autograd.{room}.nothing")


@both
def test_one_gradient_needs_no_tuple(side):
    class Half(side.autograd.Function):
        @staticmethod
        def forward(_, a):
            return a / 2

        @staticmethod
        def backward(_, g):
            return g / 2

    a = side.tensor([4.0], requires_grad=True)
    Half.apply(a).backward()
    assert a.grad.tolist() == [0.5]


@both
def test_gradients_that_are_asked_for_change_no_leaf(side):
    w, b = side.ones(2, requires_grad=True), side.ones(1, requires_grad=True)
    h = w * 3
    found = side.autograd.grad((h * h + b).sum(), [h, b, h])
    assert [one.tolist() for one in found] == [[6, 6], [2], [6, 6]]
    assert (w.grad, b.grad) == (None, None)
    assert not found[0].requires_grad


@both
@pytest.mark.parametrize(
    "name", ["zeros_", "ones_", "constant_", "uniform_", "normal_", "xavier_uniform_", "xavier_normal_"]
)
def test_where_parameters_start(side, name):
    side.manual_seed(0)
    w = side.nn.Parameter(side.ones(3, 2))
    options = {"constant_": (0.5,), "uniform_": (-1, 1), "normal_": (1.0, 2.0)}.get(name, ())
    started = getattr(side.nn.init, name)(w, *options)
    assert started is w
    assert w.is_leaf
    side.manual_seed(0)
    theirs = torch.nn.Parameter(torch.ones(3, 2))
    torch.manual_seed(0)
    getattr(torch.nn.init, name)(theirs, *options)
    np.testing.assert_array_equal(w.detach().numpy(), theirs.detach().numpy())


def test_what_is_absent_is_named():
    with pytest.raises(AttributeError, match=r"nn.init.orthogonal_ is not in this engine; it has .*constant_"):
        autograd.nn.init.__getattr__("orthogonal_")
    with pytest.raises(RuntimeError, match=r"^this engine has the norm with p=2, not p=1$"):
        autograd.ones(2).norm(1)
    with pytest.raises(RuntimeError, match=r"there is no device cuda"):
        autograd.ones(2).cuda()
    with pytest.raises(TypeError, match=r"^ReLU.__init__\(\) got an unexpected keyword argument 'inplac'"):
        autograd.nn.ReLU(inplac=True)
