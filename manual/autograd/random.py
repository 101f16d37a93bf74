"""torch's random numbers. Its generator is MT19937, seeded with the low 32 bits of the seed.

Bit for bit as torch's: `rand`, `randint`, `randperm`, and what they seed; `randn` below 16 entries. From 16 on `randn`
takes the same words, but NumPy's vector log, sin and cos round differently from torch's, by a unit.
Sources: ATen/core/DistributionsHelper.h, ATen/native/cpu/DistributionTemplates.h.
"""

import math
import os
from collections.abc import Callable
from typing import Any

import numpy as np

from manual.autograd.creation import like, new, of_size, shape
from manual.autograd.errors import refuse, title
from manual.autograd.rounding import Array, multiply_add
from manual.autograd.tensor import Tensor, made


class Generator:
    """`torch.Generator`: a source of random words. NumPy's random numbers are loaded at the first one."""

    def __init__(self) -> None:
        self.manual_seed(int.from_bytes(os.urandom(8), "little"))

    def manual_seed(self, seed: int) -> "Generator":
        self.seed = int(seed)
        self.words: Any = None
        self.spare: float | None = None
        return self

    def initial_seed(self) -> int:
        return self.seed

    def draw(self, count: int) -> Array:
        """The next words of 32 bits, as uint64."""
        if self.words is None:
            from numpy.random import MT19937, RandomState

            self.words = MT19937()
            self.words.state = RandomState(self.seed & 0xFFFFFFFF).get_state(legacy=False)
        return self.words.random_raw(count)

    def long(self, count: int) -> Array:
        """The next words of 64 bits: two of 32, the first above the second."""
        pairs = self.draw(2 * count).reshape(count, 2)
        return (pairs[:, 0] << np.uint64(32)) + pairs[:, 1]

    def uniform(self, count: int, dtype: Any) -> Array:
        """Numbers in [0, 1): the low 24 bits of a word as float32, or the low 53 of a long one as float64."""
        refuse(np.dtype(dtype).kind != "f", "no-function", "check_uniform_bounds", title(np.empty(0, dtype)))
        if dtype == np.float32:
            return ((self.draw(count) & np.uint64(2**24 - 1)) / np.float64(2**24)).astype(np.float32)
        return (self.long(count) & np.uint64(2**53 - 1)) / np.float64(2**53)

    def normal(self, count: int, dtype: Any, mean: float = 0.0, std: float = 1.0) -> Array:
        """Normal numbers, by Box and Muller: √(-2 log(1 - u₂)) · (cos, sin)(2π u₁); the sine waits for a next."""
        refuse(np.dtype(dtype).kind != "f", "no-function", "normal_kernel_cpu", title(np.empty(0, dtype)))
        if count >= 16:
            return self._normal_by_sixteen(count, dtype) * np.dtype(dtype).type(std) + np.dtype(dtype).type(mean)
        numbers: list[float] = []
        while len(numbers) < count:
            kept, self.spare = self.spare, None
            if kept is None:
                one, other = self.uniform(2, np.float64).tolist()
                radius, angle = math.sqrt(-2 * math.log1p(-other)), 2 * math.pi * one
                kept, self.spare = radius * math.cos(angle), radius * math.sin(angle)
            numbers.append(kept)
        return (np.array(numbers, np.float64) * std + mean).astype(dtype)

    def _normal_by_sixteen(self, count: int, dtype: Any) -> Array:
        """Blocks of 16, the first eight numbers with the last eight; what is left over takes the last 16 anew."""
        entries = self.uniform(count, dtype)
        blocks = entries[: count - count % 16].reshape(-1, 16)
        blocks[...] = _box_muller(blocks)
        if count % 16:
            entries[-16:] = _box_muller(self.uniform(16, dtype)[None])[0]
        return entries


def _box_muller(u: Array) -> Array:
    """(n, 16) uniform numbers made normal ones."""
    kind = u.dtype.type
    radius, angle = np.sqrt(kind(-2) * np.log(1 - u[:, :8])), kind(2 * math.pi) * u[:, 8:]
    return np.concatenate([radius * np.cos(angle), radius * np.sin(angle)], axis=1)


default_generator = Generator()
manual_seed = default_generator.manual_seed  # start the random numbers anew


def _drawn(name: str, draw: Callable[..., Array]) -> Callable[..., Tensor]:
    """torch's function of a shape that fills it with random numbers."""
    return of_size(
        name, lambda to, dtype, *, generator=None: draw(generator or default_generator, to.numel(), dtype).reshape(to)
    )


rand, randn = _drawn("rand", Generator.uniform), _drawn("randn", Generator.normal)
rand_like, randn_like = like(rand), like(randn)


@new
def normal(mean: Any, std: Any = 1.0, size: Any = (), *, generator: Any = None, dtype: Any = None) -> Any:
    """Normal numbers of that mean and standard deviation; of either a tensor of them, which gives the shape."""
    arrays = [one.array for one in (mean, std) if isinstance(one, Tensor)]
    to, source = np.broadcast_shapes(size, *(one.shape for one in arrays)), generator or default_generator
    if not arrays:
        return source.normal(math.prod(to), dtype or np.float32, mean, std).reshape(to)
    mean, std = (getattr(one, "array", one) for one in (mean, std))
    return (source.normal(math.prod(to), arrays[0].dtype).reshape(to) * std + mean).astype(arrays[0].dtype)


@new
def randint(*bounds: Any, size: Any = None, generator: Generator | None = None, dtype: Any = None) -> Any:
    """Whole numbers: `randint(high, size)` from 0, `randint(low, high, size)`; a word modulo the range."""
    bounds = bounds if size is None else (*bounds, size)
    low, high, size = (0, *bounds) if len(bounds) == 2 else bounds
    to, span = shape((size,), "randint"), high - low
    refuse(span <= 0, "random-range", low, high)
    source = generator or default_generator
    words = (source.long if span >= 2**28 else source.draw)(math.prod(to)) % np.uint64(span)
    return (words.astype(np.int64) + low).astype(dtype or np.int64).reshape(to)


@new
def randperm(n: int, *, generator: Generator | None = None, dtype: Any = None) -> Any:
    """The numbers below n in a random order: each place takes one of those left, by a word modulo their count."""
    order = list(range(n))
    for i, word in enumerate((generator or default_generator).draw(max(n - 1, 0)).tolist()):
        other = i + word % (n - i)
        order[i], order[other] = order[other], order[i]
    return np.array(order, dtype or np.int64)


def uniform_(self: Tensor, a: float = 0.0, b: float = 1.0, *, generator: Generator | None = None) -> Tensor:
    """Fill with uniform numbers: u · (b - a) + a, rounded as torch does."""
    kind = self.array.dtype.type
    u = (generator or default_generator).uniform(self.array.size, kind).reshape(self.array.shape)
    return self.copy_(made(multiply_add(kind(b) - kind(a), u, np.full_like(u, a))))


def normal_(self: Tensor, mean: float = 0.0, std: float = 1.0, *, generator: Generator | None = None) -> Tensor:
    """Fill with normal numbers."""
    drawn = (generator or default_generator).normal(self.array.size, self.array.dtype, mean, std)
    return self.copy_(made(drawn.reshape(self.array.shape)))


NAMES = """
    Generator default_generator manual_seed normal rand rand_like randint randn randn_like randperm
"""
FUNCTIONS = {name: globals()[name] for name in NAMES.split()}
Tensor.uniform_, Tensor.normal_ = uniform_, normal_  # type: ignore[attr-defined]
