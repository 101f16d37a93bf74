"""The engine's optimizer against `torch.optim.SGD`: every legal combination of options, and every refusal."""

import itertools

import numpy as np
import pytest
import torch

from compare.truth.rounding import gamma
from manual import autograd
from manual.autograd.optim import SGD

STEPS = 30
LARGEST = 4.0  # of parameters and gradients
LEGAL = [
    dict(zip(("lr", "momentum", "dampening", "weight_decay", "nesterov", "maximize"), values, strict=True))
    for values in itertools.product((0.0, 0.1), (0, 0.9), (0, 0.3), (0, 0.05), (False, True), (False, True))
    if not values[4] or (values[1] and not values[2])
]


def gradients(shapes, missing):
    """Made-up gradients for each step and parameter; None where `missing` says so."""
    random = np.random.default_rng(1)
    drawn = [[random.uniform(-LARGEST, LARGEST, shape) for shape in shapes] for _ in range(STEPS)]
    return [[None if missing(t, i) else g for i, g in enumerate(step)] for t, step in enumerate(drawn)]


def nowhere(_step, _parameter):
    return False


def trained(side, options, missing=nowhere, shapes=((), (3,), (2, 2))):
    """The parameters after every step, as float64 arrays."""
    random = np.random.default_rng(0)
    starts = [random.uniform(-LARGEST, LARGEST, shape) for shape in shapes]
    parameters = [side.tensor(start, dtype=side.float64, requires_grad=True) for start in starts]
    optimizer, history = side.optim.SGD(parameters, **options), []
    for step in gradients(shapes, missing):
        for p, gradient in zip(parameters, step, strict=True):
            p.grad = None if gradient is None else side.tensor(gradient, dtype=side.float64)
        optimizer.step()
        history.append([p.detach().numpy().copy() for p in parameters])
    return history


def assert_same(ours, theirs, options):
    """Equal but for rounding, which torch fuses and NumPy does not.

    A parameter after t steps is a sum of products of options and gradients, each reached by at most 10 roundings a
    step: off by at most γ_{10 t} times the sum of the products' absolute values; twice that between two programs.
    """
    for t, (left, right) in enumerate(zip(ours, theirs, strict=True), 1):
        for one, other in zip(left, right, strict=True):
            np.testing.assert_allclose(one, other, rtol=0, atol=2 * gamma(10 * t, 2.0**-53) * majorant(options, t))


def majorant(options, t):
    """The update rule with every term's absolute value, from the largest numbers."""
    p, v = LARGEST, 0.0
    for _ in range(t):
        g = LARGEST + options["weight_decay"] * p
        v = options["momentum"] * v + (1 + options["dampening"]) * g
        p += options["lr"] * (g + (1 + options["momentum"]) * v)
    return p


@pytest.mark.parametrize("options", LEGAL, ids=lambda options: ",".join(f"{v:g}" for v in options.values()))
def test_every_legal_combination_follows_torch(options):
    assert_same(trained(autograd, options), trained(torch, options), options)


@pytest.mark.parametrize("options", LEGAL[::5], ids=lambda options: ",".join(f"{v:g}" for v in options.values()))
def test_a_parameter_without_a_gradient_is_left_alone_and_its_buffer_waits(options):
    def missing(t, i):
        return i == 0 or (i == 1 and t < 3) or (i == 2 and t % 4 == 1)

    ours = trained(autograd, options, missing)
    assert_same(ours, trained(torch, options, missing), options)
    assert ours[0][0] == ours[-1][0]


@pytest.mark.parametrize("options", [{}, {"momentum": 0.9}, {"lr": 0.1}], ids=str)
def test_the_defaults_are_torchs(options):
    full = dict.fromkeys(("momentum", "dampening", "weight_decay"), 0) | {"lr": 1e-3} | options
    assert_same(trained(autograd, options), trained(torch, options), full)


def test_there_are_as_many_combinations_as_torch_allows():
    legal = 0
    for values in itertools.product((0.0, 0.1), (0, 0.9), (0, 0.3), (0, 0.05), (False, True), (False, True)):
        try:
            torch.optim.SGD([torch.zeros(1)], *values[:5], maximize=values[5])
            legal += 1
        except ValueError:
            continue
    assert legal == len(LEGAL)


def test_the_first_buffer_is_the_gradient_itself_whatever_the_dampening():
    p = autograd.tensor(1.0, requires_grad=True)
    p.grad = autograd.tensor(2.0)
    SGD([p], lr=0.5, momentum=0.9, dampening=0.75).step()
    assert p.item() == 0


@pytest.mark.parametrize("side", [autograd, torch], ids=["engine", "torch"])
@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"lr": -0.1}, "-0.1"),
        ({"momentum": -0.5}, "-0.5"),
        ({"weight_decay": -2.0}, "-2.0"),
        ({"nesterov": True}, "(?i)nesterov"),
        ({"nesterov": True, "momentum": 0.9, "dampening": 0.1}, "(?i)nesterov"),
    ],
    ids=str,
)
def test_options_that_torch_refuses_are_refused(side, options, word):
    with pytest.raises(ValueError, match=word):
        side.optim.SGD([side.zeros(1, requires_grad=True)], **options)


@pytest.mark.parametrize("side", [autograd, torch], ids=["engine", "torch"])
def test_parameters_that_torch_refuses_are_refused(side):
    w = side.zeros(1, requires_grad=True)
    with pytest.raises(ValueError, match="non-leaf"):
        side.optim.SGD([w * 2])
    with pytest.raises(ValueError, match="empty"):
        side.optim.SGD([])
    with pytest.raises(TypeError, match="iterable of Tensors"):
        side.optim.SGD(w)
    with pytest.raises(TypeError, match="can only optimize Tensors"):
        side.optim.SGD([1.0])


@pytest.mark.parametrize("side", [autograd, torch], ids=["engine", "torch"])
def test_zero_grad_forgets_or_sets_to_zero(side):
    w, unused = side.ones(1, requires_grad=True), side.ones(1, requires_grad=True)
    optimizer = side.optim.SGD([w, unused], lr=0.5, weight_decay=0.5)
    w.sum().backward()
    optimizer.zero_grad(set_to_none=False)
    assert (w.grad.tolist(), unused.grad) == ([0], None)
    optimizer.step()
    assert (w.tolist(), unused.tolist()) == ([0.75], [1])
    optimizer.zero_grad()
    assert w.grad is None


@pytest.mark.parametrize("side", [autograd, torch], ids=["engine", "torch"])
def test_a_closure_is_called_and_its_loss_returned(side):
    w = side.ones(1, requires_grad=True)

    def closure():
        loss = (w * w).sum()
        loss.backward()
        return loss

    assert side.optim.SGD([w], lr=0.25).step(closure).item() == 1
    assert w.tolist() == [0.5]


def test_the_array_stays_the_same_memory():
    w = autograd.ones(2, requires_grad=True)
    entries = w.detach().numpy()
    w.sum().backward()
    SGD([w], lr=0.5).step()
    assert entries.tolist() == [0.5, 0.5]
    assert w.dtype == autograd.float32
