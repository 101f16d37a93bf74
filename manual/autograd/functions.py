"""torch's functions, one table: each is a method of a tensor too, so that `torch.exp(x)` is `x.exp()`."""

import builtins
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import numpy as np

from manual.autograd import core, errors, kinds, rules
from manual.autograd.core import Rule
from manual.autograd.errors import refusal, title
from manual.autograd.kinds import DType, float32, float64, int32, int64
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
    named = tuple(_axis(input, axis) for axis in ([dim] if isinstance(dim, int) else dim))
    return named if input.array.ndim else ()


def _axis(input: Tensor, axis: int, new: int = 0) -> int:
    """An axis counted from the front; `new` is 1 where one is put in."""
    ndim = builtins.max(input.array.ndim + new, 1)
    if not -ndim <= axis < ndim:
        raise refusal("axis", -ndim, ndim - 1, axis)
    return axis % ndim


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
        axis = _axis(input, dim)
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
    return input.apply(rules.CUMSUM, axis=_axis(input, dim))


def softmax(input: Tensor, dim: int, dtype: DType | None = None) -> Tensor:
    """exp(x) as parts of a whole along an axis."""
    return input.to(dtype or input.dtype).apply(rules.SOFTMAX, axis=_axis(input, dim))


def log_softmax(input: Tensor, dim: int, dtype: DType | None = None) -> Tensor:
    return input.to(dtype or input.dtype).apply(rules.LOG_SOFTMAX, axis=_axis(input, dim))


def clamp(input: Tensor, min: Any = None, max: Any = None) -> Tensor:
    """Each entry, but at least `min` and at most `max`."""
    low, high = (-np.inf if min is None else min), (np.inf if max is None else max)
    result = input.apply(rules.CLAMP, low=low, high=high)
    return result if result.array.dtype == input.array.dtype else result.to(input.dtype)


def where(condition: Tensor, input: Operand, other: Operand) -> Tensor:
    """The entries of `input` where the condition holds, else those of `other`."""
    first = input if isinstance(input, Tensor) else made(np.asarray(input, other.array.dtype))
    return first.apply(rules.WHERE, other, condition=condition.array)


# ------------------------------------------------------------------------------------------------------------- shapes


def reshape(input: Tensor, *shape: Any) -> Tensor:
    """The same entries in another shape, in the same memory where that is possible."""
    to = shape[0] if isinstance(shape[0], tuple | list) else shape
    try:
        return input.viewed(rules.VIEW, to=tuple(to))
    except RuntimeError:
        raise refusal("reshape", list(to), input.array.size) from None


def view(input: Tensor, *shape: Any) -> Tensor:
    """As `reshape`, in the same memory. Raises `RuntimeError` where the entries would have to be copied."""
    result = reshape(input, *shape)
    if input.array.size and result.memory is not input.memory:
        raise refusal("view")
    return result


def expand(input: Tensor, *size: Any) -> Tensor:
    """The entries repeated along axes of length 1, in the same memory; -1 leaves a length as it is."""
    to = list(size[0] if isinstance(size[0], tuple | list) else size)
    lead = len(to) - input.array.ndim
    to = [input.array.shape[i - lead] if length == -1 and i >= lead else length for i, length in enumerate(to)]
    try:
        return input.viewed(rules.EXPAND, shape=tuple(to))
    except RuntimeError:
        raise errors.unfilled(to, input.array) from None


