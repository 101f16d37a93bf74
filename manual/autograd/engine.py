"""The engine: operations leave a graph behind, and gradients walk it back to the leaves.

    g       the gradient arriving at an operation's result: how the loss moves with it
    pull    takes g to the gradient of one operand, by a rule of `rules.py`
    leaf    a tensor that nothing computed, such as a weight: where gradients end and add up

A node is newer than everything that it was computed from. So "newest first" is an order in which every result comes
before its operands; it needs no recursion, and it is the order in which torch works too.
"""

from collections.abc import Callable, Sequence
from heapq import heappop, heappush
from itertools import count
from math import prod
from typing import Any, Protocol, TypeAlias, Union
from weakref import ReferenceType

import numpy as np
from numpy import asarray
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
_numbers = count()
TORCH_ORDER = {4: (0, 4, 5, 6, 1, 2, 3), 8: (4, 5, 6, 0, 1, 2, 3)}  # by bytes an entry: ATen/native/cpu/SumKernel.cpp

FREED = (
    "Trying to backward through the graph a second time: the values it had saved are freed by the first backward(). "
    "Compute the loss again, or specify retain_graph=True in the first call."
)
OVERWRITTEN = (
    "one of the variables needed for gradient computation has been modified by an inplace operation: "
    "a value that {name} saved is at version {now}; expected version {then} instead. Write t = t + … in place of t += …"
)


class Leaf(Protocol):
    """Where a gradient ends."""

    def accumulate(self, gradient: Array) -> None: ...


class Memory:
    """What the tensors that share an array know of it: how often it was overwritten, and whether others view it."""

    __slots__ = ("version", "viewed")

    def __init__(self) -> None:
        self.version = 0
        self.viewed = False


# An operand's way back: its own origin, the pull and the values that it needs, and the operand's shape and dtype,
# which its gradient must have too.
Edge: TypeAlias = tuple[Union["Node", Leaf], Callable[..., Any], Sequence[Any], tuple[int, ...], np.dtype[Any]]


class Node:
    """One recorded operation, under torch's name for it. `edges` is None once its saved values are freed."""

    __slots__ = ("edges", "name", "number", "retained", "stamps")

    def __init__(self, name: str, edges: Sequence[Edge], stamps: Sequence[tuple[Memory, int]]) -> None:
        self.name = name
        self.number = next(_numbers)
        self.edges: Sequence[Edge] | None = edges
        self.stamps = stamps  # the version that each saved value had
        self.retained: ReferenceType[Any] | None = None  # the result, if it asked to keep its gradient


def backward(root: Node | Leaf, g: Array, retain_graph: bool) -> None:
    """Send g, the gradient of the root, back to every leaf. A leaf's gradient adds to what it holds already.

    The leaves change only after the whole walk: a walk that fails changes none of them, but the nodes that it passed
    are freed, as in torch. Raises `RuntimeError` where saved values are freed or overwritten.
    """
    arriving: dict[Node | Leaf, Array] = {root: g}
    waiting = [(-root.number, root)] if isinstance(root, Node) else []  # a heap: the newest node comes first
    while waiting:
        node = heappop(waiting)[1]
        g = arriving.pop(node)
        _check(node)
        result = node.retained() if node.retained else None
        if result is not None:
            result.accumulate(g)
        for source, pull, needs, shape, dtype in node.edges or ():
            gradient = asarray(pull(g, *needs))
            if gradient.shape != shape or gradient.dtype != dtype:
                gradient = fitted(gradient, shape, dtype)
            if source in arriving:
                gradient = asarray(arriving[source] + gradient)
            elif isinstance(source, Node):
                heappush(waiting, (-source.number, source))
            arriving[source] = gradient
        if node.stamps and not retain_graph:
            node.edges = None  # lets go of what was saved; a node that saved nothing stays usable, as in torch
    for leaf, gradient in arriving.items():
        leaf.accumulate(gradient)  # type: ignore[union-attr]  # every node was popped


def _check(node: Node) -> None:
    """Refuse to walk through a node whose saved values are freed or overwritten."""
    if node.edges is None:
        raise RuntimeError(FREED)
    for memory, version in node.stamps:
        if memory.version != version:
            raise RuntimeError(OVERWRITTEN.format(name=node.name, now=memory.version, then=version))


def fitted(gradient: Array, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    """The gradient in its operand's shape and dtype: where broadcasting repeated an entry, its gradients are summed."""
    if gradient.shape != shape:
        whole = summed(gradient) if prod(shape) == 1 else np.add.reduce(gradient, _repeated(gradient.ndim, shape))
        gradient = asarray(whole).reshape(shape)
    return gradient if gradient.dtype == dtype else gradient.astype(dtype)


def summed(array: Array) -> Any:
    """The sum of all entries. Fewer than eight are taken in torch's order, which shows in a lesson's last digits."""
    if 4 < array.size < 8 and array.dtype.kind == "f":
        array = array.reshape(-1)[[i for i in TORCH_ORDER[array.itemsize] if i < array.size]]
    return np.add.reduce(array, None)


def filled(shape: tuple[int, ...], dtype: np.dtype[Any], entries: Any) -> Array:
    """A new array with the same number, or the same smaller array, in every place."""
    whole = np.empty(shape, dtype)
    whole[...] = entries
    return whole


def _repeated(ndim: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The axes along which broadcasting to `ndim` dimensions repeats an array of this shape."""
    lead = ndim - len(shape)
    return tuple(i for i in range(ndim) if i < lead or shape[i - lead] == 1)
