"""A tensor's operations, each under the name that torch prints for it."""

from collections.abc import Callable, Iterator
from typing import Any, Self, TypeAlias

import numpy as np

from manual.autograd import rules
from manual.autograd.dtypes import DType, float32, float64, int64
from manual.autograd.indexing import resolved
from manual.autograd.recording import Recorded
from manual.autograd.rules import Axis, Rule

Operand: TypeAlias = Any  # a Tensor, a Python or NumPy number, or an array
Unary: TypeAlias = Callable[[Any], Any]
Binary: TypeAlias = Callable[[Any, Operand], Any]
PRODUCTS = {  # by the operands' dimensions
    (1, 1): ("DotBackward0", rules.DOT),
    (2, 1): ("MvBackward0", rules.MATVEC),
    (1, 2): ("SqueezeBackward4", rules.VECMAT),
    (2, 2): ("MmBackward0", rules.MATMUL),
}


def _unary(name: str, rule: Rule, real: bool = False) -> Unary:
    """The method for an operation on one tensor; `real` where integers must become floats first."""
    if real:
        return lambda self: self.real().apply(name, rule)
    return lambda self: self.apply(name, rule)


def _binary(name: str, rule: Rule) -> Binary:
    """The method for an operation on a tensor and a second operand."""
    return lambda self, other: self.apply(name, rule, other)


class Operations(Recorded):
    """The operators and methods that compute a tensor from others; the operand on the other side may be a number."""

    __array_ufunc__ = None  # NumPy leaves `number * tensor` to the tensor

    __add__ = __radd__ = _binary("AddBackward0", rules.ADD)
    __sub__ = _binary("SubBackward0", rules.SUB)
    __rsub__ = _binary("RsubBackward1", rules.SUB_FROM)
    __mul__ = __rmul__ = _binary("MulBackward0", rules.MUL)
    __neg__ = _unary("NegBackward0", rules.NEG)
    __abs__ = abs = _unary("AbsBackward0", rules.ABS)
    relu = _unary("ReluBackward0", rules.RELU)
    clone = _unary("CloneBackward0", rules.COPY)
    exp = _unary("ExpBackward0", rules.EXP, real=True)
    log = _unary("LogBackward0", rules.LOG, real=True)
    tanh = _unary("TanhBackward0", rules.TANH, real=True)
    sqrt = _unary("SqrtBackward0", rules.SQRT, real=True)
    reciprocal = _unary("ReciprocalBackward0", rules.RECIPROCAL, real=True)

    def __pos__(self) -> Self:
        return self

    def __truediv__(self, other: Operand) -> Self:
        return self.real().apply("DivBackward0", rules.DIV, other)

    def __rtruediv__(self, other: Operand) -> Self:
        return self.reciprocal() * other

    def __pow__(self, other: Operand) -> Self:
        return self.apply("PowBackward1" if isinstance(other, Recorded) else "PowBackward0", rules.POW, other)

    def __rpow__(self, other: Operand) -> Self:
        return self.apply("PowBackward2", rules.POW_OF, other)

    def __matmul__(self, other: Self) -> Self:
        """A product of vectors and matrices of one dtype. Raises `RuntimeError` for other operands."""
        if self.array.dtype != other.array.dtype:
            raise RuntimeError(f"a product needs one dtype, but found {self.array.dtype} and {other.array.dtype}")
        dimensions = (self.array.ndim, other.array.ndim)
        if dimensions not in PRODUCTS:
            raise RuntimeError(f"a product needs vectors or matrices, but found {dimensions} dimensions")
        return self.apply(*PRODUCTS[dimensions], other)

    def sum(self, dim: Axis = None, keepdim: bool = False, axis: Axis = None) -> Self:
        return self._reduced("SumBackward", rules.SUM, dim if axis is None else axis, keepdim)

    def mean(self, dim: Axis = None, keepdim: bool = False, axis: Axis = None) -> Self:
        if self.array.dtype.kind in "biu":
            raise RuntimeError(f"mean(): the input must be floating point, not {self.array.dtype}; use .float().mean()")
        return self._reduced("MeanBackward", rules.MEAN, dim if axis is None else axis, keepdim)

    def _reduced(self, name: str, rule: Rule, axis: Axis, keepdim: bool) -> Self:
        axis = tuple(axis) if isinstance(axis, list) else axis
        return self.apply(f"{name}{int(axis is not None)}", rule, axis=axis, keepdim=keepdim)

    def reshape(self, *shape: Any) -> Self:
        return self._viewed("ViewBackward0", rules.VIEW, to=shape[0] if isinstance(shape[0], tuple | list) else shape)

    def view(self, *shape: Any) -> Self:
        """As `reshape`, in the same memory. Raises `RuntimeError` where the entries would have to be copied."""
        result = self.reshape(*shape)
        if self.array.size and result.memory is not self.memory:
            raise RuntimeError("view size is not compatible with input tensor's strides. Use .reshape(...) instead.")
        return result

    @property
    def T(self) -> Self:
        return self._viewed("PermuteBackward0", rules.TRANSPOSE)

    def t(self) -> Self:
        return self._viewed("TBackward0", rules.TRANSPOSE)

    def __getitem__(self, key: Any) -> Self:
        name, key = resolved(key)
        return self._viewed(name, rules.INDEX, key=key)

    def __iter__(self) -> Iterator[Self]:
        return (self._viewed("UnbindBackward0", rules.INDEX, key=(i, ...)) for i in range(len(self.array)))

    def _viewed(self, name: str, rule: Rule, **options: Any) -> Self:
        result = self.apply(name, rule, **options)
        if np.may_share_memory(result.array, self.array):
            result.memory = self.memory
            self.memory.viewed |= result.node is not None
        return result

    def to(self, dtype: DType) -> Self:
        """The entries as `dtype`; the tensor itself where they are that already."""
        return self if self.array.dtype == dtype.numpy else self.apply("ToCopyBackward0", rules.CAST, dtype=dtype.numpy)

    def float(self) -> Self:
        return self.to(float32)

    def double(self) -> Self:
        return self.to(float64)

    def long(self) -> Self:
        return self.to(int64)

    def real(self) -> Self:
        """The tensor itself, or integers as floats."""
        return self.float() if self.array.dtype.kind in "biu" else self
