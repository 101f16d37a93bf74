"""The inputs on which an answer is tried: the same ones from the same seed.

    ordinary   eighths and sixty-fourths, which float32 holds exactly; residuals of 0, an x that never moves; some once
               more, for answers that change
    exact      numbers of 12 bits (signed, 8191 of them), for n = 1, 2, 4 and 8: every sum, product and division by n of
               a polynomial of low degree comes out in float64 without one rounding, in any order. Every second trial is
               scaled by powers of two, which changes nothing of that, to values from 10⁻⁹ to 10⁶
    short      numbers of 5 bits (2 in runs): exact in float32, too
    runs       one epoch of exact ones, with 6 bits (5 where n = 8) and a rate that is a power of two; and some that
               settle, start at the minimum, reach it at once, hardly move, or diverge
    creeping   a run whose losses fall by less than float32 can tell, from a w and b that are no float32 numbers

What equality on the exact ones shows (Schwartz and Zippel): a polynomial of total degree D that is not zero is zero at
a random point of Sᵐ with a chance of at most D / |S|. So `EXACTS` trials for each n, with D = 8 and |S| = 8191, leave
another polynomial of degree 8 or less a chance of (8/8191)⁵ < 10⁻¹⁵. A loss after one epoch is of degree 8 in x, y, w
and b; with |S| = 127 (63 where n = 8) `EXACT_RUNS` trials leave it as little.

Single samples come last, since a known mistake divides by zero there, and an exercise stops at its first exception.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import cycle
from math import ceil
from typing import Any, TypeAlias

from compare.exercises import draws
from compare.exercises.judging import CREEPING, EXACT, ORDINARY, SHORT
from compare.exercises.tasks import ARRAYS, TASKS

Trial: TypeAlias = Mapping[str, Any]  # by parameter: a float, a tuple of floats, or the int `epochs`

SIZES = (3, 2, 4, 5, 7, 6, 16, 33)
REPEATED = 3
EXACT_SIZES = (8, 4, 2, 1)
EXACTS, SHORTS = 5, 2  # for each size
BITS, FEW_BITS = 12, 5
# Exponents of two (a, c): |x| < 2^a, |w| < 2^c, |b|, |y| < 2^(a + c).
PLAIN, SCALED = (3, 2), ((-16, -14), (-2, -30), (-18, 2), (10, 3), (10, 10))
INTEGERS, SMALL_SLOPES = (5, 5), (5, -17)
NUMERICAL = ("gradients", "dmse_dyp")  # whoever differentiates numerically with h = 1e-6 loses digits of large losses
EXACT_RUNS = {8: 17, 4: 13, 2: 13, 1: 13}
RUN_BITS = {8: 5, 4: 6, 2: 6, 1: 6}
# (n, epochs, largest y, largest lr) of the trajectories: gentle ones that settle, and rough ones in which residuals
# change their signs.
GENTLE, ROUGH = (10, 1 / 16), (1, 1 / 2)
RUNS = ((3, 3, *GENTLE), (4, 2, *ROUGH), (2, 5, *GENTLE), (5, 2, *ROUGH), (3, 0, *GENTLE), (9, 1, *GENTLE))
SLOW_EPOCHS, SETTLED_EPOCHS, WILD_EPOCHS = 13, 12, 14
TINY = 2.0**-46
CREEP, CREEP_UNIT = 2.0**-32, 2.0**-30  # of the learning rate; of w and b
SHORT_UNIT = 2.0**-22  # of w, b and y in a short run


class _Numbers(draws.Numbers):
    """The numbers that trials are made of."""

    def real(self, largest: int, steps: int, positive: bool = False) -> float:
        """A multiple of 1/steps up to `largest` in size, never zero."""
        size = (1 + self.below(largest * steps)) / steps
        return size if positive or self.below(2) else -size

    def signed(self, bits: int) -> int:
        """Any whole number of so many bits and a sign."""
        return self.below(2 ** (bits + 1) - 1) - (2**bits - 1)


@cache
def trials(task: str, seed: int) -> tuple[Trial, ...]:
    """The inputs of one exercise."""
    return tuple(trial for _, trial in _drawn(task, distinct(task, seed)))


@cache
def kinds(task: str, seed: int) -> tuple[str, ...]:
    """Of which kind each of them is."""
    return tuple(kind for kind, _ in _drawn(task, distinct(task, seed)))


@cache
def _drawn(task: str, seed: int) -> tuple[tuple[str, Trial], ...]:
    numbers = _Numbers(draws.start(task, seed))
    draw = _runs if "epochs" in TASKS[task].parameters else _calls if _has_samples(task) else _updates
    return tuple(draw(task, numbers))


@cache
def further_trials(task: str, sizes: tuple[int, ...], seed: int) -> tuple[Trial, ...]:
    """Other inputs of an exercise without epochs, one for each of those numbers of samples."""
    numbers = _Numbers(draws.start(task, distinct(task, seed)) + 1)
    return tuple(_call(task, numbers, size) for size in sizes)


def distinct(task: str, seed: int) -> int:
    """Of the seeds that one chance drew and that have the same inputs of an exercise, the first."""
    parts = draws.parted(seed)
    return draws.drawn(parts[0], parts[1] % sets(task)) if parts else seed


@cache
def sets(task: str) -> int:
    """How many sets of an exercise's inputs there are in a pool."""
    return ceil(draws.POOL / len(trials(task, 0)))


