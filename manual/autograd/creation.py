"""Tensors from numbers, lists and arrays."""

import math
from collections.abc import Callable, Sequence
from functools import wraps
from numbers import Rational
from typing import Any

import numpy as np

from manual.autograd import kinds
from manual.autograd.errors import refuse
from manual.autograd.kinds import DType, Size, float32, float64, int32, int64, uint8
from manual.autograd.rounding import multiply_add
from manual.autograd.tensor import Tensor, made


def new(make: Callable[..., Any]) -> Callable[..., Tensor]:
    """torch's function of one that gives the array: with the options that all of them have.

    `dtype` is handed on as NumPy's, None where none is asked. Raises `RuntimeError` for integers that ask for a
    gradient, and for any device but the CPU.
    """

    @wraps(make)
    def create(
        *given: Any, dtype: DType | None = None, device: Any = None, requires_grad: bool = False, **options: Any
    ) -> Tensor:
        kinds.device(kinds.CPU if device is None else device)
        return made(make(*given, dtype=dtype.numpy if dtype else None, **options)).requires_grad_(requires_grad)

    return create


@new
def tensor(data: Any, *, dtype: Any = None) -> Any:
    """A new tensor with the entries of `data`: a number, nested lists, an array or a tensor.

    Python floats become float32, arrays keep their dtype, Fractions stay exact. Raises `RuntimeError` where integers
    are asked for gradients, `TypeError` for what is no number, `ValueError` for lists of different lengths.
    """
    data, first, lengths = _bare(data), _bare(data), []
    while isinstance(first, list | tuple) and first:
        lengths.append(len(first))
        first = first[0]
    try:
        array = np.array(data, dtype)
    except ValueError:
        _even(data, lengths)
        raise
    for entry in np.array(data, object).flat if array.dtype.kind not in "biuf" else ():
        refuse(isinstance(entry, str | np.str_), "strings" if lengths else "new-type")
        refuse(not isinstance(entry, Rational | float | np.number), "no-dtype", type(entry).__name__)
    own = dtype is not None or isinstance(first, np.ndarray | np.generic)  # NumPy's numbers have a dtype of their own
    return array if own or array.dtype != np.float64 else array.astype(np.float32)


def _bare(data: Any) -> Any:
    """Without tensors: their arrays, and within lists the numbers of those that hold one."""
    if isinstance(data, Tensor):
        return data.array if data.array.ndim else data.array[()]
    return [_bare(entry) for entry in data] if isinstance(data, list | tuple) else data


def _even(data: Any, lengths: Sequence[int], depth: int = 0) -> None:
    """Raise torch's words for the first list that is not as long as the first one at its depth."""
    for row in [data] if isinstance(data, list | tuple) and depth < len(lengths) else []:
        refuse(len(row) != lengths[depth], "uneven", lengths[depth], depth, len(row))
        for entry in row:
            _even(entry, lengths, depth + 1)


def as_tensor(data: Any, *, dtype: DType | None = None) -> Tensor:
    """A tensor as it is, an array's own memory, or a new tensor."""
    if isinstance(data, Tensor):
        return data.to(dtype or data.dtype)
    return from_numpy(data).to(dtype=dtype) if isinstance(data, np.ndarray) else tensor(data, dtype=dtype)


def from_numpy(array: Any) -> Tensor:
    """A tensor that shares the array's memory."""
    refuse(not isinstance(array, np.ndarray), "from-numpy", type(array).__name__)
    return made(array)


def _typed(dtype: DType) -> Callable[..., Tensor]:
    """torch's old constructor: the entries of a list or an array as that dtype; of numbers, zeros of that size."""

    def construct(*data: Any) -> Tensor:
        listed = len(data) == 1 and not isinstance(data[0], int | Size | str)
        return made(np.array(_bare(data[0]), dtype.numpy)) if listed else Tensor(*data).to(dtype)

    return construct


FloatTensor, DoubleTensor, LongTensor, IntTensor, ByteTensor = map(_typed, (float32, float64, int64, int32, uint8))


def shape(size: Sequence[Any], name: str) -> Size:
    """The shape given as numbers or as one sequence. Raises `TypeError` and `RuntimeError` for what is none."""
    lengths = size[0] if size and isinstance(size[0], tuple | list) else size
    for length in lengths:
        refuse(not isinstance(length, int | np.integer), "size", name, type(length).__name__)
        refuse(length < 0, "zeros-negative" if name == "zeros" else "size-negative", length, list(lengths))
    return Size(lengths)


def of_size(name: str, make: Callable[..., Any]) -> Callable[..., Tensor]:
    """torch's function of a shape, `zeros(2, 3)` or `zeros((2, 3))`; `make(shape, dtype, …)` gives the array."""

    def sized(*size: Any, dtype: Any = None, **options: Any) -> Any:
        return make(shape(size, name), dtype or np.float32, **options)

    sized.__qualname__ = make.__qualname__ = name  # what an error names
    return new(sized)


zeros, ones = (
    of_size("zeros", lambda to, dtype: np.zeros(to, dtype)),
    of_size("ones", lambda to, dtype: np.ones(to, dtype)),
)
empty = zeros  # torch leaves there what the memory holds; here they are zeros


def like(make: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """The function that makes a tensor of another's shape and, where none is asked, of its dtype."""

    def alike(input: Tensor, *given: Any, dtype: DType | None = None, **options: Any) -> Tensor:
        return make(input.shape, *given, dtype=dtype or input.dtype, **options)

    return alike


@new
def full(size: Sequence[int], fill_value: Any, *, dtype: Any = None) -> Any:
    """The same number everywhere."""
    value = tensor(fill_value).array
    return np.full(tuple(size), value, dtype or value.dtype)


@new
def eye(n: int, m: int | None = None, *, dtype: Any = None) -> Any:
    """Ones where row and column have the same number, else zeros."""
    return np.eye(n, m, dtype=dtype or np.float32)


@new
def arange(start: Any, end: Any = None, step: Any = 1, *, dtype: Any = None) -> Any:
    """start, start + step, … below `end`; integers where all three are. Each entry is start + i · step in float64."""
    start, end, step = map(_bare, (0, start, step) if end is None else (start, end, step))
    if dtype is None:
        dtype = np.int64 if all(isinstance(one, int | np.integer) for one in (start, end, step)) else np.float32
    return (start + np.arange(max(math.ceil((end - start) / step), 0)) * step).astype(dtype)


@new
def linspace(start: float, end: float, steps: int, *, dtype: Any = None) -> Any:
    """`steps` numbers from `start` to `end`. As in torch, the second half is counted back from the end."""
    number = np.dtype(dtype or np.float32).type
    step = (number(end) - number(start)) / number(max(steps - 1, 1))
    i = np.arange(steps).astype(number)
    first, second = (np.full_like(i, one) for one in (start, end))
    return np.where(i < max(steps // 2, 1), multiply_add(step, i, first), multiply_add(-step, i[::-1], second)).astype(
        number
    )


zeros_like, ones_like, full_like = map(like, (zeros, ones, full))
empty_like = zeros_like
NAMES = """
    ByteTensor DoubleTensor FloatTensor IntTensor LongTensor arange as_tensor empty empty_like eye from_numpy full
    full_like linspace ones ones_like tensor zeros zeros_like
"""
FUNCTIONS = {name: globals()[name] for name in NAMES.split()}
