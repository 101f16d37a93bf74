"""The tensor: an array that remembers how it was computed, and what gradient arrived at it.

Three layers, a file each: `operations.py` computes tensors from tensors, `face.py` shows them, and here they remember.
"""

import warnings
import weakref
from collections.abc import Callable
from typing import Any, Self

import numpy as np

from manual.autograd import engine
from manual.autograd.engine import Array, Node, filled
from manual.autograd.face import Face
from manual.autograd.indexing import resolved
from manual.autograd.operations import Operand, Operations
from manual.autograd.recording import no_grad

NOT_POPULATED = (
    "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. It stays None: backward() fills the "
    "leaves only. Call .retain_grad() on this tensor before backward() to keep its gradient."
)
LEAF_OVERWRITTEN = (
    "a leaf Variable that requires grad is being used in an in-place operation. "
    "To update a parameter by hand, do it in `with torch.no_grad():`"
)
VIEWED = (
    "an in-place operation on a tensor that shares its memory with a view would leave the other with a wrong history "
    "(torch rewrites it, this engine does not); write t = t + … in place of t += …"
)


def _inplace(operator: Callable[[Any, Operand], Any]) -> Callable[[Any, Operand], Any]:
    """`t += …` and its relatives: the operator's result, put where the tensor has its entries."""
    return lambda self, other: self.overwrite(operator(self, other))


class Tensor(Face):
    """An array, its gradient, and the node that computed it."""

    _grad: "Tensor | None" = None

    @property
    def requires_grad(self) -> bool:
        return self.trained or self.node is not None

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        self.requires_grad_(value)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Ask for a gradient, or no longer. Raises `RuntimeError` for integers: a derivative asks what an arbitrarily
        small change does, and integers have none; and for a computed tensor, whose operands decide.
        """
        if requires_grad and self.array.dtype.kind in "biu":
            raise RuntimeError("only Tensors of floating point dtype can require gradients")
        if self.node and not requires_grad:
            raise RuntimeError("you can only change requires_grad flags of leaf variables; use .detach()")
        self.trained = requires_grad and self.node is None
        return self

    @property
    def is_leaf(self) -> bool:
        return self.node is None

    @property
    def grad_fn(self) -> Node | None:
        return self.node

    @property
    def grad(self) -> "Tensor | None":
        if self.node and self._grad is None and not self.node.retained:
            warnings.warn(NOT_POPULATED, stacklevel=2)
        return self._grad

    @grad.setter
    def grad(self, gradient: "Tensor | None") -> None:
        if gradient is not None and (gradient.shape, gradient.dtype) != (self.shape, self.dtype):
            raise RuntimeError(
                f"a gradient of {gradient.shape}, {gradient.dtype} does not fit a tensor of {self.shape}, {self.dtype}"
            )
        self._grad = gradient

    def retain_grad(self) -> None:
        """Keep the gradient of this computed tensor as well."""
        if not self.requires_grad:
            raise RuntimeError("can't retain_grad on Tensor that has requires_grad=False")
        if self.node:
            self.node.retained = weakref.ref(self)

    def accumulate(self, gradient: Array) -> None:
        """Add to `.grad`; the engine calls this."""
        if self._grad is None:
            self._grad = Tensor(gradient.copy())
        else:
            self._grad.array += gradient
            self._grad.memory.version += 1

    def backward(self, gradient: "Tensor | None" = None, retain_graph: bool = False) -> None:
        """Add to every leaf's `.grad` the derivative of this tensor by it, times `gradient` (1 where none is given).

        Raises `RuntimeError` without a gradient for more than one entry, where there is nothing to walk back to, and
        where saved values were freed by an earlier backward() or overwritten in place.
        """
        if not self.requires_grad:
            raise RuntimeError("element 0 of tensors does not require grad and does not have a grad_fn")
        if gradient is None:
            if self.array.size != 1:
                raise RuntimeError("grad can be implicitly created only for scalar outputs")
            g = self.array * 0 + 1 if self.array.dtype.kind == "O" else filled(self.array.shape, self.array.dtype, 1)
        elif gradient.shape == self.shape:
            g = gradient.array
        else:
            raise RuntimeError(f"Mismatch in shape: the gradient has {gradient.shape}, the tensor {self.shape}")
        engine.backward(self.node or self, np.asarray(g, self.array.dtype), retain_graph)

    def detach(self) -> "Tensor":
        """The same entries without the history."""
        return Tensor(self.array, self.memory)

    @property
    def data(self) -> "Tensor":
        """The same entries, whose changes the engine does not notice."""
        return Tensor(self.array)

    @data.setter
    def data(self, other: "Tensor") -> None:
        self.array = other.array

    __iadd__ = _inplace(Operations.__add__)
    __isub__ = _inplace(Operations.__sub__)
    __imul__ = _inplace(Operations.__mul__)
    __itruediv__ = _inplace(Operations.__truediv__)
    __ipow__ = _inplace(lambda self, other: self.clone() ** other)  # the power saves the clone, not what it overwrites

    def overwrite(self, result: "Tensor") -> Self:
        """Take the entries and the history of `result`, in the memory that this tensor has.

        Raises `RuntimeError` for a leaf, whose history would be lost; for a tensor that shares its memory; and where
        the result's shape or dtype does not fit.
        """
        if result.node and (self.trained or self.memory.viewed):
            raise RuntimeError(LEAF_OVERWRITTEN if self.trained else VIEWED)
        if result.array.shape != self.array.shape:
            raise RuntimeError(f"output with shape {self.shape} doesn't match the broadcast shape {result.shape}")
        if not np.can_cast(result.array.dtype, self.array.dtype, "same_kind"):
            raise RuntimeError(f"result type {result.dtype} can't be cast to the desired output type {self.dtype}")
        self.array[...] = result.array
        self.memory.version += 1
        self.node = result.node or self.node
        return self

    def __setitem__(self, key: Any, value: Operand) -> None:
        if not no_grad.depth and (self.requires_grad or getattr(value, "requires_grad", False)):
            raise RuntimeError(LEAF_OVERWRITTEN if self.trained else VIEWED)
        self.array[resolved(key)[1]] = getattr(value, "array", value)
        self.memory.version += 1

    def zero_(self) -> Self:
        self[...] = 0
        return self