def flatten(input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """The axes from one to another as one. What has one axis already is returned as it is."""
    shape, first, last = input.array.shape, _axis(input, start_dim), _axis(input, end_dim)
    return input if first == last and shape else reshape(input, *shape[:first], -1, *shape[last + 1 :])


def t(input: Tensor) -> Tensor:
    """Rows and columns exchanged."""
    return input.viewed(rules.PERMUTE, "TBackward0", to=range(input.array.ndim)[::-1])


def permute(input: Tensor, *dims: Any) -> Tensor:
    """The axes in another order."""
    listed = dims[0] if isinstance(dims[0], tuple | list) else dims
    return input.viewed(rules.PERMUTE, to=[_axis(input, dim) for dim in listed])


def transpose(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """Two axes exchanged."""
    to = list(range(input.array.ndim))
    one, other = _axis(input, dim0), _axis(input, dim1)
    to[one], to[other] = other, one
    return input.viewed(rules.PERMUTE, "TransposeBackward0", to=to)


def squeeze(input: Tensor, dim: int | None = None) -> Tensor:
    """Without the axes of length 1, or without that one."""
    axis, shape = None if dim is None else _axis(input, dim), input.array.shape
    kept = tuple(n for i, n in enumerate(shape) if n != 1 or axis not in (None, i))
    return input.viewed(rules.VIEW, f"SqueezeBackward{int(axis is not None)}", to=kept)


def unsqueeze(input: Tensor, dim: int) -> Tensor:
    """With a new axis of length 1."""
    axis, shape = _axis(input, dim, new=1), input.array.shape
    return input.viewed(rules.VIEW, "UnsqueezeBackward0", to=(*shape[:axis], 1, *shape[axis:]))


def repeat(input: Tensor, *sizes: Any) -> Tensor:
    """The whole so many times along each axis."""
    times = tuple(sizes[0]) if isinstance(sizes[0], tuple | list) else sizes
    return input.apply(rules.repeated(input.array.shape, times))


def _of_one_kind(tensors: Sequence[Tensor]) -> list[Tensor]:
    """Tensors in the type that mixing all of them gives."""
    kind = tensors[0].array
    for one in tensors[1:]:
        kind = kinds.promoted(kind, one.array)[0]
    return [one.to(DType(kind.dtype.name)) for one in tensors]


def cat(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Tensors one behind the other along an axis. Raises `RuntimeError` where they do not fit."""
    if not tensors:
        raise refusal("cat-empty")
    shapes = [one.array.shape for one in tensors]
    axis = _axis(tensors[0], dim)
    for place, shape in enumerate(shapes):
        if len(shape) != len(shapes[0]):
            raise refusal("cat-dims", len(shapes[0]), len(shape))
        for i, (wanted, length) in enumerate(zip(shapes[0], shape, strict=True)):
            if i != axis and wanted != length:
                raise refusal("cat-sizes", axis, wanted, length, place)
    first, *others = _of_one_kind(tensors)
    return first.apply(rules.joined([shape[axis] for shape in shapes], axis), *others)


def stack(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Tensors of one shape along a new axis. Raises `RuntimeError` where they have not one."""
    if not tensors:
        raise refusal("stack-empty")
    for place, one in enumerate(tensors):
        if one.array.shape != tensors[0].array.shape:
            raise refusal("stack", list(tensors[0].shape), list(one.shape), place)
    first, *others = _of_one_kind(tensors)
    return first.apply(rules.stacked(len(tensors), _axis(first, dim, new=1)), *others)


def split(tensor: Tensor, split_size_or_sections: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Parts along an axis, of that length, the last of what is left; or of those lengths."""
    axis, wanted = _axis(tensor, dim), split_size_or_sections
    length = tensor.array.shape[axis]
    ends = range(wanted, length + wanted, wanted) if isinstance(wanted, int) else np.cumsum(wanted).tolist()
    cuts = [slice(start, builtins.min(end, length)) for start, end in zip([0, *ends], ends, strict=False)]
    name = "Split" if isinstance(wanted, int) else "SplitWithSizes"
    return tuple(tensor.parts([(slice(None),) * axis + (cut, ...) for cut in cuts], name))


def allclose(input: Tensor, other: Tensor, rtol: float = 1e-5, atol: float = 1e-8) -> bool:
    """Whether all entries differ by at most atol + rtol |other|."""
    return np.allclose(input.array, other.array, rtol, atol)


@along
def sort(input: Tensor, dim: int = -1, descending: bool = False) -> Returned:
    """The entries along an axis from the smallest to the largest, or the other way."""
    axis = _axis(input, dim)
    order = np.argsort(-input.array if descending else input.array, axis, kind="stable")
    return _taken("sort", input, order, axis)


def topk(input: Tensor, k: int, dim: int = -1) -> Returned:
    """The k largest entries along an axis."""
    axis = _axis(input, dim)
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
    function.__qualname__ = name  # what an error names
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
