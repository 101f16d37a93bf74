"""Whole programs: the lessons' torch code with its import lines changed, and the networks that the engine is for."""

import contextlib
import gc
import io
import os
import platform
import subprocess
import sys
import threading

import numpy as np
import pytest
import torch

from compare.agreement.torch_side import arithmetic
from manual import autograd, sgd, training
from manual.autograd import lesson, optim
from manual.autograd.tensor import made
from tests.running_error import strayed

IMPORTS = """
import torch
import torch.nn.functional as F
import torch.optim as optim
"""
CHANGED = """
from manual import autograd as torch
import manual.autograd.nn.functional as F
import manual.autograd.optim as optim
"""
LESSONS = """
import numpy as np

height, weight = [166, 176, 171, 173, 169], [58.7, 75.7, 62.1, 70.4, 60.1]
X = np.array(height) - np.array(height).mean()
Y = np.array(weight) - np.array(weight).mean()
X = torch.tensor(X).float()
Y = torch.tensor(Y).float()
print(X)
print(Y)
W = torch.tensor(1.0, requires_grad=True).float()
B = torch.tensor(1.0, requires_grad=True).float()

def pred(X):
    return W * X + B

def mse(Yp, Y):
    loss = ((Yp - Y) ** 2).mean()
    return loss

Yp = pred(X)
print(Yp, Yp.shape, Yp.dtype)
loss = mse(Yp, Y)
print(loss, loss.item(), F.mse_loss(Yp, Y))
print(W.grad)
print(B.grad)
loss.backward()
print(W.grad)
print(B.grad)
lr = 0.001
W = W - lr * W.grad
B = B - lr * B.grad
print(W)
print(B)

decaying = {"momentum": 0.5, "nesterov": True, "weight_decay": 0.01}
for options in ({}, {"momentum": 0.9}, decaying, {"momentum": 0.5, "dampening": 0.1}):
    W = torch.zeros(1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    optimizer = optim.SGD([W, b], lr=0.01, **options)
    num_epochs = 200
    hist = np.zeros((0, 2))
    X = torch.FloatTensor([[1], [2], [3]])
    Y = torch.FloatTensor([[200], [400], [600]])
    print((X, Y))
    for epoch in range(num_epochs + 1):
        Yp = W * X + b
        loss = mse(Yp, Y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if epoch % 10 == 0:
            item = np.array([epoch, loss.item()])
            hist = np.vstack((hist, item))
            print(f"epoch = {epoch}   loss = {loss:.4f}")
    print(hist)
    print("W = ", W.data.numpy())
    print("b = ", b.data.numpy())
    print(W, b, W.grad, Yp)
    print(f"{hist[0, 1]:.4f} {hist[-1, 1]:.4f}")

w = torch.tensor(0.0, requires_grad=True)
x, y = torch.tensor([-5.0, 5.0, 0.0, 2.0, -2.0]), torch.tensor([-6.7, 10.3, -3.3, 5.0, -5.3])
for epoch in range(20):
    loss = ((w * x - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        w -= 0.01 * w.grad
    w.grad.zero_()
    print(epoch, w, loss)
"""


def printed_by_torch(environment):
    """What the lessons' program prints in a fresh interpreter."""
    command = [sys.executable, "-c", IMPORTS + LESSONS]
    return subprocess.run(command, env=os.environ | environment, check=True, capture_output=True, text=True).stdout


def printed_by_the_engine():
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(CHANGED + LESSONS, {})
    return printed.getvalue()


@pytest.mark.skipif(arithmetic().lanes != 32, reason="about torch on x86-64, in whose order the engine adds")
@pytest.mark.parametrize("environment", [{}, {"ATEN_CPU_CAPABILITY": "default"}], ids=["as it is", "default"])
def test_the_lessons_torch_program_prints_the_same_characters_on_the_engine(environment, monkeypatch):
    """With the updates rounded as this machine's torch does; on x86-64 without a fused multiply-add, too."""
    if environment and platform.machine() == "x86_64":
        monkeypatch.setattr(optim, "fuses", lambda: False)
    assert printed_by_the_engine() == printed_by_torch(environment)


def logistic(x, y, w, b):
    p = 1 / (1 + (-(x @ w + b)).exp())
    return -(y * p.log() + (1 - y) * (1 - p).log()).mean()


