"""Whole programs: the lessons' torch code with its import lines changed, and the networks that the engine is made for."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from compare.agreement.rounding import gamma
from manual import autograd, sgd, training
from manual.autograd import lesson
from tests.running_error import Strayed

ROOT = Path(__file__).parents[1]

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
LESSONS = '''
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

for options in ({}, {"momentum": 0.9}, {"momentum": 0.5, "nesterov": True, "weight_decay": 0.01}, {"momentum": 0.5, "dampening": 0.1}):
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
'''


def printed(imports, **environment):
    """What the lessons' program prints on the standard output of a fresh interpreter."""
    return subprocess.run(
        [sys.executable, "-c", imports + LESSONS],
        cwd=ROOT,
        env=os.environ | environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def test_the_lessons_torch_program_prints_the_same_characters_on_the_engine():
    """Beside torch without fused multiply-adds, which round a product and a sum as one."""
    assert printed(CHANGED) == printed(IMPORTS, ATEN_CPU_CAPABILITY="default")
