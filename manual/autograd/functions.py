"""torch's functions, one table: each is a method of a tensor too, so that `torch.exp(x)` is `x.exp()`."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from manual.autograd import core, kinds, rules
from manual.autograd.core import Rule
from manual.autograd.errors import refusal, title
from manual.autograd.kinds import DType, float32, float64, int32, int64
from manual.autograd.shapes import (
    axis_of,
    cat,
    expand,
    flatten,
    permute,
    repeat,
    reshape,
    split,
    squeeze,
    stack,
    t,
    transpose,
    unsqueeze,
    view,
)
from manual.autograd.tensor import Operand, Tensor, in_place, made

NUMPYS = {"axis": "dim", "keepdims": "keepdim"}  # NumPy's words for an option, which torch takes too


class Returned(tuple[Tensor, Tensor]):
    """Values along an axis, and their indices: where they are."""

    name = ""
    values = property(lambda self: self[0])
    indices = property(lambda self: self[1])

    def __repr__(self) -> str:
        return f"torch.return_types.{self.name}(\nvalues={self[0]!r},\nindices={self[1]!r})"


def along(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, whose axis may be named in NumPy's words too."""

    @wraps(function)
    def told(*given: Any, **options: Any) -> Any:
        return function(*given, **{NUMPYS.get(name, name): value for name, value in options.items()})

    return told


def _unary(rule: Rule) -> Callable[[Tensor], Tensor]:
    """The function of one tensor, whose integers become floats first."""
    return lambda input: input.real().apply(rule)


def _plain(function: Callable[..., Any]) -> Callable[..., Tensor]:
    """A function of NumPy's that has no derivative."""
    return lambda input, *others: made(function(input.array, *(getattr(one, "array", one) for one in others)))


# ------------------------------------------------------------------------------------------------------------- totals


def _axes(input: Tensor, dim: Any) -> Any:
    """The axes, none of them negative; None for all. A number has no axes, and any sum along its last is itself."""
    if dim is None:
        return None
    named = tuple(axis_of(input, axis) for axis in ([dim] if isinstance(dim, int) else dim))
    return named if input.array.ndim else ()


@along
def sum(input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: DType | None = None) -> Tensor:
    """The sum of all entries, or along axes; truth values are counted."""
    if dtype or input.array.dtype.kind == "b":
        input = input.to(dtype or int64)
    return _total(input, (core.SUM, rules.SUM_ALONG), dim, keepdim)


@along
def mean(input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: DType | None = None) -> Tensor:
    """The mean of all entries, or along axes. Raises `RuntimeError` for integers."""
    input = input.to(dtype) if dtype else input
    if input.array.dtype.kind in "biu":
        raise refusal("mean", title(input.array))
    return _total(input, (core.MEAN, rules.MEAN_ALONG), dim, keepdim)


def _total(input: Tensor, of: tuple[Rule, Rule], dim: Any, keepdim: bool) -> Tensor:
    return input.apply(of[0]) if dim is None else input.apply(of[1], axis=_axes(input, dim), keepdims=keepdim)


def _spread(rule: Rule) -> Callable[..., Tensor]:
    """The variance or its root, of all entries or along axes: the squared deviations' sum divided by n - 1."""

    @along
    def of(
        input: Tensor, dim: Any = None, unbiased: bool = True, keepdim: bool = False, *, correction: int = 1
    ) -> Tensor:
        whole = isinstance(dim, bool)  # as in `x.std(False)`
        axes, less = (None, dim) if whole else (_axes(input, dim), unbiased)
        return input.apply(rule, axis=axes, keepdims=keepdim, correction=correction * less)

    return of


@along
def norm(input: Tensor, p: Any = 2, dim: Any = None, keepdim: bool = False) -> Tensor:
    """The root of the sum of the squares. Raises `RuntimeError` for any other norm."""
    if p not in (2, "fro"):
        raise RuntimeError(f"this engine has the norm with p=2, not p={p}")
    return input.apply(rules.NORM, axis=_axes(input, dim), keepdims=keepdim)


