"""`import manual.autograd.nn.functional as F`, as `import torch.nn.functional as F`."""

import warnings

import numpy as np

from manual.autograd import rules
from manual.autograd.dtypes import title
from manual.autograd.functions import flatten, log_softmax, relu, reshape, sigmoid, softmax, tanh
from manual.autograd.tensor import Tensor

__all__ = ["binary_cross_entropy", "binary_cross_entropy_with_logits", "cross_entropy", "flatten", "l1_loss"]
__all__ += ["leaky_relu", "linear", "log_softmax", "mse_loss", "nll_loss", "relu", "sigmoid", "softmax", "tanh"]


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """input (…, k) @ weight (m, k) transposed + bias (m,)."""
    turned = weight.t()
    if bias is None:
        return input @ turned
    if input.array.ndim == 2 and input.array.shape[1] == turned.array.shape[0]:
        return bias.apply(rules.ADDMM, input, turned)
    if input.array.ndim == 1:
        return reshape(linear(reshape(input, 1, -1), weight, bias), -1)
    return input @ turned + bias


def leaky_relu(input: Tensor, negative_slope: float = 0.01) -> Tensor:
    return input.apply(rules.LEAKY_RELU, slope=negative_slope)


def mse_loss(input: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """The mean of (input - target)². Warns where the shapes differ: (n,) with (n, 1) would compare all pairs."""
    _same_size(input, target)
    return input.apply(rules.MSE, target, reduction=reduction)


def l1_loss(input: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """The mean of |input - target|."""
    _same_size(input, target)
    return _reduced(abs(input - target), reduction)


def _reduced(losses: Tensor, reduction: str) -> Tensor:
    return losses if reduction == "none" else losses.mean() if reduction == "mean" else losses.sum()


def _same_size(input: Tensor, target: Tensor) -> None:
    if input.shape != target.shape:
        warnings.warn(
            f"Using a target size ({target.shape}) that is different to the input size ({input.shape}). This will "
            "likely lead to incorrect results due to broadcasting. Please ensure they have the same size.",
            stacklevel=3,
        )


def binary_cross_entropy(input: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """The mean of -(y log p + (1 - y) log(1 - p)), for p between 0 and 1."""
    if input.shape != target.shape:
        raise ValueError(
            f"Using a target size ({target.shape}) that is different to the input size ({input.shape}) is deprecated. "
            "Please ensure they have the same size."
        )
    if ((input.array < 0) | (input.array > 1)).any():
        raise RuntimeError("all elements of input should be between 0 and 1")
    return input.apply(rules.BCE, target, reduction=reduction)


def binary_cross_entropy_with_logits(input: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """`binary_cross_entropy` of sigmoid(input), without its overflow."""
    if input.shape != target.shape:
        raise ValueError(f"Target size ({target.shape}) must be the same as input size ({input.shape})")
    return input.apply(rules.BCE_LOGITS, target, reduction=reduction)


def nll_loss(input: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """The mean of minus each row's entry of its class: input (n, classes), target (n,); or one row and its class."""
    if target.array.dtype != np.int64:
        raise RuntimeError(f"expected target dtype to be Long or Byte, but got {title(target.array)}")
    if input.array.ndim == 1:
        input, target = input.apply(rules.VIEW, to=(1, -1)), target.reshape(1)
    if len(input) != len(target):
        raise ValueError(f"Expected input batch_size ({len(input)}) to match target batch_size ({len(target)}).")
    classes = input.array.shape[1]
    for one in target.tolist():
        if not 0 <= one < classes:
            raise IndexError(f"Target {one} is out of bounds.")
    return input.apply(rules.NLL, target=target.array, reduction=reduction)


def cross_entropy(input: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """`nll_loss` of log_softmax(input): input (n, classes), target (n,)."""
    return nll_loss(log_softmax(input, input.array.ndim - 1), target, reduction)
