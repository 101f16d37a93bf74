"""The tensor: a variable of the core with torch's face, which is its names, its dtypes, its printing and its refusals.

What changes in place is followed as in torch. A view (`y[0]`, `y.view(-1)`, `y.T`) shares its memory with its base.
Writing to either gives the base a new node, whose gradient is cut at the place that was written to:

    p = torch.zeros(3)                 p ◄── CopySlices ◄── the old p: its gradient but for the place, where it is zero
    p[0] = w * 2                                     ◄── w * 2: the gradient at the place

and every view that still lives is read anew from its base. A saved value that was overwritten is refused by the core.
"""

from collections.abc import Callable, Iterator
from contextlib import ContextDecorator
from fractions import Fraction
from functools import partial
from typing import Any, Self, TypeAlias
from weakref import ref

import numpy as np
from numpy import asarray, ndarray

from manual.autograd import core, errors, kinds, printing, rules
from manual.autograd.core import Memory, Node, Variable, mode, operation, recorded
from manual.autograd.errors import refusal, refuse, title
from manual.autograd.indexing import resolved
from manual.autograd.kinds import DType, Size, float32
from manual.autograd.rounding import Array

Operand: TypeAlias = Any  # a Tensor, a Python or NumPy number, or an array
NUMBERS, ARRAYS = int | float | np.generic, ndarray | int | float  # what may stand beside a tensor
EVIDENT = ("float32", "int64", "bool")  # the dtypes that torch does not print: the entries show them


class no_grad(ContextDecorator):
    """Within it nothing is recorded: `with torch.no_grad(): w -= lr * w.grad`; also a decorator, with () or without."""

    recording = False

    def __new__(cls, function: Callable[..., Any] | None = None) -> Any:
        made = super().__new__(cls)
        return made if function is None else made(function)

    def __enter__(self) -> None:
        self.before, mode.enabled = mode.enabled, self.recording

    def __exit__(self, *_: object) -> None:
        mode.enabled = self.before

    def _recreate_cm(self) -> "no_grad":
        return type(self)()


class enable_grad(no_grad):
    """Within it operations are recorded again."""

    recording = True


def made(array: Any) -> "Tensor":
    """A tensor of that very array, without a history. `Tensor(…)` is torch's old constructor, which copies."""
    tensor: Tensor = object.__new__(Tensor)
    tensor.array, tensor.memory = asarray(array), Memory()
    return tensor


def in_place(function: Callable[..., Any]) -> Callable[..., Any]:
    """`t += …` and its relatives: the function's result, put where the tensor has its entries."""

    def change(self: Any, *others: Operand, **options: Any) -> Any:
        asked = mode.enabled and any(getattr(one, "node", None) for one in (self, *others))
        result = function(rules.COPY(self) if asked else self, *others, **options)
        return result if result is NotImplemented else self.overwrite(result)

    return change


def _compared(ufunc: np.ufunc) -> Callable[..., Any]:
    """The method for a comparison, which has no derivative."""
    return operation(ufunc.__name__, ufunc)


def _reflected(of: Callable[..., Any]) -> Callable[..., Any]:
    """The method for a number on the left; an array there is refused, as in torch."""
    return lambda self, other: NotImplemented if isinstance(other, ndarray) else of(self, other)


