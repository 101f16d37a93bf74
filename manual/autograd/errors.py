"""Refusals in torch's words, with the shapes that do not fit."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

import numpy as np

from manual.autograd.dtypes import title

LEAF_OVERWRITTEN = "a leaf Variable that requires grad is being used in an in-place operation."
VIEWED_UNRECORDED = (
    "A view was created in no_grad mode and is being modified inplace with grad mode enabled. Given that this use case "
    "is ambiguous and error-prone, it is forbidden. You can clarify your code by moving both the view and the inplace "
    "either both inside the no_grad block (if you don't want the inplace to be tracked) or both outside (if you want "
    "the inplace to be tracked)."
)
ONE_OF_SEVERAL = (
    "Output {} of Unbind is a view and is being modified inplace. This view is the output of a function that returns "
    "multiple views. Such functions do not allow the output views to be modified inplace. You should replace the "
    "inplace operation by an out-of-place one."
)


def freed() -> RuntimeError:
    """A second walk through values that the first one let go of."""
    return RuntimeError(
        "Trying to backward through the graph a second time (or directly access saved tensors after they have already "
        "been freed). Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). "
        "Specify retain_graph=True if you need to backward through the graph a second time or if you need to access "
        "saved tensors after calling backward."
    )


def overwritten(name: str, now: int, then: int) -> RuntimeError:
    """A walk through a saved value that has changed since: its gradient would be wrong."""
    return RuntimeError(
        "one of the variables needed for gradient computation has been modified by an inplace operation: "
        f"a value that {name} saved is at version {now}; expected version {then} instead. "
        "Hint: write t = t + … in place of t += …"
    )


def unfit(left: Sequence[int], right: Sequence[int]) -> RuntimeError:
    """Two shapes that do not broadcast: the last axis at which both have a length, and neither is 1, is named."""
    length = max(len(left), len(right))
    a, b = ((1,) * (length - len(shape)) + tuple(shape) for shape in (left, right))
    axis = max(i for i in range(length) if a[i] != b[i] and 1 not in (a[i], b[i]))
    return RuntimeError(
        f"The size of tensor a ({a[axis]}) must match the size of tensor b ({b[axis]}) at non-singleton dimension "
        f"{axis}"
    )


def unfilled(place: Any, entries: Any) -> RuntimeError:
    """Entries that cannot be repeated until they fill a place."""
    to, shape = list(np.shape(place)), list(entries.shape)
    if len(shape) > len(to):
        return RuntimeError(
            f"expand(torch.{title(entries)}Tensor{{{shape}}}, size={to}): the number of sizes provided ({len(to)}) "
            f"must be greater or equal to the number of dimensions in the tensor ({len(shape)})"
        )
    lead = len(to) - len(shape)
    axis = max(lead + i for i, length in enumerate(shape) if length not in (1, to[lead + i]))
    return RuntimeError(
        f"The expanded size of the tensor ({to[axis]}) must match the existing size ({shape[axis - lead]}) at "
        f"non-singleton dimension {axis}.  Target sizes: {to}.  Tensor sizes: {shape}"
    )


def out_of_range(axis: int, ndim: int) -> IndexError:
    """An axis that is not there; a number counts as having one."""
    ndim = max(ndim, 1)
    return IndexError(f"Dimension out of range (expected to be in range of [{-ndim}, {ndim - 1}], but got {axis})")


def no_product(left: Any, right: Any) -> RuntimeError:
    """Two arrays that cannot be multiplied as vectors and matrices."""
    dimensions = (left.ndim, right.ndim)
    if 0 in dimensions:
        return RuntimeError(
            f"both arguments to matmul need to be at least 1D, but they are {left.ndim}D and {right.ndim}D"
        )
    m, k = left.shape[0], right.shape[0]
    if max(dimensions) > 2:
        return RuntimeError(f"this engine multiplies vectors and matrices, not {left.ndim}D by {right.ndim}D")
    if left.dtype != right.dtype:
        kinds = title(left), title(right)
        if dimensions == (1, 1):
            return RuntimeError("dot : expected both vectors to have same dtype, but found {} and {}".format(*kinds))
        if dimensions == (2, 1):
            template = "addmv input tensors must have the same dtype, but got {1}, {0}, and {1}"
            return RuntimeError(template.format(*kinds))
        words = {"Float": "float", "Double": "double", "Long": "long int", "Int": "int", "Bool": "bool"}
        named = (words.get(kind, kind) for kind in kinds)
        return RuntimeError("expected m1 and m2 to have the same dtype, but got: {} != {}".format(*named))
    if dimensions == (1, 1):
        return RuntimeError(
            f"inconsistent tensor size, expected tensor [{m}] and src [{k}] to have the same number of elements, "
            f"but got {m} and {k} elements respectively"
        )
    if dimensions == (2, 1):
        return RuntimeError(f"size mismatch, got input ({m}), mat ({m}x{left.shape[1]}), vec ({k})")
    rows, columns = left.shape if left.ndim == 2 else (1, m)
    return RuntimeError(f"mat1 and mat2 shapes cannot be multiplied ({rows}x{columns} and {k}x{right.shape[1]})")


def absent(name: str, there: Sequence[str], owner: str = "torch") -> str:
    """What to say of a name that this engine does not have: the nearest that it has, or all of them."""
    near = get_close_matches(name, there, n=3, cutoff=0.7)
    has = f"did you mean {', '.join(near)}?" if near else f"it has {', '.join(there)}"
    return f"{owner}.{name} is not in this engine; {has}"
