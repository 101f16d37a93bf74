"""The tensor: a variable of the core with torch's face, which is its names, its dtypes, its printing and its refusals.

What changes in place is followed as in torch. A view (`y[0]`, `y.view(-1)`, `y.T`) shares its memory with its base.
Writing to either gives the base a new node, whose gradient is cut at the place that was written to:

    p = torch.zeros(3)                 p ◄── CopySlices ◄── the old p: its gradient but for the place, where it is zero
    p[0] = w * 2                                     ◄── w * 2: the gradient at the place

and every view that still lives is read anew from its base. A saved value that was overwritten is refused by the core.
"""

import warnings
from collections.abc import Callable, Iterator
from contextlib import ContextDecorator
from fractions import Fraction
from functools import partial
from threading import local
from typing import Any, Self, TypeAlias
from weakref import ref

import numpy as np
from numpy import asarray, ndarray

from manual.autograd import core, errors, kinds, printing, rules
from manual.autograd.core import Array, Memory, Node, Rule, Variable, recorded
from manual.autograd.errors import refusal, title
from manual.autograd.indexing import resolved
from manual.autograd.kinds import DType, Size, float32

Operand: TypeAlias = Any  # a Tensor, a Python or NumPy number, or an array
EVIDENT = ("float32", "int64", "bool")  # the dtypes that torch does not print: the entries show them


class _Mode(local):
    """Whether operations are recorded, in this thread."""

    enabled = True


mode = _Mode()


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


_new = object.__new__
FLOOR_DIVIDE = Rule("floor_divide", np.floor_divide)


def made(array: Any) -> "Tensor":
    """A tensor of that very array, without a history. `Tensor(…)` is torch's old constructor, which copies."""
    tensor: Tensor = _new(Tensor)
    tensor.array, tensor.memory = asarray(array), Memory()
    return tensor


def _in_turn(first: Callable[[Array], Array], second: Callable[[Array], Array], array: Array) -> Array:
    return second(first(array))


def in_place(function: Callable[..., Any]) -> Callable[..., Any]:
    """`t += …` and its relatives: the function's result, put where the tensor has its entries."""

    def change(self: Any, *others: Operand, **options: Any) -> Any:
        asked = mode.enabled and any(getattr(one, "node", None) for one in (self, *others))
        result = function(self.apply(rules.COPY) if asked else self, *others, **options)
        return result if result is NotImplemented else self.overwrite(result)

    return change


def _compared(ufunc: Callable[..., Any]) -> Callable[[Any, Operand], Any]:
    """The method for a comparison, which has no derivative."""
    rule = Rule(ufunc.__name__, ufunc)
    return lambda self, other: self.apply(rule, other)


def _reflected(rule: Rule) -> Callable[[Any, Operand], Any]:
    """The method for a number on the left; an array there is refused, as in torch."""
    return lambda self, other: NotImplemented if isinstance(other, ndarray) else self.apply(rule, other)


