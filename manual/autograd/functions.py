"""torch's functions, one table: each is a method of a tensor too, so that `torch.exp(x)` is `x.exp()`."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

import numpy as np

from manual.autograd import core, kinds, rules, shapes
from manual.autograd.errors import refusal, refuse, title
from manual.autograd.kinds import DType, float32, float64, int32, int64
from manual.autograd.shapes import axis_of, listed
from manual.autograd.tensor import Operand, Tensor, in_place, made

NUMPYS = {"axis": "dim", "keepdims": "keepdim"}  # NumPy's words for an option, which torch takes too


class Returned(tuple[Tensor, Tensor]):
    """Values along an axis, and their indices: where they are."""

    values, indices = property(lambda self: self[0]), property(lambda self: self[1])

    def __repr__(self) -> str:
        return f"torch.return_types.{type(self).__name__}(\nvalues={self[0]!r},\nindices={self[1]!r})"


def along(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, whose axis may be named in NumPy's words too."""

    @wraps(function)
    def told(*given: Any, **options: Any) -> Any:
        if options:
            options = {NUMPYS.get(name, name): value for name, value in options.items()}
        return function(*given, **options)

    return told


def _unary(of: Callable[..., Any]) -> Callable[[Tensor], Tensor]:
    """The function of one tensor, without options."""
    return lambda input: of(input)


def _plain(function: Callable[..., Any]) -> Callable[..., Tensor]:
    """A function of NumPy's that has no derivative."""
    return lambda input: made(function(input.array))


def _axes(input: Tensor, dim: Any) -> Any:
    """The axes, none of them negative; None for all. A number has no axes, and any sum along its last is itself."""
    if dim is None:
        return None
    named = tuple(axis_of(input, axis) for axis in ([dim] if isinstance(dim, int) else dim))
    return named if input.array.ndim else ()


def _total(
    of_all: Callable[..., Any], of_axes: Callable[..., Any], integers: Callable[[Tensor], Tensor]
) -> Callable[..., Tensor]:
    """A total of all entries or along axes, of the floats that `integers` makes of whole numbers, or refuses to."""

    @along
    def of(input: Tensor, dim: Any = None, keepdim: bool = False, *, dtype: DType | None = None) -> Any:
        if dtype or input.array.dtype.kind in "biu":
            input = input.to(dtype) if dtype else integers(input)
        return of_all(input) if dim is None else of_axes(input, axis=_axes(input, dim), keepdims=keepdim)

    return of


def _mean_of_integers(input: Tensor) -> Tensor:
    raise refusal("mean", title(input.array))


def _spread(of_axes: Callable[..., Any]) -> Callable[..., Tensor]:
    """The variance or its root, of all entries or along axes: the squared deviations' sum divided by n - 1."""

    @along
    def of(input: Tensor, dim: Any = None, unbiased: bool = True, keepdim: bool = False, *, correction: int = 1) -> Any:
        refuse(input.array.dtype.kind in "biu", "spread")
        whole = isinstance(dim, bool)  # as in `x.std(False)`
        axes, less = (None, dim) if whole else (_axes(input, dim), unbiased)
        return of_axes(input, axis=axes, keepdims=keepdim, correction=correction * less)

    return of


@along
def norm(input: Tensor, p: Any = 2, dim: Any = None, keepdim: bool = False) -> Any:
    """The root of the sum of the squares. Raises `RuntimeError` for any other norm."""
    if p not in (2, "fro"):
        raise RuntimeError(f"this engine has the norm with p=2, not p={p}")
    refuse(input.array.dtype.kind in "biu", "norm", title(input.array))
    return rules.NORM(input, axis=_axes(input, dim), keepdims=keepdim)


