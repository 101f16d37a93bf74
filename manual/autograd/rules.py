"""The operations beyond the core's: functions, powers of tensors, totals along an axis, views, and classification.

    a, b    the operands         out     the result
    g       the gradient arriving at the result; it has the result's shape
    axis    along which is summed: a number or several

A pull's second entry says what it saves. Sources: the chain rule, and for the order of the roundings torch's
`derivatives.yaml`.
"""

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from manual.autograd.core import operation, pull, zero
from manual.autograd.errors import refuse
from manual.autograd.rounding import Array, masked, rounded, summed

Axis = int | tuple[int, ...]
exp, log, log1p, tanh, raised = map(rounded, (np.exp, np.log, np.log1p, np.tanh, np.power))


def sign(a: Array) -> Any:
    """1, 0 or -1; of what is no number 0, as in torch."""
    return np.subtract(a > 0, a < 0, dtype=a.dtype)


def power(a: Any, n: Any) -> Any:
    """a ** n as torch rounds it: where n is one of these numbers, by products."""
    if n in (2, 3):
        return a * a if n == 2 else a * a * a
    return 1 / (a * a if n == -2 else np.sqrt(a)) if n in (-2, -0.5) else raised(a, n)


def slopes(a: Any, b: Array) -> Any:
    """The derivative of a ** b by a: b · a ** (b - 1), and 0 where b is 0, even at a = 0."""
    return np.where(b == 0, 0, b * raised(a, b - 1))


