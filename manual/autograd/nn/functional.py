"""`import manual.autograd.nn.functional as F`, as `import torch.nn.functional as F`."""

import warnings

from manual.autograd import rules
from manual.autograd.tensor import Tensor

__all__ = ["mse_loss", "relu", "tanh"]


def mse_loss(input: Tensor, target: Tensor) -> Tensor:
    """The mean of (input - target)². Warns where the shapes differ: (n,) with (n, 1) would compare all pairs."""
    if input.shape != target.shape:
        warnings.warn(
            f"Using a target size ({target.shape}) that is different to the input size ({input.shape}). This will "
            "likely lead to incorrect results due to broadcasting. Please ensure they have the same size.",
            stacklevel=2,
        )
    return input.apply("MseLossBackward0", rules.MSE, target)


relu, tanh = Tensor.relu, Tensor.tanh