def _extreme(
    name: str, of_all: Callable[..., Any], places: Callable[..., Any], of_two: Callable[..., Any]
) -> Callable[..., Any]:
    """The largest or smallest entry; along an axis, (values, indices); of two tensors, the one or the other entry."""

    @along
    def of(input: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
        refuse(dim is None and not input.array.size, "empty", name)
        if dim is None or isinstance(dim, Tensor):
            return of_all(input) if dim is None else of_two(input, dim)
        axis = axis_of(input, dim)
        return _taken(name, input, places(np.atleast_1d(input.array), axis, keepdims=True), axis, keepdim)

    return of


def _taken(name: str, input: Tensor, places: Any, axis: int, keepdim: bool = True) -> Returned:
    """The entries at those places along an axis, and the places."""
    if not input.array.ndim:
        input, keepdim = shapes.reshape(input, 1), False
    values = rules.TAKEN(input, places=places, axis=axis, keepdims=keepdim)
    if values.node:
        values.node.label = f"{name.capitalize()}Backward0"
    return type(name, (Returned,), {})((values, made(rules.kept(places, axis, keepdim))))


def _by_numpy(choose: Callable[..., Any]) -> Callable[..., Tensor]:
    """NumPy's total without a derivative, of all entries or along an axis: whether all hold, where the largest is."""

    @along
    def of(input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
        name = choose.__name__
        refuse(input.array.dtype.kind == "b" and name.startswith("arg"), "places", name)
        return made(choose(input.array, dim, keepdims=keepdim))

    return of


def _exponential(of_axis: Callable[..., Any]) -> Callable[..., Tensor]:
    """exp(x) as parts of a whole along an axis, or the logarithms of those."""
    return lambda input, dim, dtype=None: of_axis(input.to(dtype or input.dtype), axis=axis_of(input, dim))


def _product(name: str, dimensions: tuple[int, int]) -> Callable[..., Tensor]:
    """The product of tensors with so many dimensions. Raises `RuntimeError` for others."""

    def of(input: Tensor, other: Tensor) -> Any:
        given = input.array.ndim, other.array.ndim
        refuse(given != dimensions, name, "self" if given[0] != dimensions[0] else "mat2", *given)
        return input @ other

    return of


def clamp(input: Tensor, min: Any = None, max: Any = None) -> Tensor:
    """Each entry, but at least `min` and at most `max`."""
    low, high = (-np.inf if min is None else min), (np.inf if max is None else max)
    if input.array.dtype.kind in "biu" and float in (type(min), type(max)):
        input = input.to(float32)
    return rules.CLAMP(input, low=low, high=high).to(input.dtype)


def where(condition: Tensor, input: Operand, other: Operand) -> Any:
    """The entries of `input` where the condition holds, else those of `other`."""
    if not isinstance(input, Tensor):
        numbers = np.float32 if float in (type(input), type(other)) else np.int64
        input = made(np.asarray(input, getattr(other, "array", np.empty(0, numbers)).dtype))
    return rules.WHERE(input, other, condition=condition.array)


@along
def sort(input: Tensor, dim: int = -1, descending: bool = False, *, k: int | None = None, name: str = "sort") -> Any:
    """The entries along an axis from the smallest to the largest, or the other way; all, or the first k."""
    axis = axis_of(input, dim)
    order = np.argsort(-input.array if descending else input.array, axis, kind="stable")
    return _taken(name, input, order if k is None else np.take(order, range(k), axis), axis)


UNARY = "abs ceil cos exp floor log relu sigmoid sign sin sqrt tanh"
FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{name: _unary(getattr(rules, name.upper())) for name in UNARY.split()},
    **{name: _plain(getattr(np, name)) for name in ["bincount", "isfinite", "isinf", "isnan", "unique"]},
    **{name: _by_numpy(getattr(np, name)) for name in ["all", "any", "argmax", "argmin"]},
    **{one.__name__: one for one in (norm, clamp, sort, shapes.reshape, shapes.flatten, shapes.expand, shapes.permute)},
    **{one.__name__: one for one in (shapes.transpose, shapes.squeeze, shapes.unsqueeze, shapes.split)},
    "sum": _total(core.SUM, rules.SUM_ALONG, lambda input: input.to(int64)),
    "mean": _total(core.MEAN, rules.MEAN_ALONG, _mean_of_integers),
    "var": _spread(rules.VARIANCE),
    "std": _spread(rules.DEVIATION),
    "max": _extreme("max", rules.MAX, np.argmax, rules.MAXIMUM),
    "min": _extreme("min", rules.MIN, np.argmin, rules.MINIMUM),
    "softmax": _exponential(rules.SOFTMAX),
    "log_softmax": _exponential(rules.LOG_SOFTMAX),
    "cumsum": along(lambda input, dim: rules.CUMSUM(input, axis=axis_of(input, dim))),
    "argsort": lambda input, dim=-1, descending=False: sort(input, dim, descending).indices,
    "topk": lambda input, k, dim=-1: sort(input, dim, True, k=k, name="topk"),
    "t": lambda input: shapes.turned(input, "TBackward0"),
    "chunk": lambda input, chunks, dim=0: shapes.split(input, -(-input.array.shape[dim] // chunks), dim),
    "clone": _unary(rules.COPY),
    "neg": _unary(core.NEG),
    "reciprocal": _unary(core.RECIPROCAL),
    "round": lambda input, *, decimals=0: rules.ROUND_TO(input, decimals=decimals) if decimals else rules.ROUND(input),
    "square": lambda input: input**2,
    "add": lambda input, other, *, alpha=1: input + (other if alpha == 1 else other * alpha),
    "sub": lambda input, other, *, alpha=1: input - (other if alpha == 1 else other * alpha),
    "mul": lambda input, other: input * other,
    "div": lambda input, other: input / other,
    "pow": lambda input, exponent: input**exponent,
    "matmul": lambda input, other: input @ other,
    "mm": _product("mm", (2, 2)),
    "mv": _product("mv", (2, 1)),
    "dot": _product("dot", (1, 1)),
    "maximum": lambda input, other: rules.MAXIMUM(input, other),
    "minimum": lambda input, other: rules.MINIMUM(input, other),
    "eq": lambda input, other: input == other,
    "equal": lambda input, other: np.array_equal(input.array, other.array),
    "allclose": lambda input, other, rtol=1e-5, atol=1e-8: np.allclose(input.array, other.array, rtol, atol),
    "numel": lambda input: input.array.size,
}
FUNCTIONS |= {"clip": FUNCTIONS["clamp"]}
METHODS = {  # of a tensor only
    "view": shapes.view,
    "repeat": lambda self, *sizes: rules.REPEAT(self, reps=listed(sizes)),
    "dim": lambda self: self.array.ndim,
    "size": lambda self, dim=None: self.shape if dim is None else self.shape[dim],
    "tolist": lambda self: self.array.tolist(),
    "nelement": FUNCTIONS["numel"],
    "cpu": lambda self: self,
    "cuda": lambda self, device="cuda": self.to(device),
    "is_contiguous": lambda self: self.array.flags.c_contiguous,
    "contiguous": lambda self: self if self.is_contiguous() else rules.COPY(self),
    "type": lambda self, dtype=None: self.to(dtype) if dtype else f"torch.{title(self.array)}Tensor",
    "type_as": lambda self, other: self.to(other.dtype),
    "view_as": lambda self, other: self.view(*other.shape),
    "reshape_as": lambda self, other: self.reshape(*other.shape),
    "where": lambda self, condition, other: where(condition, self, other),
    "float": lambda self: self.to(float32),
    "double": lambda self: self.to(float64),
    "long": lambda self: self.to(int64),
    "int": lambda self: self.to(int32),
    "bool": lambda self: self.to(kinds.bool_),
    "fill_": lambda self, value: self.copy_(value, "FillBackward0"),
    "zero_": lambda self: self.copy_(0, "ZeroBackward0"),
}
CHANGING = "abs add clamp div exp log mul neg pow reciprocal relu round sigmoid sqrt square sub tanh"  # abs_, add_, …
METHODS |= {f"{name}_": in_place(FUNCTIONS[name]) for name in CHANGING.split()}
for name, function in (FUNCTIONS | METHODS).items():
    function.__qualname__ = getattr(function, "__wrapped__", function).__qualname__ = name  # what an error names
    setattr(Tensor, name, function)


def _of_a_tensor(name: str, *given: Any, **options: Any) -> Any:
    """The function of that name as torch's own, which refuses what is no tensor. Raises `TypeError`."""
    first = given[0] if given else options.get("input", options.get("tensor"))
    refuse(not isinstance(first, Tensor), "argument", name, type(first).__name__)
    return FUNCTIONS[name](*given, **options)


TORCHS = {name: partial(_of_a_tensor, name) for name in FUNCTIONS} | {
    "cat": shapes.cat,
    "stack": shapes.stack,
    "where": where,
    "pow": FUNCTIONS["pow"],
    "is_tensor": lambda obj: isinstance(obj, Tensor),
}