def growth(a: Any, b: Any, out: Array) -> Any:
    """The derivative of a ** b by b: out · log a, and 0 where a is 0 and stays it."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((a == 0) & (b >= 0), 0, out * log(a))


def divided(function: np.ufunc) -> Any:
    """A division whose result is whole. Raises `RuntimeError` for integers by zero, of which NumPy makes 0."""

    def of(a: Array, b: Any) -> Any:
        refuse(np.result_type(a, b).kind in "biu" and not np.all(b), "zero-division")
        return function(a, b)

    return of


EXP = operation("ExpBackward0", exp, (lambda g, out: g * out, "out"), real=True)
LOG = operation("LogBackward0", log, (lambda g, a: g / a, "a"), real=True)
TANH = operation("TanhBackward0", tanh, (lambda g, out: g * (1 - out * out), "out"), real=True)
RELU = operation(
    "ReluBackward0", lambda a: np.maximum(zero(a), a), (lambda g, out: masked(g, out <= 0, zero(g)), "out")
)
SQRT = operation("SqrtBackward0", np.sqrt, (lambda g, out: g / (2 * out), "out"), real=True)
ABS = operation("AbsBackward0", np.abs, (lambda g, a: g * sign(a), "a"))
SIN = operation("SinBackward0", np.sin, (lambda g, a: g * np.cos(a), "a"), real=True)
COS = operation("CosBackward0", np.cos, (lambda g, a: g * -np.sin(a), "a"), real=True)
SIGN, ROUND, FLOOR, CEIL = (
    operation(f"{function.__name__.capitalize()}Backward0", function, np.zeros_like)
    for function in (sign, np.round, np.floor, np.ceil)
)
ROUND_TO = operation("RoundBackward1", np.round, lambda g, **_: np.zeros_like(g))
FLOOR_DIVIDE = operation("floor_divide", divided(np.floor_divide))
REMAINDER = operation("RemainderBackward0", divided(np.remainder), lambda g: g)
REMAINDERS = operation(
    "RemainderBackward1", divided(np.remainder), lambda g: g, (lambda g, a, b: -g * np.floor(a / b), "a b")
)
POW = operation("PowBackward0", power, (lambda g, a, n: g * (n * power(a, n - 1) if n else zero(a)), "a"))
POWERS = operation(
    "PowBackward1",
    raised,
    (lambda g, a, b: g * slopes(a, b), "a b"),
    (lambda g, a, b, out: g * growth(a, b, out), "a b out"),
)
POW_OF = operation("PowBackward2", lambda a, b: b**a, (lambda g, a, b, out: g * growth(b, a, out), "a b out"))


def summands(shape: tuple[int, ...], axis: Axis | None) -> int:
    """How many entries each total of a sum along `axis` has."""
    return prod(shape if axis is None else [shape[i] for i in np.atleast_1d(axis)])


def spread_along(g: Array, shape: tuple[int, ...], axis: Axis | None, keepdims: bool) -> Array:
    """The gradient of a sum along an axis: each summand receives that of its total."""
    axes = tuple(range(len(shape))) if axis is None else axis
    return np.broadcast_to(g if keepdims else np.expand_dims(g, axes), shape)


def variance(a: Array, axis: Any, keepdims: bool, correction: int) -> Any:
    """Σ (a - mean)² / (n - correction)."""
    return a.var(axis, ddof=correction, keepdims=keepdims)


def variance_slope(g: Array, a: Array, axis: Any, keepdims: bool, correction: int) -> Any:
    """2 (aᵢ - mean) / (n - correction): what the mean moves by cancels, because the deviations sum to zero."""
    free = summands(a.shape, axis) - correction
    share = 2 / free if free else np.inf
    return share * spread_along(g, a.shape, axis, keepdims) * (a - a.mean(axis, keepdims=True))


def expanded(a: Array, shape: tuple[int, ...]) -> Array:
    """The entries repeated; where there is nothing to repeat, they can be written to."""
    return a.view() if a.shape == shape else np.broadcast_to(a, shape)


def repeats(g: Array, shape: tuple[int, ...], reps: Sequence[int]) -> Array:
    """The gradient of a whole that is repeated along each axis: an entry receives what arrives at all of its copies."""
    lengths = (1,) * (len(reps) - len(shape)) + shape
    copies_and_entries = [n for pair in zip(reps, lengths, strict=True) for n in pair]  # axis by axis
    return g.reshape(copies_and_entries).sum(tuple(range(0, 2 * len(reps), 2))).reshape(shape)


def scattered(g: Array, shape: tuple[int, ...], key: Any) -> Array:
    """The gradient of an indexing: an entry receives the gradients of all places that it was copied to."""
    whole = np.full(shape, zero(g), g.dtype)
    np.add.at(whole, key, g)
    return whole


def cut(g: Array, key: Any) -> Array:
    """The gradient of what an assignment overwrites: nothing of the old entries at the place is left."""
    g = g.copy()
    g[key] = zero(g)
    return g


SUM_ALONG = operation("SumBackward1", summed, (spread_along, "shape"))
MEAN_ALONG = operation(
    "MeanBackward1",
    lambda a, axis, keepdims: summed(a, axis, keepdims) / summands(a.shape, axis),
    (lambda g, shape, axis, keepdims: spread_along(g, shape, axis, keepdims) / summands(shape, axis), "shape"),
)
NORM = operation(  # √Σ a², whose derivative by aᵢ is aᵢ / out
    "LinalgVectorNormBackward0",
    lambda a, axis, keepdims: np.sqrt(summed(a * a, axis, keepdims)),
    (lambda g, a, out, axis, keepdims: a * spread_along(g / np.where(out, out, 1), a.shape, axis, keepdims), "a out"),
)
VARIANCE = operation("VarBackward0", variance, (variance_slope, "a"))
DEVIATION = operation(  # √variance, whose derivative is that of the variance / (2 out)
    "StdBackward0",
    lambda a, axis, keepdims, correction: np.sqrt(variance(a, axis, keepdims, correction)),
    (lambda g, a, out, **options: variance_slope(np.where(out == 0, zero(g), g / (2 * out)), a, **options), "a out"),
)
CUMSUM = operation(  # each entry is in the sums from its own place on
    "CumsumBackward0", np.cumsum, lambda g, axis: np.flip(np.cumsum(np.flip(g, axis), axis), axis)
)
REPEAT = operation("RepeatBackward0", np.tile, (repeats, "shape"))
EXPAND = operation("ExpandBackward0", expanded, lambda g, **_: g)
COPY = operation("CloneBackward0", lambda a: a.copy(), lambda g: g)
CAST = operation("ToCopyBackward0", lambda a, dtype: a.astype(dtype), lambda g, **_: g)
VIEW = operation("ViewBackward0", lambda a, to: a.reshape(to), (lambda g, shape, **_: g.reshape(shape), "shape"))
PERMUTE = operation("PermuteBackward0", lambda a, to: a.transpose(to), lambda g, to: g.transpose(np.argsort(to)))
INDEX = operation("IndexBackward0", lambda a, key: a[key], (scattered, "shape"))
# What writes in place makes its value itself, and asks only for the way back: of an array, and what was written to it;
PUT = "CopySlices", [pull(cut), pull(lambda g, key: g[key])]
SEEN_AGAIN = "AsStridedBackward0", [pull((scattered, "shape"))]  # of a view, whose base was written to


def evenly(g: Array, a: Array, out: Array) -> Any:
    """The gradient of the largest of all entries; several that are equally large, or no numbers, share it."""
    largest = a == out if out == out else np.isnan(a)
    return g * largest / largest.sum().astype(g.dtype)


def halved(g: Array, a: Array, b: Array) -> Any:
    """The gradient for a of the larger of a and b: all, none, or half where they are equal; beside no number, all."""
    return np.where(a < b, 0, np.where(a == b, g / 2, g))


def kept(array: Array, axis: int, keepdims: bool) -> Any:
    """An array that has length 1 along an axis, with the axis or without it."""
    return array if keepdims else array.squeeze(axis)


def picked(g: Array, shape: tuple[int, ...], places: Array, axis: int, keepdims: bool) -> Array:
    """The gradient of what was taken along an axis: it goes to the places that it was taken from."""
    whole = np.zeros(shape, g.dtype)
    np.put_along_axis(whole, places, g if keepdims else np.expand_dims(g, axis), axis)
    return whole


def sigmoid(a: Any) -> Any:
    """1 / (1 + exp(-a)). Its derivative is exp(-a) / (1 + exp(-a))², which is (1 - out) · out."""
    return 1 / (1 + exp(-a))


def softmax(a: Array, axis: int) -> Any:
    """exp(aᵢ) / Σ exp(aⱼ). Less the largest in every exponent: the ratio stays, and nothing overflows."""
    e = exp(a - a.max(axis, keepdims=True))
    total = e.sum(axis, keepdims=True)
    return e * (1 / total) if axis == a.ndim - 1 else e / total  # as torch rounds it


def softmax_slope(g: Array, out: Array, axis: int) -> Any:
    """outᵢ moves with aⱼ by outᵢ (δᵢⱼ - outⱼ), so that gⱼ' = Σᵢ gᵢ outᵢ (δᵢⱼ - outⱼ) = gⱼ outⱼ - outⱼ Σᵢ gᵢ outᵢ."""
    return (g - (g * out).sum(axis, keepdims=True)) * out


