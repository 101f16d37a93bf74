"""The training loop: predict, measure, differentiate, update, and again."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray

from torch_impl.inputs import Array, ArrayLike, checked
from torch_impl.regression import mse, predict
from torch_impl.sgd import SGD

__all__ = ["Run", "train"]

Rows: TypeAlias = Sequence[int] | slice


class Run(NamedTuple):
    """What a run went through: one row an update, with T updates. Each loss and gradient is from before its update.

    A run whose loss leaves the finite numbers stops there: `diverged_at` is that epoch, or the last one where only the
    final parameters left them; else None.
    """

    loss: NDArray[Any]  # (T,)
    dw: NDArray[Any]  # (T,) or (T, d)
    db: NDArray[Any]  # (T,)
    w: NDArray[Any]  # (T + 1,) or (T + 1, d): the last is the final one
    b: NDArray[Any]  # (T + 1,)
    vw: NDArray[Any]  # momentum buffers, shaped like w and b; zero where there is none
    vb: NDArray[Any]
    diverged_at: int | None


def train(
    x: ArrayLike,
    y: ArrayLike,
    w: ArrayLike,
    b: ArrayLike,
    sgd: SGD,
    epochs: int,
    trained: Sequence[str] = ("w", "b"),
    order: Sequence[Sequence[Sequence[int]]] | None = None,
) -> Run:
    """Train from w () or (d,) and b () on x (n,) or (n, d) and y (n,), for epochs 0 … `epochs`, both included.

    Every epoch makes one update with all rows; with `order`, one for each of `order[epoch]`, a sequence of batches that
    list the row numbers to use. `trained` names the parameters to update; the other stays as it is.
    Raises `ValueError` with the shapes where they do not fit, where `epochs` is negative, where `order` has not
    epochs + 1 entries, or where an epoch or a batch in it is empty.
    """
    x, y, w, b = checked(x, y, w, b)
    w, b = w.clone().requires_grad_(), b.clone().requires_grad_()
    parameters = [p for name, p in (("w", w), ("b", b)) if name in trained]
    optimizer = torch.optim.SGD(parameters or [torch.zeros(())], **asdict(sgd))
    steps: list[tuple[Any, ...]] = []
    for epoch, rows in _batches(epochs, order):  # noqa: B007 - read after the loop
        loss = mse(predict(x[rows], w, b), y[rows])
        w.grad = b.grad = None  # gradients add up in .grad: each update starts from none, b's too where it is frozen
        loss.backward()
        steps.append((loss.item(), _copy(w.grad), _copy(b.grad), *_state(w, b, optimizer)))
        optimizer.step()
        if not loss.isfinite():
            break
    finite = loss.isfinite() and w.isfinite().all() and b.isfinite()
    return _run(steps, _state(w, b, optimizer), None if finite else epoch)


def _batches(epochs: int, order: Sequence[Sequence[Sequence[int]]] | None) -> Iterable[tuple[int, Rows]]:
    if epochs < 0:
        raise ValueError(f"epochs must not be negative; got {epochs}")
    if order is None:
        return ((epoch, slice(None)) for epoch in range(epochs + 1))
    if len(order) != epochs + 1:
        raise ValueError(f"order must list the batches of {epochs + 1} epochs; got {len(order)}")
    if not all(batches and all(map(len, batches)) for batches in order):
        raise ValueError("order must give every epoch a batch, and every batch a row")
    return ((epoch, rows) for epoch, batches in enumerate(order) for rows in batches)


def _state(w: Array, b: Array, optimizer: torch.optim.SGD) -> tuple[NDArray[Any], ...]:
    buffers = (optimizer.state[p].get("momentum_buffer") if p in optimizer.state else None for p in (w, b))
    vw, vb = (torch.zeros_like(p) if v is None else v for p, v in zip((w, b), buffers, strict=True))
    return tuple(map(_copy, (w, b, vw, vb)))


def _copy(tensor: Array | None) -> NDArray[Any]:
    assert tensor is not None
    return tensor.detach().numpy().copy()


def _run(steps: Sequence[tuple[Any, ...]], final: tuple[Any, ...], diverged_at: int | None) -> Run:
    losses, dws, dbs, *states = zip(*steps, strict=True)
    states = [(*column, last) for column, last in zip(states, final, strict=True)]
    loss = np.array(losses, dtype=dws[0].dtype)
    return Run._make([loss, *map(np.array, (dws, dbs, *states)), diverged_at])
