"""What the functions of this side accept, checked once at the door."""

from typing import TypeAlias

import numpy as np
import torch
from numpy import typing

Array: TypeAlias = torch.Tensor
ArrayLike: TypeAlias = torch.Tensor | typing.ArrayLike


def checked(x: ArrayLike, y: ArrayLike, w: ArrayLike, b: ArrayLike) -> tuple[Array, Array, Array, Array]:
    """x (n,) or (n, d), y (n,), w () or (d,), b () as tensors of one dtype: the widest of x and y, float32 or float64.

    Integers become float64. Raises `ValueError`, with the shapes, for anything that is not a regression problem.
    """
    tensors = [_numeric(name, value) for name, value in zip("xywb", (x, y, w, b), strict=True)]
    dtype = torch.promote_types(tensors[0].dtype, tensors[1].dtype)
    x, y, w, b = (tensor.to(dtype) for tensor in tensors)
    shapes = ", ".join(f"{name} {tuple(tensor.shape)}" for name, tensor in zip("xywb", (x, y, w, b), strict=True))
    if y.ndim != 1 or x.shape[:1] != y.shape or x.ndim > 2 or w.shape != x.shape[1:] or b.ndim != 0:
        raise ValueError(f"expected x (n,) or (n, d), y (n,), w () or (d,), b (); got {shapes}")
    if x.numel() == 0:
        raise ValueError(f"expected at least one row and one feature; got {shapes}")
    for name, tensor in zip("xywb", (x, y, w, b), strict=True):
        if not torch.isfinite(tensor).all():
            raise ValueError(f"{name} holds a value that is not finite in {str(dtype).split('.')[1]}; got {shapes}")
    return x, y, w, b


def _numeric(name: str, value: ArrayLike) -> Array:
    try:
        tensor = value.detach() if isinstance(value, torch.Tensor) else torch.as_tensor(np.array(value))
    except (ValueError, TypeError) as unusable:
        raise ValueError(f"{name} is not an array of numbers: {unusable}") from None
    if tensor.dtype in (torch.float32, torch.float64):
        return tensor
    if tensor.dtype.is_floating_point or tensor.dtype.is_complex or tensor.dtype == torch.bool:
        raise ValueError(
            f"{name} must hold float32, float64 or integer numbers; got {tensor.dtype}, shape {tuple(tensor.shape)}"
        )
    return tensor.double()
