"""Why manual's run and torch's differ in their last bits: found by replaying torch's arithmetic, never assumed.

Each update is replayed from the state that torch recorded before it. An update whose numbers all come out with torch's
bits is explained; if all are, so is the whole run, as each starts where the one before it ended.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from compare.agreement.records import Difference, Explanation
from compare.agreement.replay import Arithmetic, Before, Replayed, update
from manual.sgd import SGD
from manual.training import Run

__all__ = ["BOTH", "FUSED", "NOT_EXPLAINED", "ORDER", "explain", "first_difference"]

FUSED = "fused update"
ORDER = "summation order"
BOTH = "both"
NOT_EXPLAINED = "not explained here"

Array = NDArray[Any]


def explain(
    manual: Run, torch: Run, x: Array, y: Array, sgd: SGD, trained: Sequence[str], seen: Arithmetic
) -> Explanation:
    """What there is to say of one run by both sides over all of x (n,) or (n, d) and y (n,).

    `seen` is what the probe saw of this torch.
    """
    updates = range(len(torch.loss))
    return Explanation(
        updates=len(updates),
        identical=int(_same_updates(manual, torch).sum()),
        first=first_difference(manual, torch, x, y, sgd, trained, seen),
        replayed=_replayed(torch, x, y, sgd, trained, seen, updates),
        fused=seen.fused,
        lanes=seen.lanes,
    )


def first_difference(
    manual: Run, torch: Run, x: Array, y: Array, sgd: SGD, trained: Sequence[str], seen: Arithmetic
) -> Difference | None:
    """The first number whose bits differ between the runs, and the cause; None where all are the same.

    The cause is the least of what was `seen` of torch's arithmetic that repeats this update to the bit: `FUSED`,
    `ORDER` or `BOTH`; `NOT_EXPLAINED` where none does (more features than one, an order unknown here, more threads).
    """
    same = _same_updates(manual, torch)
    if same.all():
        return None
    epoch = int(np.argmin(same))
    by_hand, by_torch = _numbers(manual, epoch), _numbers(torch, epoch)
    pairs = zip(Replayed._fields, by_hand, by_torch, strict=True)
    quantity, ours, theirs = next(pair for pair in pairs if not _same(*pair[1:]).all())
    entry = np.argmin(_same(ours, theirs))
    cause = (name for name, way in _causes(seen).items() if _replayed(torch, x, y, sgd, trained, way, [epoch]))
    return Difference(
        epoch, quantity, float(ours.flat[entry]), float(theirs.flat[entry]), cause=next(cause, NOT_EXPLAINED)
    )


def _causes(seen: Arithmetic) -> dict[str, Arithmetic]:
    """What sets this torch apart from NumPy, the least first."""
    causes = {FUSED: Arithmetic(True, 0)} if seen.fused else {}
    if seen.lanes:
        causes[ORDER] = Arithmetic(False, seen.lanes)
    return causes | {BOTH: seen} if len(causes) == 2 else causes


def _replayed(
    torch: Run, x: Array, y: Array, sgd: SGD, trained: Sequence[str], way: Arithmetic, updates: Sequence[int]
) -> int:
    """How many of these updates of torch `way` repeats to the bit; none of those with a matrix x."""
    if x.ndim > 1:
        return 0
    x, y = (values.astype(torch.loss.dtype) for values in (x, y))
    again = ((t, update(x, y, _state(torch, t), sgd, way, trained)) for t in updates)
    return sum(bool(np.all(_same(numbers, _numbers(torch, t)))) for t, numbers in again)


def _state(run: Run, t: int) -> Before:
    """The state before update t. A run that follows steps taken before it may start with buffers that are not zero."""
    vw, vb = (v[t] if t or v[0] else None for v in (run.vw, run.vb))
    return Before(run.w[t], run.b[t], vw, vb)


def _numbers(run: Run, t: int) -> Replayed:
    after = (column[t + 1] for column in (run.vw, run.vb, run.w, run.b))
    return Replayed(run.loss[t], run.dw[t], run.db[t], *after)


def _same_updates(manual: Run, torch: Run) -> NDArray[np.bool_]:
    """For each update of the shorter run, (T,): do all of its numbers have the same bits?"""
    updates = range(min(len(manual.loss), len(torch.loss)))
    pairs = (zip(_numbers(manual, t), _numbers(torch, t), strict=True) for t in updates)
    return np.array([all(_same(ours, theirs).all() for ours, theirs in pair) for pair in pairs])


def _same(ours: Any, theirs: Any) -> NDArray[np.bool_]:
    """Entry by entry: the same bits, or both not a number. 0 and -0 are not the same."""
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    return (ours == theirs) & (np.signbit(ours) == np.signbit(theirs)) | np.isnan(ours) & np.isnan(theirs)