def _has_samples(task: str) -> bool:
    return not ARRAYS.isdisjoint(TASKS[task].parameters)


def _calls(task: str, numbers: _Numbers) -> Iterator[tuple[str, Trial]]:
    ordinary = [_call(task, numbers, size) for size in SIZES]
    ordinary += [_level(_call(task, numbers, 3)), _fitted(_call(task, numbers, 3)), _zero(_call(task, numbers, 3))]
    yield from ((ORDINARY, trial) for trial in (*ordinary, *ordinary[:REPEATED]))
    *several, single = EXACT_SIZES
    yield from ((SHORT, _short(task, numbers, size)) for size in several for _ in range(SHORTS))
    scales = cycle(_scales(task))
    exact = [_exact(task, numbers, size, next(scales)) for size in EXACT_SIZES for _ in range(EXACTS)]
    yield from ((EXACT, trial) for trial in exact)
    yield from ((SHORT, _short(task, numbers, single)) for _ in range(SHORTS))


def _updates(task: str, numbers: _Numbers) -> Iterator[tuple[str, Trial]]:
    ordinary = [_call(task, numbers, 1) for _ in SIZES]
    first = ordinary[0]
    ordinary += [{**first, name: 0.0} for name in first if name not in ("lr", "momentum")]
    yield from ((ORDINARY, trial) for trial in (*ordinary, *ordinary[:REPEATED]))
    short = [_short(task, numbers, 1) for _ in range(2 * SHORTS)]
    still = [{name: 0.0 if name in "wbp" else value for name, value in trial.items()} for trial in short[:SHORTS]]
    yield from ((SHORT, trial) for trial in (*still, *short[SHORTS:]))
    scales = cycle(_scales(task))
    yield from ((EXACT, _exact(task, numbers, 1, next(scales))) for _ in range(2 * EXACTS))


def _scales(task: str) -> Iterator[tuple[int, int]]:
    """Every second one is scaled."""
    for scaled in SCALED[:-1] if task in NUMERICAL else SCALED:
        yield from (PLAIN, scaled)


def _call(task: str, numbers: _Numbers, size: int) -> Trial:
    return {name: _value(name, numbers, size) for name in TASKS[task].parameters}


def _value(name: str, numbers: _Numbers, size: int) -> Any:
    if name in ARRAYS:
        return tuple(numbers.real(10, 8) for _ in range(size))
    if name in ("lr", "momentum"):
        return (1 + numbers.below(62)) / 64
    return numbers.real(4, 8)


def _level(trial: Trial) -> Trial:
    """Every array is one number throughout."""
    return {name: value[:1] * len(value) if name in ARRAYS else value for name, value in trial.items()}


def _fitted(trial: Trial) -> Trial:
    """No residual at all."""
    yp = trial["yp"] if "yp" in trial else tuple(trial["w"] * x + trial["b"] for x in trial["x"])
    return {name: yp if name == "y" else value for name, value in trial.items()}


def _zero(trial: Trial) -> Trial:
    return {name: value if name == "x" else _times(value, 0.0) for name, value in trial.items()}


def _times(value: Any, factor: float) -> Any:
    return tuple(factor * entry for entry in value) if isinstance(value, tuple) else factor * value


def _exact(task: str, numbers: _Numbers, size: int, scale: tuple[int, int]) -> Trial:
    return _of_bits(task, lambda: numbers.signed(BITS), size, BITS, scale)


def _short(task: str, numbers: _Numbers, size: int) -> Trial:
    """None of them is 0, so that a factor on a part of the answer shows."""
    scale = SMALL_SLOPES if task in NUMERICAL else INTEGERS
    return _of_bits(task, lambda: int(numbers.real(2**FEW_BITS - 1, 1)), size, FEW_BITS, scale)


def _of_bits(task: str, draw: Callable[[], int], size: int, bits: int, scale: tuple[int, int]) -> Trial:
    """Whole numbers of so many bits, each times a power of two."""
    units = {name: 2.0 ** (power - bits) for name, power in _powers(task, *scale).items()}
    trial: dict[str, Any] = {}
    for name in TASKS[task].parameters:
        if name in ARRAYS:
            trial[name] = tuple(units[name] * draw() for _ in range(size))
        elif name in ("lr", "momentum"):  # of as many positive ones
            trial[name] = units[name] * (draw() + 2**bits) / 2
        else:
            trial[name] = units[name] * draw()
    return trial