def two_layers(x, y, w, b, v, c):
    yp = (x @ w + b).tanh() @ v + c
    return ((yp - y) ** 2).mean()


RANDOM = np.random.default_rng(7)
X = RANDOM.normal(size=(6, 2))
NETWORKS = {
    "logistic regression": (logistic, (X[:, 0] > X[:, 1]).astype(float), [(2,), ()]),
    "two layers": (two_layers, np.sin(X[:, 0]), [(2, 3), (3,), (3,), ()]),
}
STARTS = {name: [np.asarray(RANDOM.normal(size=shape)) for shape in NETWORKS[name][2]] for name in NETWORKS}


def trained(name, tensor, optimizer, steps=15):
    """The losses, and the parameters at the end."""
    loss_of, y, _ = NETWORKS[name]
    x, y, *parameters = (tensor(array) for array in (X, y, *STARTS[name]))
    descent, losses = optimizer([p.requires_grad_() for p in parameters], lr=0.25, momentum=0.5), []
    for _ in range(steps):
        loss = loss_of(x, y, *parameters)
        descent.zero_grad()
        loss.backward()
        descent.step()
        losses.append(loss.item())
    return losses, [p.detach().numpy() for p in parameters]


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_trains_as_in_torch_within_the_rounding_of_both(name):
    ours, weights = trained(name, autograd.tensor, autograd.optim.SGD)
    theirs, other_weights = trained(name, torch.tensor, torch.optim.SGD)
    knowing, bounds = trained(name, lambda array: made(strayed(array, 2.0**-53)), autograd.optim.SGD)
    assert ours[-1] < 0.8 * ours[0]
    for one, other, bound in zip(ours, theirs, knowing, strict=True):
        assert abs(one - other) <= 2 * bound.error < 0.001 * one
    for one, other, bound in zip(weights, other_weights, bounds, strict=True):
        assert (np.abs(one - other) <= 2 * np.vectorize(lambda number: number.error)(bound)).all()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", [(1,), (3,), (4,)], ids=str)  # features are BLAS's to sum, longer columns torch's
@pytest.mark.parametrize("options", [{}, {"momentum": 0.9, "nesterov": True}, {"dampening": 0.5, "momentum": 0.9}])
def test_the_engines_run_has_the_bits_of_the_run_by_hand(dtype, shape, options):
    random = np.random.default_rng(3)
    x, y = random.normal(size=shape).astype(dtype), random.normal(size=shape[0]).astype(dtype)
    arguments = (x, y, np.zeros(shape[1:]), 0, sgd.SGD(lr=0.05, **options), 30)
    for ours, hand in zip(lesson.train(*arguments), training.train(*arguments), strict=True):
        assert (ours is hand is None) or (ours.dtype == hand.dtype and np.array_equal(ours, hand))


def test_a_frozen_parameter_stays_and_still_has_its_gradient():
    run = lesson.train([1.0, 2.0], [2.0, 3.0], 0, 1, sgd.SGD(lr=0.1, momentum=0.9), 5, trained=("w",))
    assert (set(run.b.tolist()), set(run.vb.tolist())) == ({1}, {0})
    assert run.db.all()


def test_a_run_that_leaves_the_numbers_stops_where_the_run_by_hand_stops():
    arguments = ([1.0, 2.0, 3.0], [2.0, 4.0, 6.0], 0, 0, sgd.SGD(lr=10.0), 500)
    assert lesson.train(*arguments).diverged_at == training.train(*arguments).diverged_at == 76


@pytest.mark.parametrize("step", [lambda x: x * 1.0, lambda x: -x], ids=["freed by backward", "freed at last"])
def test_a_chain_of_a_hundred_thousand_nodes_goes_back_and_is_freed(step):
    """In a thread with a small stack, so that a recursion as deep as the chain, in Python or in deallocation, would end
    the process. Smaller it cannot be: CPython 3.13 lets deallocations nest 10,000 deep before it puts them off."""
    x, failures = autograd.ones(1, requires_grad=True), []

    def work():
        try:
            y = x
            for _ in range(100_000):
                y = step(y)
            y.backward()
            y = None
            gc.collect()
        except BaseException as failure:
            failures.append(failure)

    before, limit = threading.stack_size(1024 * 1024), sys.getrecursionlimit()
    try:
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before)
    assert (failures, abs(x.grad.item()), sys.getrecursionlimit()) == ([], 1, limit)