def _extreme(name: str, of_all: Rule, places: Callable[..., Any], of_two: Rule) -> Callable[..., Any]:
    """The largest or smallest entry; along an axis, (values, indices); of two tensors, the one or the other entry."""

    @along
    def of(input: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
        if dim is None and not input.array.size:
            raise refusal("empty", name)
        if dim is None:
            return input.apply(of_all)
        if isinstance(dim, Tensor):
            return input.apply(of_two, dim)
        axis = axis_of(input, dim)
        return _taken(name, input, places(np.atleast_1d(input.array), axis, keepdims=True), axis, keepdim)

    return of


def _taken(name: str, input: Tensor, places: Any, axis: int, keepdim: bool = True) -> Returned:
    """The entries at those places along an axis, and the places."""
    if not input.array.ndim:
        input, keepdim = reshape(input, 1), False
    values = input.apply(rules.TAKEN, places=places, axis=axis, keepdims=keepdim)
    if values.node:
        values.node.label = f"{name.capitalize()}Backward0"
    return type(name, (Returned,), {"name": name})((values, made(rules.kept(places, axis, keepdim))))


def _place(choose: Callable[..., Any]) -> Callable[..., Tensor]:
    """Where the largest or smallest entry is: its place among all, or along an axis."""
    return along(lambda input, dim=None, keepdim=False: made(choose(input.array, dim, keepdims=keepdim)))


@along
def cumsum(input: Tensor, dim: int) -> Tensor:
    return input.apply(rules.CUMSUM, axis=axis_of(input, dim))


def softmax(input: Tensor, dim: int, dtype: DType | None = None) -> Tensor:
    """exp(x) as parts of a whole along an axis."""
    return input.to(dtype or input.dtype).apply(rules.SOFTMAX, axis=axis_of(input, dim))


def log_softmax(input: Tensor, dim: int, dtype: DType | None = None) -> Tensor:
    return input.to(dtype or input.dtype).apply(rules.LOG_SOFTMAX, axis=axis_of(input, dim))


def clamp(input: Tensor, min: Any = None, max: Any = None) -> Tensor:
    """Each entry, but at least `min` and at most `max`."""
    low, high = (-np.inf if min is None else min), (np.inf if max is None else max)
    result = input.apply(rules.CLAMP, low=low, high=high)
    return result if result.array.dtype == input.array.dtype else result.to(input.dtype)


def where(condition: Tensor, input: Operand, other: Operand) -> Tensor:
    """The entries of `input` where the condition holds, else those of `other`."""
    first = input if isinstance(input, Tensor) else made(np.asarray(input, other.array.dtype))
    return first.apply(rules.WHERE, other, condition=condition.array)


def allclose(input: Tensor, other: Tensor, rtol: float = 1e-5, atol: float = 1e-8) -> bool:
    """Whether all entries differ by at most atol + rtol |other|."""
    return np.allclose(input.array, other.array, rtol, atol)


@along
def sort(input: Tensor, dim: int = -1, descending: bool = False) -> Returned:
    """The entries along an axis from the smallest to the largest, or the other way."""
    axis = axis_of(input, dim)
    order = np.argsort(-input.array if descending else input.array, axis, kind="stable")
    return _taken("sort", input, order, axis)


def topk(input: Tensor, k: int, dim: int = -1) -> Returned:
    """The k largest entries along an axis."""
    axis = axis_of(input, dim)
    order = np.argsort(-input.array, axis, kind="stable")
    return _taken("topk", input, np.take(order, range(k), axis), axis)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{name: _unary(getattr(core, name.upper())) for name in ("exp", "log", "tanh")},
    **{name: _unary(getattr(rules, name.upper())) for name in ("sqrt", "sigmoid", "sin", "cos", "reciprocal")},
    **{name: _plain(getattr(np, name)) for name in ("isnan", "isfinite", "isinf", "unique", "bincount")},
    **{one.__name__: one for one in (sum, mean, norm, cumsum, softmax, log_softmax, clamp, reshape, flatten)},
    **{one.__name__: one for one in (expand, t, permute, transpose, squeeze, unsqueeze, split, allclose, sort, topk)},
    "relu": lambda input: input.apply(core.RELU),
    "abs": lambda input: input.apply(rules.ABS),
    "clone": lambda input: input.apply(rules.COPY),
    "floor": lambda input: input.apply(rules.FLOOR),
    "ceil": lambda input: input.apply(rules.CEIL),
    "round": lambda input, *, decimals=0: (
        input.apply(rules.ROUND_TO, decimals=decimals) if decimals else input.apply(rules.ROUND)
    ),
    "square": lambda input: input**2,
    "neg": lambda input: -input,
    "add": lambda input, other, *, alpha=1: input + (other if alpha == 1 else other * alpha),
    "sub": lambda input, other, *, alpha=1: input - (other if alpha == 1 else other * alpha),
    "mul": lambda input, other: input * other,
    "div": lambda input, other: input / other,
    "pow": lambda input, exponent: input**exponent,
    "matmul": lambda input, other: input @ other,
    "mm": lambda input, mat2: input @ mat2,
    "mv": lambda input, vec: input @ vec,
    "dot": lambda input, tensor: input @ tensor,
    "var": _spread(rules.VARIANCE),
    "std": _spread(rules.DEVIATION),
    "max": _extreme("max", rules.MAX, np.argmax, rules.MAXIMUM),
    "min": _extreme("min", rules.MIN, np.argmin, rules.MINIMUM),
    "maximum": lambda input, other: input.apply(rules.MAXIMUM, other),
    "minimum": lambda input, other: input.apply(rules.MINIMUM, other),
    "argmax": _place(np.argmax),
    "argmin": _place(np.argmin),
    "argsort": lambda input, dim=-1, descending=False: sort(input, dim, descending).indices,
    "all": along(lambda input, dim=None, keepdim=False: made(input.array.all(dim, keepdims=keepdim))),
    "any": along(lambda input, dim=None, keepdim=False: made(input.array.any(dim, keepdims=keepdim))),
    "sign": lambda input: input.apply(rules.SIGN),
    "chunk": lambda input, chunks, dim=0: split(input, -(-input.array.shape[dim] // chunks), dim),
    "eq": lambda input, other: input == other,
    "equal": lambda input, other: np.array_equal(input.array, other.array),
    "numel": lambda input: input.array.size,
}
FUNCTIONS |= {"clip": FUNCTIONS["clamp"]}
METHODS = {  # of a tensor only
    "view": view,
    "repeat": repeat,
    "dim": lambda self: self.array.ndim,
    "tolist": lambda self: self.array.tolist(),
    "nelement": FUNCTIONS["numel"],
    "cpu": lambda self: self,
    "cuda": lambda self, device="cuda": self.to(device),
    "is_contiguous": lambda self: self.array.flags.c_contiguous,
    "contiguous": lambda self: self if self.is_contiguous() else self.apply(rules.COPY),
    "type": lambda self, dtype=None: self.to(dtype) if dtype else f"torch.{title(self.array)}Tensor",
    "view_as": lambda self, other: self.view(*other.shape),
    "reshape_as": lambda self, other: self.reshape(*other.shape),
    "where": lambda self, condition, other: where(condition, self, other),
    "float": lambda self: self.to(float32),
    "double": lambda self: self.to(float64),
    "long": lambda self: self.to(int64),
    "int": lambda self: self.to(int32),
    "bool": lambda self: self.to(kinds.bool_),
    "type_as": lambda self, other: self.to(other.dtype),
}
CHANGING = "abs add clamp div exp log mul neg pow reciprocal relu round sigmoid sqrt square sub tanh"  # abs_, add_, …
for name, function in (FUNCTIONS | METHODS).items():
    function.__qualname__ = getattr(function, "__wrapped__", function).__qualname__ = name  # what an error names
    setattr(Tensor, name, function)
for name in CHANGING.split():
    setattr(Tensor, f"{name}_", in_place(FUNCTIONS[name]))


def _of_a_tensor(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """The function as torch's own, which refuses what is no tensor. Raises `TypeError`."""

    def called(*given: Any, **options: Any) -> Any:
        first = given[0] if given else options.get("input", options.get("tensor"))
        if not isinstance(first, Tensor):
            raise refusal("argument", name, type(first).__name__)
        return function(*given, **options)

    return called


TORCHS = {name: _of_a_tensor(name, function) for name, function in FUNCTIONS.items()}
TORCHS |= {
    "cat": cat,
    "stack": stack,
    "where": where,
    "pow": FUNCTIONS["pow"],
    "is_tensor": lambda obj: isinstance(obj, Tensor),
}