class Tensor(Variable):
    """`torch.Tensor`: an array, its gradient, and the node that computed it."""

    _grad: "Tensor | None" = None
    base: "Tensor | None" = None  # whose memory this view looks into
    look: Callable[[Array], Array]  # what the view shows of its base
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

    # ------------------------------------------------------------------------------------------------------ recording

    def apply(self, rule: Rule, *others: Any, **options: Any) -> "Tensor":
        """The rule's result on this tensor and other operands, recorded. `NotImplemented` for what is no number.

        Raises `RuntimeError` where the operands' shapes do not fit.
        """
        array = self.array
        if not others:
            values = (array,)
        elif isinstance(other := others[0], Tensor) and (len(others) > 1 or other.array.dtype is array.dtype):
            values = (array, *[one.array for one in others]) if len(others) > 1 else (array, other.array)
        else:
            entries = self._entries(other)
            if entries is NotImplemented:
                return NotImplemented
            values = (*kinds.promoted(array, entries),)
        try:
            out = rule.value(*values, **options)
        except (ValueError, TypeError) as unfit:
            if "broadcast" in str(unfit) and len(values) == 2:
                raise errors.unfit(*map(np.shape, values)) from None
            raise (refusal("subtracted-bool") if "boolean subtract" in str(unfit) else RuntimeError(unfit)) from None
        result: Tensor = _new(Tensor)
        result.array = out if type(out) is ndarray else asarray(out)
        result.memory = Memory()
        if mode.enabled:
            result.node = recorded(rule, (self, *others, result), (*values, result.array), options)
        return result

    def _entries(self, operand: Any) -> Any:
        """An array or a Python number. A NumPy number counts as the Python number it holds, a Fraction as an array."""
        if isinstance(operand, Tensor):
            return operand.array
        if isinstance(operand, np.generic):
            return operand.item()
        if isinstance(operand, ndarray):
            return operand if not (mode.enabled and self.node) else self.numpy()
        if isinstance(operand, int | float):
            return operand
        return asarray(operand) if isinstance(operand, Fraction) else NotImplemented

    @property
    def requires_grad(self) -> bool:
        return self.node is not None

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        self.requires_grad_(value)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Ask for a gradient, or no longer. Raises `RuntimeError` for integers: a derivative asks what an arbitrarily
        small change does, and integers have none; and for a computed tensor, whose operands decide.
        """
        if requires_grad and self.array.dtype.kind in "biu":
            raise refusal("integers")
        if not self.is_leaf and not requires_grad:
            raise refusal("not-a-leaf")
        if requires_grad != (self.node is not None):
            self.node = Node(self) if requires_grad else None
        return self

    @property
    def is_leaf(self) -> bool:
        return self.node is None or self.node.number < 0

    @property
    def grad_fn(self) -> Node | None:
        return None if self.is_leaf else self.node

    @property
    def grad(self) -> "Tensor | None":
        if self._grad is None and self.grad_fn and not self.grad_fn.keeper:
            warnings.warn(errors.NOT_POPULATED, stacklevel=2)
        return self._grad

    @grad.setter
    def grad(self, gradient: "Tensor | None") -> None:
        if gradient is not None:
            if not isinstance(gradient, Tensor):
                raise refusal("grad-kind", type(gradient).__name__)
            if gradient.array.shape != self.array.shape:
                raise refusal("grad-size", list(gradient.shape), list(self.shape))
            if gradient.array.dtype != self.array.dtype:
                raise refusal("grad-dtype", title(gradient.array), title(self.array))
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

    def backward(self, gradient: "Tensor | None" = None, retain_graph: bool = False) -> None:
        """Add to every leaf's `.grad` the derivative of this tensor by it, times `gradient` (1 where none is given).

        Raises `RuntimeError` without a gradient for more than one entry, where there is nothing to walk back to, and
        where saved values were freed by an earlier backward() or overwritten in place.
        """
        core.backward(*self.start(gradient), retain_graph)

    def start(self, gradient: "Tensor | None") -> tuple[Node, Array]:
        """The node from which a walk back starts, and the gradient that it starts with."""
        array = self.array
        if self.node is None:
            raise refusal("no-graph")
        if gradient is None:
            if array.size != 1:
                raise refusal("no-scalar")
            g = np.empty(array.shape, array.dtype)
            g.fill(1 + core.zero(array))
            return self.node, g
        if gradient.array.shape != array.shape:
            raise refusal("grad-shape", gradient.shape, self.shape)
        return self.node, asarray(gradient.array, array.dtype)

    # ----------------------------------------------------------------------------------------------- memory and views

    def detach(self) -> "Tensor":
        """The same entries without the history."""
        tensor = made(self.array)
        tensor.memory = self.memory
        return tensor

    @property
    def data(self) -> "Tensor":
        """The same entries, whose changes the engine does not notice."""
        return made(self.array)

    @data.setter
    def data(self, other: "Tensor") -> None:
        if not isinstance(other, Tensor):
            raise refusal("data-kind", type(other).__name__)
        if self.node and other.array.dtype.kind in "biu":
            raise refusal("data-integers")
        self.array = other.array
        if self.node:
            self.node.shape, self.node.dtype = other.array.shape, other.array.dtype

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        if not self.is_leaf:
            raise refusal("deep-copy")
        copied: Self = _new(type(self))
        memo[id(self)] = copied
        copied.array, copied.memory = self.array.copy(), Memory()
        copied._grad = None if self._grad is None else made(self._grad.array.copy())
        return copied.requires_grad_(self.requires_grad)

    def __copy__(self) -> "Tensor":
        return self.detach().requires_grad_(self.requires_grad)

    def viewed(self, rule: Rule, name: str = "", **options: Any) -> "Tensor":
        """The result of a rule that only rearranges. Where it shares this tensor's memory, it follows its changes."""
        result = self.apply(rule, **options)
        if name and result.node:
            result.node.label = name
        if np.may_share_memory(result.array, self.array):
            result.memory, result.base = self.memory, self if self.base is None else self.base
            step = partial(rule.value, **options)
            result.look = step if self.base is None else partial(_in_turn, self.look, step)
            views = result.base.views = result.base.views or set()
            views.add(ref(result, views.discard))
            if not mode.enabled:
                result.unwritable = ("unrecorded-view",)
        return result

    def overwrite(self, result: "Tensor") -> Self:
        """Take the entries and the history of `result`, in the memory that this tensor has.

        Raises `RuntimeError` for a leaf, whose history would be lost, and where the shape or dtype does not fit.
        """
        recording = self._writable(result)
        if np.broadcast_shapes(result.array.shape, self.array.shape) != self.array.shape:
            raise refusal("in-place-shape", list(self.shape), list(result.shape))
        if not np.can_cast(result.array.dtype, self.array.dtype, "same_kind"):
            raise refusal("in-place-dtype", title(result.array), title(self.array))
        self.array[...] = result.array
        self.memory.version += 1
        if recording:
            self._follow(result)
        return self

    def __setitem__(self, key: Any, value: Operand) -> None:
        name, key = resolved(self.array, key)
        if not isinstance(value, Variable | ndarray | int | float | np.generic | Fraction):
            raise refusal("assign", type(value).__name__, type(self).__name__)
        other = value if isinstance(value, Tensor) else made(value)
        recording = self._writable(other, place=name != "IndexBackward0")
        try:
            self.array[key] = other.array
        except ValueError:
            raise errors.unfilled(self.array[key].shape, other.array) from None
        self.memory.version += 1
        if recording:
            node = recorded(rules.PUT, (self, other, self), (self.array, other.array, self.array), {"key": key})
            assert node
            if name != "IndexBackward0":
                node.label = "CopySlices"
            written = made(self.array)
            written.node = node
            self._follow(written)

    def copy_(self, other: Operand) -> Self:
        """Take the entries of `other`, which may broadcast."""
        return self._refill(other, "CopyBackwards")

    def fill_(self, value: Operand) -> Self:
        return self._refill(value, "FillBackward0")

    def zero_(self) -> Self:
        return self._refill(0, "ZeroBackward0")

    def _refill(self, entries: Operand, name: str) -> Self:
        before, self[...] = self.node, entries
        if self.node and self.node is not before and self.base is None:
            self.node.label = name
        return self

    def _writable(self, other: "Tensor", place: bool = False) -> bool:
        """Whether the change is recorded. Raises `RuntimeError` where that would lose a history."""
        base = self if self.base is None else self.base
        recording = mode.enabled and bool(base.node or self.node or other.node) and self.array.dtype.kind not in "biu"
        if recording and base.node and base.node.number < 0:
            raise refusal("leaf" if self.base is None and not place else "leaf-view")
        if not self.array.flags.writeable:
            raise refusal("expanded")
        if not recording:
            return False
        if self.unwritable:
            raise refusal(*self.unwritable)
        return True

    def _follow(self, written: "Tensor") -> None:
        """The history of an array that was overwritten by `written`: of its base, and then of each view of that."""
        base, like = self if self.base is None else self.base, self.array
        if self.base is None:
            self.node = written.node
        else:
            like = base.array
            options = {"view": self.look, "like": like}
            base.node = recorded(rules.WRITTEN, (base, written, base), (like, written.array, like), options)
        for one in list(base.views or ()):
            view = one()
            if view is not None and not view.unwritable:
                options = {"view": view.look, "like": base.array}
                view.node = recorded(rules.SEEN_AGAIN, (base, view), (base.array, view.array), options)

    # ------------------------------------------------------------------------------------------------------ operators

    __radd__, __rmul__, __rsub__ = map(_reflected, (core.ADD, core.MUL, rules.SUB_FROM))

    def __neg__(self) -> "Tensor":
        if self.array.dtype.kind == "b":
            raise refusal("negated-bool")
        return self.apply(core.NEG)

    def __pos__(self) -> Self:
        return self

    def __abs__(self) -> "Tensor":
        return self.apply(rules.ABS)

    def __truediv__(self, other: Operand) -> Any:
        return self.real().apply(core.DIV, other)

    def __rtruediv__(self, other: Operand) -> Any:
        return self.real().apply(rules.RECIPROCAL) * other

    def __pow__(self, other: Operand) -> Any:
        if isinstance(other, Tensor | ndarray):
            return self.apply(rules.POWERS, other)
        if not isinstance(other, int | float | np.generic):
            return NotImplemented
        integer = self.array.dtype.kind in "biu"
        if integer and isinstance(other, float):
            return self.to(float32) ** other
        if integer and float(other) < 0:
            raise refusal("integer-power")
        return self.apply(core.SQUARE) if other == 2 else self.apply(core.POW, to=other)

    def __rpow__(self, other: Operand) -> Any:
        return self.apply(rules.POW_OF, other)

    def __mod__(self, other: Operand) -> Any:
        return self.apply(rules.REMAINDERS if isinstance(other, Tensor) else rules.REMAINDER, other)

    def __floordiv__(self, other: Operand) -> Any:
        if mode.enabled and (self.node or getattr(other, "node", None)):
            raise refusal("no-derivative", "floor_divide")
        return self.apply(FLOOR_DIVIDE, other)

    def __matmul__(self, other: Any) -> Any:
        """A product of vectors and matrices of one dtype. Raises `RuntimeError` for other operands."""
        if not isinstance(other, Tensor):
            return NotImplemented
        left, right = self.array, other.array
        rule = core.PRODUCTS.get((left.ndim, right.ndim))
        if rule is None or left.dtype != right.dtype or left.shape[-1] != right.shape[0]:
            raise errors.no_product(left, right)
        return self.apply(rule, other)

    __iadd__, __isub__, __imul__ = map(in_place, (Variable.__add__, Variable.__sub__, Variable.__mul__))
    __itruediv__, __ipow__ = in_place(__truediv__), in_place(__pow__)
    __eq__, __ne__ = _compared(np.equal), _compared(np.not_equal)
    __lt__, __le__, __gt__, __ge__ = map(_compared, (np.less, np.less_equal, np.greater, np.greater_equal))
    __and__, __or__, __xor__ = map(_compared, (np.bitwise_and, np.bitwise_or, np.bitwise_xor))
    __hash__ = object.__hash__

    def __invert__(self) -> "Tensor":
        return made(~self.array)

    def __getitem__(self, key: Any) -> "Tensor":
        name, key = resolved(self.array, key)
        return self.viewed(rules.INDEX, name, key=key)

    def __iter__(self) -> Iterator["Tensor"]:
        if not self.array.ndim:
            raise refusal("iteration")
        return iter(self.parts([(i, ...) for i in range(len(self.array))], "Unbind"))

    def parts(self, keys: list[Any], name: str) -> "list[Tensor]":
        """Several views, none of which may be written to while it is recorded."""
        entries = [self.viewed(rules.INDEX, f"{name}Backward0", key=key) for key in keys]
        for i, entry in enumerate(entries):
            entry.unwritable = "one-of-several", i, name
        return entries

    def real(self) -> "Tensor":
        """The tensor itself, or integers as floats."""
        return self.to(float32) if self.array.dtype.kind in "biu" else self

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
        return self.apply(rules.CAST, dtype=dtype.numpy)

    # ------------------------------------------------------------------------------------------------ what it shows

    dtype = property(lambda self: DType(self.array.dtype.name))
    device = kinds.CPU
    shape = property(lambda self: Size(self.array.shape))
    ndim = property(lambda self: self.array.ndim)
    _version = property(lambda self: self.memory.version)
    T = property(lambda self: self.viewed(rules.PERMUTE, to=range(self.array.ndim)[::-1]))

    def size(self, dim: int | None = None) -> Any:
        return self.shape if dim is None else self.shape[dim]

    def __len__(self) -> int:
        if not self.array.ndim:
            raise refusal("len")
        return len(self.array)

    def numpy(self) -> Any:
        """The array itself, not a copy. Raises `RuntimeError` where a gradient may be asked of the tensor."""
        if self.node and mode.enabled:
            raise refusal("no-numpy")
        return self.array

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.array(self.numpy(), dtype, copy=copy)

    def item(self) -> Any:
        """The one entry as a Python number. Raises `RuntimeError` where there is not exactly one."""
        return self._only("item", self.array.size)

    def __float__(self) -> float:
        return float(self._only("one-element"))

    def __int__(self) -> int:
        return int(self._only("one-element"))

    def __index__(self) -> int:
        if self.array.dtype.kind not in "biu":
            raise refusal("index-element")
        return int(self._only("index-element"))

    def __bool__(self) -> bool:
        return bool(self._only("bool", "more than one value" if self.array.size else "no values"))

    def _only(self, otherwise: str, *values: Any) -> Any:
        if self.array.size != 1:
            raise refusal(otherwise, *values)
        return self.array.item()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise errors.absent(name, [one for one in dir(type(self)) if one[0] != "_"], "Tensor")

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