def log_softmax(a: Array, axis: int) -> Any:
    """log softmax(a) = aᵢ - max - log Σ exp(aⱼ - max)."""
    shifted = a - a.max(axis, keepdims=True)
    return shifted - log(exp(shifted).sum(axis, keepdims=True))


def log_softmax_slope(g: Array, out: Array, axis: int) -> Any:
    """outᵢ moves with aⱼ by δᵢⱼ - softmaxⱼ, so that gⱼ' = gⱼ - softmaxⱼ Σᵢ gᵢ; and softmax = exp(out)."""
    return g - exp(out) * g.sum(axis, keepdims=True)


def reduced(losses: Any, reduction: str) -> Any:
    """The mean or the sum of the losses of all entries, or the losses themselves."""
    if reduction == "none":
        return losses
    return summed(losses) / losses.size if reduction == "mean" else summed(losses)


def shared(g: Array, slopes: Any, reduction: str) -> Any:
    """The gradient of a reduced loss: the mean gives each entry the n-th part of its slope."""
    return slopes / slopes.size * g if reduction == "mean" else slopes * g


def mse_slope(g: Array, a: Array, b: Array, reduction: str) -> Any:
    """(a - b)² moves with a by 2 (a - b)."""
    r = a - b
    return (2 / max(r.size, 1) if reduction == "mean" else 2) * r * g


def cross_entropy(p: Any, y: Any) -> Any:
    """-(y log p + (1 - y) log(1 - p)), with each logarithm held above -100, as torch does."""
    return -(y * np.maximum(log(p), -100) + (1 - y) * np.maximum(log1p(-p), -100))


def cross_entropy_of_logits(a: Any, y: Any) -> Any:
    """`cross_entropy` of p = sigmoid(a). log p = min(a, 0) - log(1 + exp(-|a|)), and log(1 - p) = log p - a, so it is

    -(y log p + (1 - y) (log p - a)) = (1 - y) a - log p,    whose derivative by a is 1 - y - (1 - p) = p - y.
    """
    return (1 - y) * a - (np.minimum(a, 0) - log1p(exp(-np.abs(a))))


