"""Linear regression under the mean squared error: every derivative by torch's autograd, under the same names.

    w, b ──► yp = x w + b ──► r = yp - y ──► loss = mean(r²)

Nothing here knows a derivative. torch records the forward pass and walks it backwards by itself.
"""

import torch

from torch_impl.inputs import Array, ArrayLike, checked

__all__ = ["dmse_db", "dmse_dw", "dmse_dyp", "gradients", "mse", "predict"]


def predict(x: Array, w: Array, b: Array) -> Array:
    """The predictions yp = x w + b, (n,), for x (n,) with w (), or x (n, d) with w (d,)."""
    return (w * x if x.ndim == 1 else x @ w) + b  # (n,)


def mse(yp: Array, y: Array) -> Array:
    """The mean squared error, a scalar: the squares' sum divided by n (a mean, with no ½ in front)."""
    r = yp - y  # (n,)
    return (r**2).mean()


def dmse_dyp(yp: Array, y: Array) -> Array:
    """How the loss moves with each prediction, (n,): `backward()` from the loss to the predictions."""
    yp = yp.detach().requires_grad_()
    (dyp,) = torch.autograd.grad(mse(yp, y), yp)
    return dyp


def dmse_dw(x: Array, dyp: Array) -> Array:
    """How the loss moves with the weight, () or (d,), given `dyp` = ∂loss/∂yp, (n,): `backward()` through `predict`.

    A prediction is linear in w, so the weight at which it is differentiated does not matter: 0 will do.
    """
    w = torch.zeros(x.shape[1:], dtype=x.dtype, requires_grad=True)
    (dw,) = torch.autograd.grad(predict(x, w, torch.zeros_like(dyp[0])), w, dyp)
    return dw


def dmse_db(dyp: Array) -> Array:
    """How the loss moves with the bias, a scalar, given `dyp` = ∂loss/∂yp, (n,): `backward()` through `predict`."""
    b = torch.zeros((), dtype=dyp.dtype, requires_grad=True)
    (db,) = torch.autograd.grad(predict(torch.zeros_like(dyp), torch.zeros_like(dyp[0]), b), b, dyp)
    return db


def gradients(x: ArrayLike, y: ArrayLike, w: ArrayLike, b: ArrayLike) -> tuple[Array, Array]:
    """(dw, db): the derivatives of mse(predict(x, w, b), y) by w, () or (d,), and by b, ().

    x (n,) or (n, d), y (n,); float32 or float64. Raises `ValueError` with the shapes where they do not fit.
    """
    x, y, w, b = checked(x, y, w, b)
    w, b = w.clone().requires_grad_(), b.clone().requires_grad_()
    dw, db = torch.autograd.grad(mse(predict(x, w, b), y), (w, b))
    return dw, db
