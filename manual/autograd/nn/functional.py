"""`import manual.autograd.nn.functional as F`, as `import torch.nn.functional as F`."""

import warnings

from manual.autograd import rules
from manual.autograd.functions import log_softmax, relu, sigmoid, softmax, tanh
from manual.autograd.tensor import Tensor

__all__ = ["log_softmax", "mse_loss", "relu", "sigmoid", "softmax", "tanh"]


def mse_loss(input: Tensor, target: Tensor, reduction: str = "mean") -> Tensor:
    """The mean of (input - target)². Warns where the shapes differ: (n,) with (n, 1) would compare all pairs."""
    if input.shape != target.shape:
        warnings.warn(
            f"Using a target size ({target.shape}) that is different to the input size ({input.shape}). This will "
            "likely lead to incorrect results due to broadcasting. Please ensure they have the same size.",
            stacklevel=2,
        )
    return input.apply(rules.MSE, target, reduction=reduction)