def _powers(task: str, a: int, c: int) -> Mapping[str, int]:
    """By parameter, the power of two that it is less than: such that all terms of a formula are of one size."""
    if "lr" in TASKS[task].parameters and not _has_samples(task):
        return {"lr": a, "momentum": 0, **dict.fromkeys(("dw", "db", "v", "dp"), c), **dict.fromkeys("wbp", a + c)}
    return {"x": a, "w": c, **dict.fromkeys(("b", "y", "yp"), a + c)}


def _runs(task: str, numbers: _Numbers) -> Iterator[tuple[str, Trial]]:
    first, *others = [_run(numbers, *run) for run in RUNS]
    ordinary = [first, *others, _slow(numbers), _wild(numbers), _settled(numbers), first]
    exact = [_exact_run(numbers, size) for size, count in EXACT_RUNS.items() for _ in range(count)]
    pairs, singles = ([_short_run(numbers, size) for _ in range(SHORTS)] for size in (2, 1))
    arriving = list(_arriving(numbers))
    of_kinds = (ORDINARY, ordinary), (SHORT, pairs), (EXACT, exact), (CREEPING, [_creeping(numbers)])
    for kind, found in (*of_kinds, (ORDINARY, arriving), (SHORT, singles)):
        yield from ((kind, {name: run[name] for name in TASKS[task].parameters}) for run in found)


def _run(numbers: _Numbers, size: int, epochs: int, largest: int, rate: float) -> dict[str, Any]:
    return {
        "x": tuple(numbers.real(2, 8) for _ in range(size)),
        "y": tuple(numbers.real(largest, 8) for _ in range(size)),
        "w": numbers.real(4, 8),
        "b": numbers.real(4, 8),
        "lr": rate * (4 + numbers.below(5)) / 8,
        "momentum": (32 + numbers.below(28)) / 64,
        "epochs": epochs,
    }


def _slow(numbers: _Numbers) -> dict[str, Any]:
    """Tiny losses that hardly fall: whoever stops where something is small, even after ten epochs of it, stops here."""
    run = _run(numbers, 3, SLOW_EPOCHS, *GENTLE)
    return run | {name: _times(run[name], TINY) for name in ("y", "w", "b")} | {"lr": run["lr"] / 4096}


def _creeping(numbers: _Numbers) -> dict[str, Any]:
    """Whoever stops where a loss falls by a small part of itself, stops here."""
    run = _run(numbers, 3, SLOW_EPOCHS, *GENTLE)
    return run | {"w": run["w"] + CREEP_UNIT, "b": run["b"] + CREEP_UNIT, "lr": CREEP * run["lr"]}


def _wild(numbers: _Numbers) -> dict[str, Any]:
    """A rate of eight times 2/λ, λ = 2: the residuals grow 15-fold in every epoch."""
    return _run(numbers, 2, WILD_EPOCHS, *GENTLE) | {"x": (1.0, -1.0), "lr": 8.0}


def _settled(numbers: _Numbers) -> dict[str, Any]:
    """It starts at the minimum, with residuals s, -s, -s, s that are not zero: neither w nor b moves."""
    run = _run(numbers, 4, SETTLED_EPOCHS, *GENTLE)
    x, s = abs(run["x"][0]), run["y"][0]
    xs = (-x, -x, x, x)
    return run | {"x": xs, "y": tuple(run["w"] * xi + run["b"] + r for xi, r in zip(xs, (s, -s, -s, s), strict=True))}


def _arriving(numbers: _Numbers) -> Iterator[dict[str, Any]]:
    """It reaches the loss 0 in one step, where x² + 1 = 2 and lr = 1/4; it starts there."""
    for y, epochs in ((1.0, 3), (0.0, 2)):
        run = _run(numbers, 1, epochs, *GENTLE)
        yield run | {"x": (1.0,), "y": (run["w"] + run["b"] + y * run["y"][0],), "lr": 1 / 4}


def _exact_run(numbers: _Numbers, size: int) -> dict[str, Any]:
    """One epoch of whole numbers; in every second one, all but x times a power of two (x beside the bias's 1 stays)."""
    bits, unit = RUN_BITS[size], 2.0 ** -numbers.below(21) if numbers.below(2) else 1.0
    return {
        "x": tuple(float(numbers.signed(bits)) for _ in range(size)),
        "y": tuple(unit * numbers.signed(bits) for _ in range(size)),
        "w": unit * numbers.signed(bits),
        "b": unit * numbers.signed(bits),
        "lr": 2.0 ** (numbers.below(2) - 2 * bits),  # about 1 / x²: every term counts
        "momentum": 2.0 ** -(1 + numbers.below(3)),
        "epochs": 1,
    }


def _short_run(numbers: _Numbers, size: int) -> dict[str, Any]:
    """One epoch of numbers from 1 to 3."""
    return {
        "x": tuple(numbers.real(3, 1) for _ in range(size)),
        "y": tuple(SHORT_UNIT * numbers.real(3, 1) for _ in range(size)),
        "w": SHORT_UNIT * numbers.real(3, 1),
        "b": SHORT_UNIT * numbers.real(3, 1),
        "lr": 1 / 16,
        "momentum": 1 / 2,
        "epochs": 1,
    }
