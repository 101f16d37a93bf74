"""Expressions of tensors, on either side: the tensors that they name, and what comes of them."""

import numpy as np


def names(side):
    return {
        "T": side,
        "np": np,
        "x": side.tensor([1.0, 2.0, 3.0], requires_grad=True),
        "m": side.tensor([[0.5, -1.5, 2.5], [3.5, 4.0, -6.0]], requires_grad=True),
        "s": side.tensor(2.5, requires_grad=True),
        "i": side.tensor([3, -1, 2]) ** 2,
        "f": side.tensor([True, False, True]),
    }


def gradients_of(expression, side):
    """What arrives at every leaf, if the expression is a tensor that comes from one."""
    space = names(side)
    value = eval(expression, space)
    if isinstance(value, side.Tensor) and value.requires_grad:
        weights = np.linspace(1, 3, value.numel()).reshape(value.shape)
        value.backward(side.tensor(weights, dtype=value.dtype))
    return [space[name].grad for name in "xms"]


def printed(expressions, side):
    """Each of the expressions, with its text and that of its gradients."""
    return [(e, repr(eval(e, names(side))), repr(gradients_of(e, side))) for e in expressions.split("; ")]
