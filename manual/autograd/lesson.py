"""The lesson on the engine: the program of `manual.training`, with no derivative in it."""

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from manual.autograd.creation import tensor, zeros
from manual.autograd.optim import SGD as Optimizer
from manual.autograd.rounding import two_roundings
from manual.autograd.tensor import Tensor
from manual.inputs import Array, checked
from manual.sgd import SGD
from manual.training import Run

__all__ = ["gradients", "mse", "predict", "train"]


def predict(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    """The predictions yp = x w + b, (n,), for x (n,) with w (), or x (n, d) with w (d,)."""
    return (w * x if x.ndim == 1 else x @ w) + b  # (n,)


def mse(yp: Tensor, y: Tensor) -> Tensor:
    """The mean squared error, a scalar: the squares' sum divided by n (a mean, with no ½ in front)."""
    return ((yp - y) ** 2).mean()


def gradients(x: ArrayLike, y: ArrayLike, w: ArrayLike, b: ArrayLike) -> tuple[Array, Array]:
    """(dw, db): the derivatives of mse(predict(x, w, b), y) by w, () or (d,), and by b, ().

    x (n,) or (n, d), y (n,); float32 or float64. Raises `ValueError` with the shapes where they do not fit.
    """
    xs, ys, ws, bs = _tensors(x, y, w, b)
    mse(predict(xs, ws, bs), ys).backward()
    return _gradient(ws)[()], _gradient(bs)[()]


def train(
    x: ArrayLike,
    y: ArrayLike,
    w: ArrayLike,
    b: ArrayLike,
    sgd: SGD,
    epochs: int,
    trained: Sequence[str] = ("w", "b"),
) -> Run:
    """The run of `manual.training.train` with all rows in every update. Raises `ValueError` as that does."""
    if epochs < 0:
        raise ValueError(f"epochs must not be negative; got {epochs}")
    xs, ys, ws, bs = _tensors(x, y, w, b)
    parameters = [p for name, p in (("w", ws), ("b", bs)) if name in trained]
    optimizer = Optimizer(parameters or [zeros()], **asdict(sgd))
    optimizer.add = two_roundings  # NumPy's arithmetic, as by hand
    steps: list[tuple[Any, ...]] = []
    with np.errstate(over="ignore", invalid="ignore"):
        for epoch in range(epochs + 1):  # noqa: B007 - read after the loop
            loss = mse(predict(xs, ws, bs), ys)
            ws.grad = bs.grad = None  # gradients add up in .grad: each update starts from none
            loss.backward()
            steps.append((loss.array, _gradient(ws), _gradient(bs), *_state(ws, bs, optimizer)))
            optimizer.step()
            if not math.isfinite(loss.item()):
                break
    finite = math.isfinite(loss.item()) and np.isfinite(ws.array).all() and math.isfinite(bs.item())
    return _run(steps, _state(ws, bs, optimizer), None if finite else epoch)


def _tensors(*values: ArrayLike) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    x, y, w, b = map(tensor, checked(*values))
    return x, y, w.requires_grad_(), b.requires_grad_()


def _gradient(p: Tensor) -> NDArray[Any]:
    assert p.grad is not None
    return p.grad.array


def _state(w: Tensor, b: Tensor, optimizer: Optimizer) -> tuple[NDArray[Any], ...]:
    """Copies of w and b, and their momentum buffers: zero where there is none."""
    return w.array.copy(), b.array.copy(), *(optimizer.state.get(p, np.zeros_like(p.array)) for p in (w, b))


def _run(steps: Sequence[tuple[Any, ...]], final: tuple[Any, ...], diverged_at: int | None) -> Run:
    losses, dws, dbs, *states = zip(*steps, strict=True)
    states = [(*column, last) for column, last in zip(states, final, strict=True)]
    return Run._make([*map(np.array, (losses, dws, dbs, *states)), diverged_at])
