"""Linear regression under the mean squared error: every derivative by hand, one link of the chain at a time.

    w, b ──► yp = x w + b ──► r = yp - y ──► loss = mean(r²)

The chain rule walks it backwards: how the loss moves with each prediction, times how that prediction moves with w or b.
"""

from manual.inputs import Array, ArrayLike, checked

__all__ = ["dmse_db", "dmse_dw", "dmse_dyp", "gradients", "mse", "predict"]


def predict(x: Array, w: Array, b: Array) -> Array:
    """The predictions yp = x w + b, (n,), for x (n,) with w (), or x (n, d) with w (d,)."""
    return (w * x if x.ndim == 1 else x @ w) + b  # (n,)


def mse(yp: Array, y: Array) -> Array:
    """The mean squared error, a scalar: the squares' sum divided by n (a mean, with no ½ in front)."""
    r = yp - y  # (n,)
    return (r * r).sum() / len(y)


def dmse_dyp(yp: Array, y: Array) -> Array:
    """How the loss moves with each prediction, (n,).

    loss = (1/n) Σ rᵢ² with rᵢ = ypᵢ - yᵢ. Only the i-th term of that sum holds ypᵢ; d(rᵢ²)/drᵢ = 2 rᵢ, drᵢ/dypᵢ = 1:

        ∂loss/∂ypᵢ = (1/n) · 2 rᵢ
    """
    r = yp - y  # (n,)
    return (1 / len(y)) * (2 * r)


def dmse_dw(x: Array, dyp: Array) -> Array:
    """How the loss moves with the weight, () or (d,), given `dyp` = ∂loss/∂yp, (n,).

    ypᵢ = xᵢ w + b moves with w by xᵢ, and every prediction holds the same w, so the contributions add up:

        ∂loss/∂w = Σ ∂loss/∂ypᵢ · xᵢ
    """
    return (dyp * x.T).sum(axis=-1)


def dmse_db(dyp: Array) -> Array:
    """How the loss moves with the bias, a scalar, given `dyp` = ∂loss/∂yp, (n,).

    ypᵢ = xᵢ w + b moves with b by exactly 1, whatever xᵢ is:

        ∂loss/∂b = Σ ∂loss/∂ypᵢ · 1
    """
    return dyp.sum()


def gradients(x: ArrayLike, y: ArrayLike, w: ArrayLike, b: ArrayLike) -> tuple[Array, Array]:
    """(dw, db): the derivatives of mse(predict(x, w, b), y) by w, () or (d,), and by b, ().

    x (n,) or (n, d), y (n,); float32 or float64. Raises `ValueError` with the shapes where they do not fit.
    """
    x, y, w, b = checked(x, y, w, b)
    dyp = dmse_dyp(predict(x, w, b), y)  # (n,)
    return dmse_dw(x, dyp), dmse_db(dyp)
