"""`import manual.autograd.nn.functional as F`, as `import torch.nn.functional as F`."""

import warnings

import numpy as np

from manual.autograd import errors, rules
from manual.autograd.errors import refusal, title
from manual.autograd.functions import FUNCTIONS, log_softmax, softmax
from manual.autograd.shapes import flatten, reshape
from manual.autograd.tensor import Tensor, made

__all__ = ["binary_cross_entropy", "binary_cross_entropy_with_logits", "cross_entropy", "flatten", "l1_loss"]
__all__ += ["leaky_relu", "linear", "log_softmax", "mse_loss", "nll_loss", "one_hot", "relu", "sigmoid", "softmax"]
__all__ += ["tanh"]

relu, sigmoid, tanh = (FUNCTIONS[name] for name in ("relu", "sigmoid", "tanh"))


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """input (…, k) @ weight (m, k) transposed + bias (m,)."""
    turned = weight.t()
    if input.array.dtype != weight.array.dtype:
        raise refusal("linear-dtype", title(input.array), title(weight.array))
    if bias is None:
        return input @ turned
    if input.array.ndim == 2 and input.array.shape[1] == turned.array.shape[0]:
        return bias.apply(rules.ADDMM, input, turned)
    if input.array.ndim == 1:
        return reshape(linear(reshape(input, 1, -1), weight, bias), -1)
    return input @ turned + bias


def leaky_relu(input: Tensor, negative_slope: float = 0.01) -> Tensor:
    return input.apply(rules.LEAKY_RELU, slope=negative_slope)


def one_hot(tensor: Tensor, num_classes: int = -1) -> Tensor:
    """A new last axis: 1 at the place of each class, else 0."""
    classes = np.arange(int(tensor.array.max()) + 1 if num_classes == -1 else num_classes)
    return made((tensor.array[..., None] == classes).astype(np.int64))


def _same_size(input: Tensor, target: Tensor) -> None:
    if input.shape != target.shape:
        warnings.warn(errors.OTHER_SIZE.format(target.shape, input.shape), stacklevel=3)


def mse_loss(input: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """The mean of (input - target)². Warns where the shapes differ: (n,) with (n, 1) would compare all pairs."""
    _same_size(input, target)
    return input.apply(rules.MSE, target, reduction=reduction)


def l1_loss(input: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """The mean of |input - target|."""
    _same_size(input, target)
    losses = abs(input - target)
    return losses if reduction == "none" else FUNCTIONS[reduction](losses)


def binary_cross_entropy(input: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """The mean of -(y log p + (1 - y) log(1 - p)), for p between 0 and 1."""
    if input.shape != target.shape:
        raise refusal("other-size", target.shape, input.shape)
    if ((input.array < 0) | (input.array > 1)).any():
        raise refusal("probabilities")
    return input.apply(rules.BCE, target, reduction=reduction)


def binary_cross_entropy_with_logits(input: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """`binary_cross_entropy` of sigmoid(input), without its overflow."""
    if input.shape != target.shape:
        raise refusal("target-size", target.shape, input.shape)
    return input.apply(rules.BCE_LOGITS, target, reduction=reduction)


def nll_loss(input: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """The mean of minus each row's entry of its class: input (n, classes), target (n,); or one row and its class."""
    if target.array.dtype != np.int64:
        raise refusal("target-dtype", title(target.array))
    if input.array.ndim == 1:
        input, target = input.apply(rules.VIEW, to=(1, -1)), reshape(target, 1)
    if len(input) != len(target):
        raise refusal("target-batch", len(input), len(target))
    for one in target.array.tolist():
        if not 0 <= one < input.array.shape[1]:
            raise refusal("target-bounds", one)
    return input.apply(rules.NLL, target=target.array, reduction=reduction)


def cross_entropy(input: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """`nll_loss` of log_softmax(input): input (n, classes), target (n,)."""
    return nll_loss(log_softmax(input, input.array.ndim - 1), target, reduction)
