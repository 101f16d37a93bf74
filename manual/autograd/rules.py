"""The rules beyond the core's: powers of tensors, sums along an axis, what only rearranges, and classification.

    a, b    the operands         out     the result
    g       the gradient arriving at the result; it has the result's shape
    axis    along which is summed: a number or several

A pull's second entry says what it saves. Sources: the chain rule, and for the order of the roundings torch's
`derivatives.yaml`.
"""

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from manual.autograd.core import Array, Rule, zero
from manual.autograd.rounding import masked, rounded, summed

Axis = int | tuple[int, ...]
exp, log, log1p = map(rounded, (np.exp, np.log, np.log1p))


def sign(a: Array) -> Any:
    """1, 0 or -1; of what is no number 0, as in torch."""
    return np.subtract(a > 0, a < 0, dtype=a.dtype)


def slopes(a: Any, b: Array) -> Any:
    """The derivative of a ** b by a: b · a ** (b - 1), and 0 where b is 0, even at a = 0."""
    return np.where(b == 0, 0, b * a ** (b - 1))


def growth(a: Any, b: Any, out: Array) -> Any:
    """The derivative of a ** b by b: out · log a, and 0 where a is 0 and stays it."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((a == 0) & (b >= 0), 0, out * log(a))


def summands(shape: tuple[int, ...], axis: Axis) -> int:
    """How many entries each total of a sum along `axis` has."""
    return prod(shape[i] for i in np.atleast_1d(axis))


def spread_along(g: Array, shape: tuple[int, ...], axis: Axis | None, keepdims: bool) -> Array:
    """The gradient of a sum along an axis: each summand receives that of its total."""
    axes = tuple(range(len(shape))) if axis is None else axis
    return np.broadcast_to(g if keepdims else np.expand_dims(g, axes), shape)


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


def laid_out(g: Array, like: Array) -> Array:
    """A copy of g that lies in memory as another array does."""
    whole = np.empty_like(like, g.dtype)
    whole[...] = g
    return whole


def cleared(g: Array, view: Callable[[Array], Array], like: Array) -> Array:
    """As `cut`, where a view of an array laid out in memory as `like` was written to."""
    whole = laid_out(g, like)
    view(whole)[...] = zero(g)
    return whole


def seen(g: Array, view: Callable[[Array], Array], like: Array) -> Array:
    """The part of g that a view shows."""
    return view(laid_out(g, like)).copy()


def hidden(g: Array, view: Callable[[Array], Array], like: Array) -> Array:
    """The gradient of a view for its base: its own where it looks, zero elsewhere."""
    whole = np.full_like(like, zero(g), g.dtype)
    view(whole)[...] = g
    return whole


POWERS = Rule(
    "PowBackward1",
    lambda a, b: a**b,
    (lambda g, a, b: g * slopes(a, b), "a b"),
    (lambda g, a, b, out: g * growth(a, b, out), "a b out"),
)
POW_OF = Rule("PowBackward2", lambda a, b: b**a, (lambda g, a, b, out: g * growth(b, a, out), "a b out"))
SUB_FROM = Rule("RsubBackward1", lambda a, b: b - a, lambda g: -g)
RECIPROCAL = Rule("ReciprocalBackward0", lambda a: 1 / a, (lambda g, out: -g * (out * out), "out"))
SQRT = Rule("SqrtBackward0", np.sqrt, (lambda g, out: g / (2 * out), "out"))
ABS = Rule("AbsBackward0", np.abs, (lambda g, a: g * sign(a), "a"))
SIN = Rule("SinBackward0", np.sin, (lambda g, a: g * np.cos(a), "a"))
COS = Rule("CosBackward0", np.cos, (lambda g, a: g * -np.sin(a), "a"))
ROUND = Rule("RoundBackward0", np.round, np.zeros_like)
ROUND_TO = Rule("RoundBackward1", np.round, lambda g, **_: np.zeros_like(g))
SIGN, REMAINDER = Rule("SignBackward0", sign, np.zeros_like), Rule("RemainderBackward0", np.remainder, lambda g: g)
REMAINDERS = Rule("RemainderBackward1", np.remainder, lambda g: g, (lambda g, a, b: -g * np.floor(a / b), "a b"))
FLOOR, CEIL = Rule("FloorBackward0", np.floor, np.zeros_like), Rule("CeilBackward0", np.ceil, np.zeros_like)
SUM_ALONG = Rule("SumBackward1", summed, (spread_along, "shape"))
MEAN_ALONG = Rule(
    "MeanBackward1",
    lambda a, axis, keepdims: summed(a, axis, keepdims) / summands(a.shape, axis),
    (lambda g, shape, axis, keepdims: spread_along(g, shape, axis, keepdims) / summands(shape, axis), "shape"),
)
NORM = Rule(  # √Σ a², whose derivative by aᵢ is aᵢ / out
    "LinalgVectorNormBackward0",
    lambda a, axis, keepdims: np.sqrt(summed(a * a, axis, keepdims)),
    (lambda g, a, out, axis, keepdims: a * (spread_along(g / np.where(out, out, 1), a.shape, axis, keepdims)), "a out"),
)
CUMSUM = Rule(  # each entry is in the sums from its own place on
    "CumsumBackward0",
    np.cumsum,
    lambda g, axis: np.flip(np.cumsum(np.flip(g, axis), axis), axis),
)
EXPAND = Rule("ExpandBackward0", np.broadcast_to, lambda g, **_: g)
COPY = Rule("CloneBackward0", lambda a: a.copy(), lambda g: g)
CAST = Rule("ToCopyBackward0", lambda a, dtype: a.astype(dtype), lambda g, **_: g)
VIEW = Rule("ViewBackward0", lambda a, to: a.reshape(to), (lambda g, shape, **_: g.reshape(shape), "shape"))
PERMUTE = Rule("PermuteBackward0", lambda a, to: a.transpose(to), lambda g, to: g.transpose(np.argsort(to)))
INDEX = Rule("IndexBackward0", lambda a, key: a[key], (scattered, "shape"))
# What writes in place makes its value itself, and asks only for the way back.
PUT = Rule("IndexPutBackward0", None, cut, lambda g, key: g[key])
WRITTEN = Rule("CopySlices", None, cleared, seen)  # a base, and what was written to a view of it
SEEN_AGAIN = Rule("AsStridedBackward0", None, hidden)  # a view of a base that was written to


# ---------------------------------------------------------------------------------------------------- classification


def sigmoid(a: Any) -> Any:
    """1 / (1 + exp(-a)). Its derivative is exp(-a) / (1 + exp(-a))², which is (1 - out) · out."""
    return 1 / (1 + exp(-a))


def softmax(a: Array, axis: int) -> Any:
    """exp(aᵢ) / Σ exp(aⱼ). Less the largest in every exponent: the ratio stays, and nothing overflows."""
    e = exp(a - a.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


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
    return 2 / a.size * (a - b) * g if reduction == "mean" else 2 * (a - b) * g


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
    rows = np.arange(len(target))
    whole[rows, target] = shared(g, -np.ones(len(target), g.dtype), reduction)
    return whole


def evenly(g: Array, a: Array, out: Array) -> Any:
    """The gradient of the largest of all entries; several that are equally large, or no numbers, share it."""
    largest = a == out if out == out else np.isnan(a)
    return g * largest / largest.sum().astype(g.dtype)


def kept(array: Array, axis: int, keepdims: bool) -> Any:
    """An array that has length 1 along an axis, with the axis or without it."""
    return array if keepdims else array.squeeze(axis)


def picked(g: Array, shape: tuple[int, ...], places: Array, axis: int, keepdims: bool) -> Array:
    """The gradient of what was taken along an axis: it goes to the places that it was taken from."""
    whole = np.zeros(shape, g.dtype)
    np.put_along_axis(whole, places, g if keepdims else np.expand_dims(g, axis), axis)
    return whole


def halved(g: Array, a: Array, b: Array) -> Any:
    """The gradient for a of the larger of a and b: all, none, or half where they are equal; beside no number, all."""
    return np.where(a < b, 0, np.where(a == b, g / 2, g))


def variance(a: Array, axis: Any, keepdims: bool, correction: int) -> Any:
    """Σ (a - mean)² / (n - correction)."""
    return a.var(axis, ddof=correction, keepdims=keepdims)


def variance_slope(g: Array, a: Array, axis: Any, keepdims: bool, correction: int) -> Any:
    """2 (aᵢ - mean) / (n - correction): what the mean moves by cancels, because the deviations sum to zero."""
    free = (a.size if axis is None else summands(a.shape, axis)) - correction
    share = 2 / free if free else np.inf
    return share * spread_along(g, a.shape, axis, keepdims) * (a - a.mean(axis, keepdims=True))


SIGMOID = Rule("SigmoidBackward0", sigmoid, (lambda g, out: g * (1 - out) * out, "out"))
SOFTMAX = Rule("SoftmaxBackward0", softmax, (softmax_slope, "out"))
LOG_SOFTMAX = Rule("LogSoftmaxBackward0", log_softmax, (log_softmax_slope, "out"))
LEAKY_RELU = Rule(
    "LeakyReluBackward0",
    lambda a, slope: np.where(a > 0, a, a * a.dtype.type(slope)),
    (lambda g, a, slope: np.where(a > 0, g, g * g.dtype.type(slope)), "a"),
)
CLAMP = Rule(
    "ClampBackward1",
    lambda a, low, high: np.clip(a, low, high),
    (lambda g, a, low, high: masked(g, ~((a >= low) & (a <= high)), zero(g)), "a"),
)
MAX = Rule("MaxBackward1", np.max, (evenly, "a out"))
MIN = Rule("MinBackward1", np.min, (evenly, "a out"))
TAKEN = Rule(  # the entries at `places` along an axis, such as those of the largest
    "MaxBackward0",
    lambda a, places, axis, keepdims: kept(np.take_along_axis(a, places, axis), axis, keepdims),
    (picked, "shape"),
)
MAXIMUM = Rule("MaximumBackward0", np.maximum, (halved, "a b"), (lambda g, a, b: halved(g, b, a), "a b"))
MINIMUM = Rule(
    "MinimumBackward0",
    np.minimum,
    (lambda g, a, b: halved(g, -a, -b), "a b"),
    (lambda g, a, b: halved(g, -b, -a), "a b"),
)
WHERE = Rule(
    "WhereBackward0",
    lambda a, b, condition: np.where(condition, a, b),
    lambda g, condition: np.where(condition, g, zero(g)),
    lambda g, condition: np.where(condition, zero(g), g),
)
VARIANCE = Rule("VarBackward0", variance, (variance_slope, "a"))
DEVIATION = Rule(  # √variance, whose derivative is that of the variance / (2 out)
    "StdBackward0",
    lambda a, axis, keepdims, correction: np.sqrt(variance(a, axis, keepdims, correction)),
    (lambda g, a, out, **options: variance_slope(np.where(out == 0, zero(g), g / (2 * out)), a, **options), "a out"),
)
ADDMM = Rule(  # c + a @ b: torch's linear layer, a bias and a product
    "AddmmBackward0",
    lambda c, a, b: np.add(product := a @ b, c, out=product),
    lambda g: g,
    (lambda g, b: g @ b.T, "c"),
    (lambda g, a: a.T @ g, "b"),
)
MSE = Rule(
    "MseLossBackward0",
    lambda a, b, reduction: reduced((a - b) * (a - b), reduction),
    (mse_slope, "a b"),
    (lambda g, a, b, reduction: -mse_slope(g, a, b, reduction), "a b"),
)
BCE = Rule(
    "BinaryCrossEntropyBackward0",
    lambda p, y, reduction: reduced(cross_entropy(p, y), reduction),
    (lambda g, p, y, reduction: shared(g, (p - y) / np.maximum((1 - p) * p, p.dtype.type(1e-12)), reduction), "a b"),
)
BCE_LOGITS = Rule(
    "BinaryCrossEntropyWithLogitsBackward0",
    lambda a, y, reduction: reduced(cross_entropy_of_logits(a, y), reduction),
    (lambda g, a, y, reduction: shared(g, sigmoid(a) - y, reduction), "a b"),
)
NLL = Rule(
    "NllLossBackward0",
    lambda a, target, reduction: reduced(-a[np.arange(len(target)), target], reduction),
    (nll_slope, "shape"),
)


def joined(lengths: list[int], axis: int) -> Rule:
    """Arrays of these lengths along an axis, one behind the other: each has its own part of the gradient."""
    ends = np.cumsum(lengths)
    parts = [(slice(None),) * axis + (slice(end - length, end),) for length, end in zip(lengths, ends, strict=True)]
    pulls = [lambda g, part=part: g[part] for part in parts]
    return Rule("CatBackward0", lambda *arrays: np.concatenate(arrays, axis), *pulls)


def stacked(count: int, axis: int) -> Rule:
    """So many arrays of one shape along a new axis."""
    pulls = [lambda g, i=i: np.take(g, i, axis) for i in range(count)]
    return Rule("StackBackward0", lambda *arrays: np.stack(arrays, axis), *pulls)


def repeated(shape: tuple[int, ...], times: tuple[int, ...]) -> Rule:
    """The whole so many times along each axis: an entry receives what arrives at all of its copies."""
    lengths = (1,) * (len(times) - len(shape)) + shape
    parts = [n for pair in zip(times, lengths, strict=True) for n in pair]  # copies and entries, axis by axis
    copies = tuple(range(0, len(parts), 2))
    return Rule("RepeatBackward0", lambda a: np.tile(a, times), lambda g: g.reshape(parts).sum(copies).reshape(shape))
