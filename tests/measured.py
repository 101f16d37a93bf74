"""One small measurement, for all tests that read one: six contenders in both dtypes, each timed twice."""

from functools import cache

from compare.speed import measurement, records
from compare.speed.records import Footprint, Speed

PLAN = measurement.Plan((3,), ("float64", "float32"), 2, False)
INSTALLED = ("manual textbook", "manual statistics", "engine", "torch eager", "torch foreach", "torch fused")


@cache
def measured_speed() -> Speed:
    absent: set[str] = set()
    timings, limits = measurement.measured(PLAN, absent, lambda _: None)
    aims = records.targets(timings, Footprint(10**9, 38 * 10**6, 1.0, True), {"import numpy": 0.1}, None)
    return Speed("2026-11-23", {"numpy": "2"}, ["one thread"], sorted(absent), 2, timings, limits, aims, [])
