"""Why manual's run and torch's differ in their last bits: found by replaying torch's arithmetic, never assumed.

Each update is replayed from the state that torch recorded before it. An update whose numbers all come out with torch's
bits is explained; if all are, so is the whole run, as each starts where the one before it ended.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from compare.agreement.records import Difference, Explanation
from compare.agreement.replay import Arithmetic, State, Update, update
from manual.sgd import SGD
from manual.training import Run

__all__ = ["BOTH", "FUSED", "NOT_EXPLAINED", "ORDER", "explain", "first_difference"]

FUSED = "fused update"
ORDER = "summation order"
BOTH = "both"
NOT_EXPLAINED = "not explained here"
CAUSES = {FUSED: Arithmetic(True, False), ORDER: Arithmetic(False, True), BOTH: Arithmetic(True, True)}

Array = NDArray[Any]


def explain(manual: Run, torch: Run, x: Array, y: Array, sgd: SGD, trained: Sequence[str]) -> Explanation:
    """What there is to say of one run by both sides over all of x (n,) or (n, d) and y (n,).

    torch is found to fuse its updates or not by which of the two repeats more of its numbers.
    """
    same = _same_updates(manual, torch)
    updates = range(len(torch.loss))
    ways = (Arithmetic(fused, ordered=True) for fused in (True, False))
    fused, plain = (_replayed(torch, x, y, sgd, trained, way, updates) for way in ways)
    return Explanation(
        updates=len(torch.loss),
        identical=int(same.sum()),
        first=first_difference(manual, torch, x, y, sgd, trained),
        replayed=max(fused, plain),
        fused=None if fused == plain else fused > plain,
    )


def first_difference(
    manual: Run, torch: Run, x: Array, y: Array, sgd: SGD, trained: Sequence[str]
) -> Difference | None:
    """The first number whose bits differ between the runs, and the cause; None where all are the same.

    The cause is the least of torch's arithmetic that repeats this update to the bit: `FUSED`, `ORDER` or `BOTH`;
    `NOT_EXPLAINED` where none does (more features than one, another processor, more threads).
    """
    same = _same_updates(manual, torch)
    if same.all():
        return None
    epoch = int(np.argmin(same))
    by_hand, by_torch = _numbers(manual, epoch), _numbers(torch, epoch)
    pairs = zip(Update._fields, by_hand, by_torch, strict=True)
    quantity, ours, theirs = next(pair for pair in pairs if not _same(*pair[1:]).all())
    entry = np.argmin(_same(ours, theirs))
    cause = (name for name, way in CAUSES.items() if _replayed(torch, x, y, sgd, trained, way, [epoch]))
    return Difference(
        epoch, quantity, float(ours.flat[entry]), float(theirs.flat[entry]), cause=next(cause, NOT_EXPLAINED)
    )


def _replayed(
    torch: Run, x: Array, y: Array, sgd: SGD, trained: Sequence[str], way: Arithmetic, updates: Sequence[int]
) -> int:
    """How many of these updates of torch `way` repeats to the bit; none of those with a matrix x."""
    if x.ndim > 1:
        return 0
    x, y = (values.astype(torch.loss.dtype) for values in (x, y))
    again = ((t, update(x, y, _state(torch, t), sgd, way, trained)) for t in updates)
    return sum(bool(np.all(_same(numbers, _numbers(torch, t)))) for t, numbers in again)


def _state(run: Run, t: int) -> State:
    """The state before update t. A run that follows steps taken before it may start with buffers that are not zero."""
    vw, vb = (v[t] if t or v[0] else None for v in (run.vw, run.vb))
    return State(run.w[t], run.b[t], vw, vb)


def _numbers(run: Run, t: int) -> Update:
    after = (column[t + 1] for column in (run.vw, run.vb, run.w, run.b))
    return Update(run.loss[t], run.dw[t], run.db[t], *after)


def _same_updates(manual: Run, torch: Run) -> NDArray[np.bool_]:
    """For each update of the shorter run, (T,): do all of its numbers have the same bits?"""
    updates = range(min(len(manual.loss), len(torch.loss)))
    pairs = (zip(_numbers(manual, t), _numbers(torch, t), strict=True) for t in updates)
    return np.array([all(_same(ours, theirs).all() for ours, theirs in pair) for pair in pairs])


def _same(ours: Any, theirs: Any) -> NDArray[np.bool_]:
    """Entry by entry: the same bits, or both not a number. 0 and -0 are not the same."""
    ours, theirs = np.asarray(ours), np.asarray(theirs)
    return (ours == theirs) & (np.signbit(ours) == np.signbit(theirs)) | np.isnan(ours) & np.isnan(theirs)
