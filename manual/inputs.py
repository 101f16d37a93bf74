"""What the functions of this side accept, checked once at the door."""

from typing import TypeAlias

import numpy as np
from numpy import typing

Array: TypeAlias = typing.NDArray[np.floating]
ArrayLike: TypeAlias = typing.ArrayLike


def checked(x: ArrayLike, y: ArrayLike, w: ArrayLike, b: ArrayLike) -> tuple[Array, Array, Array, Array]:
    """x (n,) or (n, d), y (n,), w () or (d,), b () as arrays of one dtype: the widest of x and y, float32 or float64.

    Integers become float64. Raises `ValueError`, with the shapes, for anything that is not a regression problem.
    """
    arrays = [_numeric(name, value) for name, value in zip("xywb", (x, y, w, b), strict=True)]
    dtype = np.result_type(arrays[0], arrays[1])
    x, y, w, b = (np.asarray(array, dtype) for array in arrays)
    shapes = f"x {x.shape}, y {y.shape}, w {w.shape}, b {b.shape}"
    if y.ndim != 1 or x.shape[:1] != y.shape or x.ndim > 2 or w.shape != x.shape[1:] or b.shape != ():
        raise ValueError(f"expected x (n,) or (n, d), y (n,), w () or (d,), b (); got {shapes}")
    if x.size == 0:
        raise ValueError(f"expected at least one row and one feature; got {shapes}")
    for name, array in zip("xywb", (x, y, w, b), strict=True):
        if not np.isfinite(array).all():
            raise ValueError(f"{name} holds a value that is not finite in {dtype}; got {shapes}")
    return x, y, w[()], b[()]


def _numeric(name: str, value: ArrayLike) -> Array:
    try:
        array = np.asarray(value)
    except ValueError as ragged:
        raise ValueError(f"{name} is not an array of numbers: {ragged}") from None
    if array.dtype.kind in "iu" or array.dtype in (np.float32, np.float64):
        return array if array.dtype.kind == "f" else array.astype(np.float64)
    raise ValueError(f"{name} must hold float32, float64 or integer numbers; got {array.dtype}, shape {array.shape}")
