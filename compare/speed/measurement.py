"""The measuring itself: each data set's contenders are prepared, checked, and timed in interleaved"""

import gc
import time
from collections.abc import Callable, Iterator, Mapping
from statistics import median
from typing import Any, NamedTuple, TypeAlias

from compare.speed import passes
from compare.speed.contenders import STEP_CONTENDERS, Contender
from compare.speed.problem import STEPS, DataSet, Runner, data_set
from compare.speed.records import (
    DISQUALIFIED,
    FAILED,
    PASS,
    READ,
    RECURRENCE,
    REFERENCE,
    STEP,
    TIMED,
    Limit,
    Timing,
)

Call: TypeAlias = Callable[[], object]
SHORTEST = 2e-3  # seconds a timed run should take, so that the clock's own cost and grain do not count
Judge = Callable[[Any, int], tuple[float, float | None]]  # an answer after so many updates: its error and its bound


class Plan(NamedTuple):
    """How much to measure."""

    sizes: tuple[int, ...]
    dtypes: tuple[str, ...]
    rounds: int
    slow_starters: bool


WHOLE = Plan((3, 100, 1000, 10**4, 10**5, 10**6, 10**7), ("float64", "float32"), 11, True)
QUICK = Plan((3, 10**4, 10**6), ("float64",), 5, False)


class Starter(NamedTuple):
    """A contender that is ready: one timed call makes `updates` updates; or the reason why it is not."""

    name: str
    call: Call | None
    updates: int
    status: str
    error: float | None
    bound: float | None
    reason: str


def measured(plan: Plan, absent: set[str], say: Callable[[str], None]) -> tuple[list[Timing], list[Limit]]:
    """Every data set of the plan, the small ones first; `say` is told which. Who is not installed joins `absent`."""
    timings: list[Timing] = []
    limits: list[Limit] = []
    for data in (data_set(n, dtype) for dtype in plan.dtypes for n in plan.sizes):
        say(f"n = {data.n}, {data.dtype}")
        for job in (steps, one_pass):
            found, bare = job(data, plan, absent)
            timings += found
            limits += bare
    return timings, limits


def steps(data: DataSet, plan: Plan, absent: set[str]) -> tuple[list[Timing], list[Limit]]:
    """Every contender's update on one data set. The names of those that are not installed are added to `absent`."""
    chosen = [c for c in STEP_CONTENDERS if data.n <= c.largest and (plan.slow_starters or not c.slow_start)]
    entries = _present((_step_entry(contender, data) for contender in chosen), absent)
    reads = {contender.name for contender in chosen if contender.reads_data}
    limits = [_read(data), Starter(RECURRENCE, passes.recurrence(STEPS), STEPS, TIMED, None, None, "")]
    return _timed(entries, limits, data, plan, lambda name: READ if name in reads else RECURRENCE, STEP)


def one_pass(data: DataSet, plan: Plan, absent: set[str]) -> tuple[list[Timing], list[Limit]]:
    """Every contender's pass over one data set."""
    entries = _present((_pass_entry(name, make, data) for name, make in passes.PASS_CONTENDERS.items()), absent)
    return _timed(entries, [_read(data)], data, plan, lambda _: READ, PASS)


def _read(data: DataSet) -> Starter:
    return Starter(READ, *_repeated(passes.read(data.x, data.y)), TIMED, None, None, "")


def _present(entries: Iterator[Starter | str], absent: set[str]) -> list[Starter]:
    found = list(entries)
    absent.update(entry for entry in found if isinstance(entry, str))
    return [entry for entry in found if isinstance(entry, Starter)]


