"""The training loop: predict, measure, differentiate, update, and again."""

import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from manual.inputs import Array, ArrayLike, checked
from manual.regression import dmse_db, dmse_dw, dmse_dyp, mse, predict
from manual.sgd import SGD

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
    vw: Array | None = None
    vb: Array | None = None
    steps: list[tuple[Any, ...]] = []
    with np.errstate(over="ignore", invalid="ignore"):
        for epoch, rows in _batches(epochs, order):  # noqa: B007 - read after the loop
            yp = predict(x[rows], w, b)  # (n,)
            loss = mse(yp, y[rows])
            dyp = dmse_dyp(yp, y[rows])  # (n,)
            dw, db = dmse_dw(x[rows], dyp), dmse_db(dyp)
            steps.append((loss, dw, db, w, b, vw, vb))
            if "w" in trained:
                w, vw = sgd.step(w, dw, vw)
            if "b" in trained:
                b, vb = sgd.step(b, db, vb)
            if not math.isfinite(loss):
                break
    finite = math.isfinite(loss) and np.isfinite(w).all() and math.isfinite(b)
    return _run(steps, (w, b, vw, vb), None if finite else epoch)


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


def _run(steps: Sequence[tuple[Any, ...]], final: tuple[Any, ...], diverged_at: int | None) -> Run:
    losses, dws, dbs, *states = zip(*steps, strict=True)
    w, b, vw, vb = ((*column, last) for column, last in zip(states, final, strict=True))
    zero = np.zeros_like(w[0])
    buffers = [[zero if v is None else v for v in vw], [zero.dtype.type(0) if v is None else v for v in vb]]
    return Run._make([*map(np.array, (losses, dws, dbs, w, b, *buffers)), diverged_at])
