"""`import manual.autograd.nn.functional as F`, as `import torch.nn.functional as F`."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from manual.autograd import rules
from manual.autograd.errors import absent, refuse, title, warn
from manual.autograd.functions import FUNCTIONS
from manual.autograd.shapes import flatten, reshape
from manual.autograd.tensor import Tensor, made

__all__ = ["binary_cross_entropy", "binary_cross_entropy_with_logits", "cross_entropy", "flatten", "l1_loss"]
__all__ += ["leaky_relu", "linear", "log_softmax", "mse_loss", "nll_loss", "one_hot", "relu", "sigmoid", "softmax"]
__all__ += ["tanh"]

relu, sigmoid, tanh, softmax, log_softmax = (
    FUNCTIONS[name] for name in ("relu", "sigmoid", "tanh", "softmax", "log_softmax")
)


def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Any:
    """input (…, k) @ weight (m, k) transposed + bias (m,)."""
    refuse(input.array.dtype != weight.array.dtype, "linear-dtype", title(input.array), title(weight.array))
    turned = weight.t()
    if bias is None:
        return input @ turned
    if input.array.ndim == 2 and input.array.shape[1] == turned.array.shape[0]:
        return rules.ADDMM(bias, input, turned)
    if input.array.ndim == 1:
        return reshape(linear(reshape(input, 1, -1), weight, bias), -1)
    return input @ turned + bias


def leaky_relu(input: Tensor, negative_slope: float = 0.01) -> Any:
    return rules.LEAKY_RELU(input, slope=negative_slope)


def one_hot(tensor: Tensor, num_classes: int = -1) -> Tensor:
    """A new last axis: 1 at the place of each class, else 0."""
    refuse(tensor.array.dtype != np.int64, "one-hot")
    classes = np.arange(int(tensor.array.max()) + 1 if num_classes == -1 else num_classes)
    return made((tensor.array[..., None] == classes).astype(np.int64))


def _difference(of: Callable[..., Any]) -> Callable[..., Any]:
    """A loss of differences. Warns where the shapes differ: (n,) with (n, 1) would compare all pairs."""

    def loss(input: Tensor, target: Tensor, reduction: str = "mean") -> Any:
        if input.shape != target.shape:
            warn("other-sizes", target.shape, input.shape)
        return of(input, target, reduction=reduction)

    return loss


def _two_classes(of: Callable[..., Any], size: str, kind: str) -> Callable[..., Any]:
    """A cross entropy with targets of the input's size and kind. Raises the refusals of those names for others."""

    def loss(input: Tensor, target: Tensor, reduction: str = "mean") -> Any:
        refuse(input.shape != target.shape, size, target.shape, input.shape)
        kinds = title(target.array), title(input.array)
        refuse(kinds[0] != kinds[1] and target.array.dtype.kind in "biu", kind, *kinds)
        refuse(of is rules.BCE and ((input.array < 0) | (input.array > 1)).any(), "probabilities")
        return of(input, target, reduction=reduction)

    return loss


def _absolute(input: Tensor, target: Tensor, reduction: str) -> Any:
    losses = abs(input - target)
    return losses if reduction == "none" else FUNCTIONS[reduction](losses)


mse_loss, l1_loss = _difference(rules.MSE), _difference(_absolute)
binary_cross_entropy = _two_classes(rules.BCE, "other-size", "target-other")
binary_cross_entropy_with_logits = _two_classes(rules.BCE_LOGITS, "target-size", "target-cast")


def nll_loss(input: Tensor, target: Tensor, reduction: str = "mean") -> Any:
    """The mean of minus each row's entry of its class: input (n, classes), target (n,); or one row and its class."""
    refuse(target.array.dtype != np.int64, "target-dtype", title(target.array))
    if input.array.ndim == 1:
        input, target = rules.VIEW(input, to=(1, -1)), reshape(target, 1)
    refuse(len(input) != len(target), "target-batch", len(input), len(target))
    for one in target.array.tolist():
        refuse(not 0 <= one < input.array.shape[1], "target-bounds", one)
    return rules.NLL(input, target=target.array, reduction=reduction)


def cross_entropy(input: Tensor, target: Tensor, reduction: str = "mean") -> Any:
    """`nll_loss` of log_softmax(input): input (n, classes), target (n,)."""
    return nll_loss(log_softmax(input, input.array.ndim - 1), target, reduction)


__getattr__ = partial(absent, there=__all__, owner="nn.functional")