class Tensor(Variable):
    """`torch.Tensor`: an array, its gradient, and the node that computed it."""

    _grad: "Tensor | None" = None
    base: "Tensor | None" = None  # whose memory this view looks into
    look: "tuple[Tensor, Callable[[Tensor], Tensor]]"  # what the view was taken of, and how
    views: "set[ref[Tensor]] | None" = None  # of this base
    unwritable: tuple[Any, ...] = ()  # why a view must not be written to while it is recorded

    def __init__(self, *data: Any) -> None:
        """torch's old constructor: the float32 entries of a list or an array; `Tensor(2, 3)` has that size, zeros."""
        (first,) = data if len(data) == 1 else (data,)
        if isinstance(first, Size) or all(isinstance(one, int) for one in data):
            array = np.zeros(first if isinstance(first, Size) else data or 0, np.float32)
        elif isinstance(first, list | tuple | ndarray | Tensor):
            array = np.array(getattr(first, "array", first), np.float32)
        else:
            raise refusal("new-type") if isinstance(first, str) else refusal("new-data", type(first).__name__)
        self.array, self.memory = array, Memory()

    def mixed(self, name: str, array: Array, *others: Any) -> Any:
        """The operands' entries, of two in the type of their result; `NotImplemented` for what is no number.

        A NumPy number counts as the Python number that it holds, a Fraction as an array.
        """
        if len(others) > 1:
            return super().mixed(name, array, *others)
        other = others[0].item() if isinstance(others[0], np.generic) else others[0]
        refuse(isinstance(other, ndarray) and mode.enabled and self.node, "no-numpy")
        if isinstance(other, Tensor):
            other = other.array
        elif isinstance(other, Fraction):
            other = asarray(other)
        masks = "b" in (array.dtype.kind, getattr(other, "dtype", array.dtype).kind)
        refuse(masks and name in ("SubBackward0", "RsubBackward1"), "subtracted-mask")
        return kinds.promoted(array, other) if isinstance(other, ARRAYS) else NotImplemented

    is_leaf = property(lambda self: self.node is None or self.node.number < 0)
    grad_fn = property(lambda self: None if self.is_leaf else self.node)
    requires_grad = property(lambda self: self.node is not None, lambda self, asked: self.requires_grad_(asked))

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Ask for a gradient, or no longer. Raises `RuntimeError` for integers: a derivative asks what an arbitrarily
        small change does, and integers have none; and for a computed tensor, whose operands decide.
        """
        refuse(requires_grad and self.array.dtype.kind in "biu", "integers")
        refuse(not self.is_leaf and not requires_grad, "not-a-leaf")
        if requires_grad != (self.node is not None):
            self.node = Node(self) if requires_grad else None
        return self

    @property
    def grad(self) -> "Tensor | None":
        if self._grad is None and self.grad_fn and not self.grad_fn.keeper:
            errors.warn("not-populated")
        return self._grad

    @grad.setter
    def grad(self, gradient: "Tensor | None") -> None:
        if gradient is not None:
            refuse(not isinstance(gradient, Tensor), "grad-kind", type(gradient).__name__)
            refuse(gradient.array.shape != self.array.shape, "grad-size", list(gradient.shape), list(self.shape))
            refuse(gradient.array.dtype != self.array.dtype, "grad-dtype", title(gradient.array), title(self.array))
        self._grad = gradient

    def retain_grad(self) -> None:
        """Keep the gradient of this computed tensor as well."""
        if not self.node:
            raise refusal("no-retain")
        self.node.keeper = ref(self)

    def accumulate(self, gradient: Array) -> None:
        """Add to `.grad`; the way back calls this."""
        if self._grad is None:
            self._grad = made(gradient.copy())
        else:
            self._grad.array += gradient
            self._grad.memory.version += 1

    def backward(
        self, gradient: "Tensor | None" = None, retain_graph: bool = False, create_graph: bool = False
    ) -> None:
        """Add to every leaf's `.grad` the derivative of this tensor by it, times `gradient` (1 where none is given).

        Raises `RuntimeError` without a gradient for more than one entry, where there is nothing to walk back to, and
        where saved values were freed by an earlier backward() or overwritten in place.
        """
        refuse(create_graph, "second-order")
        core.backward(*self.start(gradient), retain_graph)

    def start(self, gradient: "Tensor | None") -> tuple[Any, Array]:
        """The node from which a walk back starts, and the gradient that it starts with."""
        array = self.array
        refuse(self.node is None, "no-graph")
        if gradient is None:
            refuse(array.size != 1, "no-scalar")
            g = np.empty(array.shape, array.dtype)
            g.fill(1 + core.zero(array))
            return self.node, g
        refuse(gradient.array.shape != array.shape, "grad-shape", gradient.shape, self.shape)
        return self.node, asarray(gradient.array, array.dtype)

    def detach(self) -> "Tensor":
        """The same entries without the history."""
        tensor = made(self.array)
        tensor.memory = self.memory
        return tensor

    def _put_data(self, other: "Tensor") -> None:
        refuse(not isinstance(other, Tensor), "data-kind", type(other).__name__)
        refuse(self.node and other.array.dtype.kind in "biu", "data-integers")
        self.array = other.array
        if self.node:
            self.node.shape, self.node.dtype = other.array.shape, other.array.dtype

    data = property(lambda self: made(self.array), _put_data)  # the entries, whose changes the engine does not notice

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        refuse(not self.is_leaf, "deep-copy")
        copied: Self = object.__new__(type(self))
        memo[id(self)] = copied
        copied.array, copied.memory = self.array.copy(), Memory()
        copied._grad = None if self._grad is None else made(self._grad.array.copy())
        return copied.requires_grad_(self.requires_grad)

    def __copy__(self) -> "Tensor":
        return self.detach().requires_grad_(self.requires_grad)

    def viewed(self, look: Callable[..., Any], name: str = "", **options: Any) -> "Tensor":
        """The result of an operation that only rearranges. Where it shares this tensor's memory, it follows changes."""
        result: Tensor = look(self, **options)
        if name and result.node:
            result.node.label = name
        if np.may_share_memory(result.array, self.array):
            result.memory, result.base = self.memory, self if self.base is None else self.base
            result.look = self, partial(look, **options)
            views = result.base.views = result.base.views or set()
            views.add(ref(result, views.discard))
            if not mode.enabled:
                result.unwritable = ("unrecorded-view",)
        return result

    def places(self) -> "Tensor":
        """The numbers of the entries of its base that this view shows; of a base, of all that it has."""
        if self.base is not None:
            source, look = self.look
            return look(source.places())
        numbers = np.empty_like(self.array, np.int64)  # in memory as the entries are: what looks there looks here
        numbers[...] = np.arange(numbers.size).reshape(numbers.shape)
        return made(numbers)

    def write(self, other: "Tensor", key: Any = ..., name: str = "", leaf: str = "leaf-view") -> None:
        """Take the entries of `other` at a key, and follow it: in the history of the base, and of each view of that.

        Raises `RuntimeError` where a history would be lost, and where the entries do not fit.
        """
        base = self if self.base is None else self.base
        recording = mode.enabled and bool(base.node or self.node or other.node) and self.array.dtype.kind not in "biu"
        refuse(recording and base.node and base.node.number < 0, leaf if base is self else "leaf-view")
        refuse(not self.array.flags.writeable, "expanded")
        if recording and self.unwritable:
            raise refusal(*self.unwritable)
        try:
            self.array[key] = other.array
        except ValueError:
            raise errors.unfilled(self.array[key].shape, other.array) from None
        except IndexError as error:
            raise errors.unfit(error, ()) from None
        self.memory.version += 1
        if not recording:
            return
        if name == "whole" and other.node:  # what its operation saved of its result lies in this memory now
            stamps = [
                (self.memory, self.memory.version) if one[0] is other.memory else one for one in other.node.stamps
            ]
            other.node.stamps = stamps
        if name == "whole" and base is self:
            self.node = other.node
        else:
            place = key if base is self else np.unravel_index(self.places().array[key], base.array.shape)
            arrays = base.array, other.array, base.array
            base.node = recorded(*rules.PUT, (base, other, base), arrays, {"key": place})
            if base is self and base.node and name:
                base.node.label = name
        for view in [one() for one in base.views or ()]:
            if view is not None and not view.unwritable:
                seen = np.unravel_index(view.places().array, base.array.shape)
                view.node = recorded(*rules.SEEN_AGAIN, (base, view), (base.array, view.array), {"key": seen})

    def overwrite(self, result: "Tensor") -> Self:
        """Take the entries and the history of `result`. Raises `RuntimeError` where its shape or dtype does not fit."""
        fits = np.broadcast_shapes(result.array.shape, self.array.shape) == self.array.shape
        refuse(not fits, "in-place-shape", list(self.shape), list(result.shape))
        casts = np.can_cast(result.array.dtype, self.array.dtype, "same_kind")
        refuse(not casts, "in-place-dtype", title(result.array), title(self.array))
        self.write(result, ..., "whole", "leaf")
        return self

    def __setitem__(self, key: Any, value: Operand) -> None:
        name, key = resolved(self.array, key)
        refuse(
            not isinstance(value, Variable | ndarray | NUMBERS | Fraction),
            "assign",
            type(value).__name__,
            type(self).__name__,
        )
        copies = name == "IndexBackward0"
        name, leaf = ("IndexPutBackward0", "leaf") if copies else ("", "leaf-view")
        self.write(value if isinstance(value, Tensor) else made(value), key, name, leaf)

    def copy_(self, other: Operand, name: str = "CopyBackwards") -> Self:
        """Take the entries of `other`, which may broadcast."""
        self.write(other if isinstance(other, Tensor) else made(other), ..., name, "leaf")
        return self

    __radd__, __rmul__, __rsub__ = map(_reflected, (core.ADD, core.MUL, core.RSUB))
    __abs__ = rules.ABS

    def __pos__(self) -> Self:
        return self

    def __pow__(self, other: Operand) -> Any:
        if not isinstance(other, NUMBERS):
            return rules.POWERS(self, other)
        if self.array.dtype.kind in "biu":
            if isinstance(other, float):
                return self.to(float32) ** other
            refuse(float(other) < 0, "integer-power")
        return core.SQUARE(self) if other == 2 else rules.POW(self, n=other)

    __rpow__ = rules.POW_OF

    def __mod__(self, other: Operand) -> Any:
        return (rules.REMAINDERS if isinstance(other, Tensor) else rules.REMAINDER)(self, other)

    def __floordiv__(self, other: Operand) -> Any:
        refuse(mode.enabled and (self.node or getattr(other, "node", None)), "no-derivative", "floor_divide")
        return rules.FLOOR_DIVIDE(self, other)

    __iadd__, __isub__, __imul__ = map(in_place, (core.ADD, core.SUB, core.MUL))
    __itruediv__, __ipow__ = in_place(core.DIV), in_place(__pow__)
    __eq__, __ne__ = _compared(np.equal), _compared(np.not_equal)
    __lt__, __le__, __gt__, __ge__ = map(_compared, (np.less, np.less_equal, np.greater, np.greater_equal))
    __and__, __or__, __xor__ = map(_compared, (np.bitwise_and, np.bitwise_or, np.bitwise_xor))
    __invert__ = _compared(np.invert)
    __hash__ = object.__hash__

    def __getitem__(self, key: Any) -> "Tensor":
        name, key = resolved(self.array, key)
        return self.viewed(rules.INDEX, name, key=key)

    def __iter__(self) -> Iterator["Tensor"]:
        refuse(not self.array.ndim, "iteration")
        return iter(self.parts([(i, ...) for i in range(len(self.array))], "Unbind"))

    def parts(self, keys: list[Any], name: str) -> "list[Tensor]":
        """Several views, none of which may be written to while it is recorded."""
        entries = [self.viewed(rules.INDEX, f"{name}Backward0", key=key) for key in keys]
        for i, entry in enumerate(entries):
            entry.unwritable = "one-of-several", i, name
        return entries

    def to(self, *wanted: Any, dtype: DType | None = None, device: Any = None) -> "Tensor":
        """The entries as a dtype; the tensor itself where they are that already. The only device is the CPU."""
        for one in (*wanted, device):
            if isinstance(one, DType | Tensor):
                dtype = one if isinstance(one, DType) else one.dtype
            elif one is not None and not isinstance(one, bool):
                kinds.device(one)
        if dtype is None or self.array.dtype == dtype.numpy:
            return self
        if not dtype.is_floating_point:  # a whole number does not move with what it was made of
            return made(self.array.astype(dtype.numpy))
        return rules.CAST(self, dtype=dtype.numpy)

    dtype = property(lambda self: DType(self.array.dtype.name))
    device = kinds.CPU
    shape = property(lambda self: Size(self.array.shape))
    ndim = property(lambda self: self.array.ndim)
    _version = property(lambda self: self.memory.version)
    T = property(lambda self: self.viewed(rules.PERMUTE, to=range(self.array.ndim)[::-1]))

    def __len__(self) -> int:
        refuse(not self.array.ndim, "len")
        return len(self.array)

    def numpy(self) -> Any:
        """The array itself, not a copy. Raises `RuntimeError` where a gradient may be asked of the tensor."""
        refuse(self.node and mode.enabled, "no-numpy")
        return self.array

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.array(self.numpy(), dtype, copy=copy)

    def item(self) -> Any:
        """The one entry as a Python number. Raises `RuntimeError` where there is not exactly one."""
        return self._only("item", self.array.size)

    __float__, __int__ = (lambda self, kind=kind: kind(self._only("one-element")) for kind in (float, int))

    def __index__(self) -> int:
        refuse(self.array.dtype.kind not in "biu", "index-element")
        return int(self._only("index-element"))

    def __bool__(self) -> bool:
        return bool(self._only("bool", "more than one value" if self.array.size else "no values"))

    def _only(self, otherwise: str, *values: Any) -> Any:
        refuse(self.array.size != 1, otherwise, *values)
        return self.array.item()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        errors.absent(name, [one for one in dir(type(self)) if one[0] != "_"], "Tensor")

    def __repr__(self) -> str:
        evident = EVIDENT if self.array.size else EVIDENT[:1]
        suffixes = [] if self.array.dtype.name in evident else [f"dtype={self.dtype}"]
        if self.grad_fn:
            suffixes.append(f"grad_fn=<{self.grad_fn.label}>")
        elif self.node:
            suffixes.append("requires_grad=True")
        return printing.text(self.array, suffixes)

    def __format__(self, spec: str) -> str:
        return format(self.item(), spec) if self.array.ndim == 0 else object.__format__(self, spec)


Tensor.kind = Tensor