def nll_slope(g: Array, shape: tuple[int, ...], target: Array, reduction: str) -> Array:
    """The loss of a row is minus its entry of the target's class: only that entry moves it."""
    whole = np.zeros(shape, g.dtype)
    whole[np.arange(len(target)), target] = shared(g, -np.ones(len(target), g.dtype), reduction)
    return whole


MAX, MIN = (operation(f"M{name}Backward1", of, (evenly, "a out")) for name, of in (("ax", np.max), ("in", np.min)))
TAKEN = operation(  # the entries at `places` along an axis, such as those of the largest
    "MaxBackward0",
    lambda a, places, axis, keepdims: kept(np.take_along_axis(a, places, axis), axis, keepdims),
    (picked, "shape"),
)
MAXIMUM = operation("MaximumBackward0", np.maximum, (halved, "a b"), (lambda g, a, b: halved(g, b, a), "a b"))
MINIMUM = operation(
    "MinimumBackward0", np.minimum, (lambda g, a, b: halved(g, b, a), "a b"), (lambda g, a, b: halved(g, a, b), "a b")
)
WHERE = operation(
    "WhereBackward0",
    lambda a, b, condition: np.where(condition, a, b),
    lambda g, condition: np.where(condition, g, zero(g)),
    lambda g, condition: np.where(condition, zero(g), g),
)
LEAKY_RELU = operation(
    "LeakyReluBackward0",
    lambda a, slope: np.where(a > 0, a, a * a.dtype.type(slope)),
    (lambda g, a, slope: np.where(a > 0, g, g * g.dtype.type(slope)), "a"),
    real="leaky_relu_cpu",
)
CLAMP = operation(
    "ClampBackward1",
    lambda a, low, high: np.clip(a, low, high),
    (lambda g, a, low, high: masked(g, ~((a >= low) & (a <= high)), zero(g)), "a"),
)
SIGMOID = operation("SigmoidBackward0", sigmoid, (lambda g, out: g * (1 - out) * out, "out"), real=True)
SOFTMAX = operation("SoftmaxBackward0", softmax, (softmax_slope, "out"), real="softmax_lastdim_kernel_impl")
LOG_SOFTMAX = operation(
    "LogSoftmaxBackward0", log_softmax, (log_softmax_slope, "out"), real="log_softmax_lastdim_kernel_impl"
)
ADDMM = operation(  # c + a @ b: torch's linear layer, a bias and a product
    "AddmmBackward0",
    lambda c, a, b: np.add(product := a @ b, c, out=product),
    lambda g: g,
    (lambda g, b: g @ b.T, "c"),
    (lambda g, a: a.T @ g, "b"),
)
MSE = operation(
    "MseLossBackward0",
    lambda a, b, reduction: reduced((a - b) * (a - b), reduction),
    (mse_slope, "a b"),
    (lambda g, a, b, reduction: mse_slope(g, b, a, reduction), "a b"),
    real="mse_cpu",
)
BCE = operation(
    "BinaryCrossEntropyBackward0",
    lambda p, y, reduction: reduced(cross_entropy(p, y), reduction),
    (lambda g, p, y, reduction: shared(g, (p - y) / np.maximum((1 - p) * p, p.dtype.type(1e-12)), reduction), "a b"),
    (lambda g, p, reduction: shared(g, np.maximum(log1p(-p), -100) - np.maximum(log(p), -100), reduction), "a"),
    real="binary_cross_entropy",
)
BCE_LOGITS = operation(
    "BinaryCrossEntropyWithLogitsBackward0",
    lambda a, y, reduction: reduced(cross_entropy_of_logits(a, y), reduction),
    (lambda g, a, y, reduction: shared(g, sigmoid(a) - y, reduction), "a b"),
    (lambda g, a, reduction: shared(g, -a, reduction), "a"),
    real="log_sigmoid_cpu",
)
NLL = operation(
    "NllLossBackward0",
    lambda a, target, reduction: reduced(-a[np.arange(len(target)), target], reduction),
    (nll_slope, "shape"),
    real="nll_loss_out_frame",
)