def _step_entry(contender: Contender, data: DataSet) -> Starter | str:
    def prepare() -> tuple[Call, int, list[tuple[tuple[float, float], int]]]:
        run: Runner = contender.prepare(data.x, data.y)
        takes_long = data.n > 1000 and contender.reads_data  # so that fewer updates fill the shortest time
        updates = repeats(lambda: run(1), STEPS) if takes_long else STEPS
        answers = [(run(k), k) for k in {1, updates}]
        call, times = _repeated(lambda: run(updates))
        return call, updates * times, answers

    def judge(answer: tuple[float, float], updates: int) -> tuple[float, float | None]:
        return data.error(answer, updates), data.bound(updates)

    return _entry(contender.name, prepare, judge)


def _pass_entry(name: str, make: Callable[[Any, Any], passes.Pass], data: DataSet) -> Starter | str:
    def prepare() -> tuple[Call, int, list[tuple[tuple[float, float], int]]]:
        run = make(data.x, data.y)
        return *_repeated(run), [(run(), 1)]

    def judge(answer: tuple[float, float], _: int) -> tuple[float, float | None]:
        slope, constant = passes.answer(data)
        return max(abs(answer[0] - slope), abs(answer[1] - constant)), passes.bound(data)

    return _entry(name, prepare, judge)


def _repeated(run: Call) -> tuple[Call, int]:
    times = repeats(run, 1000)

    def call() -> None:
        for _ in range(times):
            run()

    return call, times


def _entry(
    name: str, prepare: Callable[[], Any], judge: Callable[[Any, int], tuple[float, float | None]]
) -> Starter | str:
    """The contender, ready and checked; its name where it is not installed."""
    try:
        call, updates, answers = prepare()
    except ImportError:
        return name
    except Exception as failure:  # a peer may fail in any way: that is a row of the table, not the end of it
        return Starter(name, None, 0, FAILED, None, None, f"{type(failure).__name__}: {failure}".splitlines()[0])
    judged = [judge(*answer) for answer in answers]
    for error, bound in judged:
        if bound is not None and not error <= bound:
            return Starter(name, None, 0, DISQUALIFIED, error, bound, f"off by {error:.3g}, allowed {bound:.3g}")
    error, bound = max(judged, key=lambda pair: -1.0 if pair[1] is None else pair[1])
    return Starter(name, call, updates, TIMED, error, bound, "")


def _timed(
    entries: list[Starter],
    limits: list[Starter],
    data: DataSet,
    plan: Plan,
    limit_of: Callable[[str], str],
    job: str,
) -> tuple[list[Timing], list[Limit]]:
    calls = {entry.name: entry for entry in (*limits, *entries) if entry.call}
    whole = interleaved({name: entry.call for name, entry in calls.items() if entry.call}, plan.rounds)
    seconds = {name: [s / calls[name].updates for s in values] for name, values in whole.items()}
    reference = seconds.get(REFERENCE)

    def timing(entry: Starter) -> Timing:
        own = seconds.get(entry.name)
        return Timing(
            entry.name, job, data.n, data.dtype, entry.status,
            median(own) if own else None,
            ratio(seconds[limit_of(entry.name)], own) if own else None,
            ratio(reference, own) if own and reference else None,
            entry.error, entry.bound, entry.reason,
        )  # fmt: skip

    found = [Limit(limit.name, data.n, data.dtype, median(seconds[limit.name])) for limit in limits]
    return [timing(entry) for entry in entries], found


def repeats(run: Call, at_most: int) -> int:
    """How often to repeat `run` to fill the shortest time; its first call warms it up and is not counted."""
    run()
    started = time.perf_counter()
    run()
    once = time.perf_counter() - started
    return max(1, min(at_most, round(SHORTEST / max(once, 1e-9))))


def interleaved(runs: Mapping[str, Call], rounds: int) -> dict[str, list[float]]:
    """The seconds of each call, by name, one a round, with the garbage collector off."""
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            for name, run in runs.items():
                started = time.perf_counter()
                run()
                seconds[name].append(time.perf_counter() - started)
    finally:
        gc.enable()
    return seconds


def ratio(reference: list[float], other: list[float]) -> float:
    """How many times faster than the reference: the median of the rounds' own ratios."""
    return median(one / two for one, two in zip(reference, other, strict=True))
