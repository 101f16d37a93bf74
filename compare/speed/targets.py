"""The kit's aims, and what a measurement says of them; and the ratios that the repository remembers."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from compare.speed.memory import Memory
from compare.speed.problem import STEPS
from compare.speed.records import PASS, STEP, TIMED, Regression, Target, Timing

RECORDED = Path(__file__).parent / "recorded.json"
WORSE = 1.2  # a ratio is shown as a regression where it was more than this many times better
OURS = ("manual textbook", "manual statistics", "engine")


def targets(
    timings: Iterable[Timing], memory: Memory | None, commands: Mapping[str, float], answers_a_second: float | None
) -> list[Target]:
    """Every aim, each with what was measured, or None."""
    found = {(t.job, t.contender, t.n, t.dtype): t for t in timings if t.status == TIMED}

    def step(contender: str, n: int, field: str) -> float | None:
        return _field(found.get((STEP, contender, n, "float64")), field)

    def share(n: int) -> float | None:
        return _times(100, _field(found.get((PASS, "manual statistics", n, "float64")), "share"))

    def command(name: str, bare: str) -> float | None:
        return _divided(commands.get(name), commands.get(bare))

    one = step("manual statistics", 3, "seconds")
    return [
        Target("textbook-step", step("manual textbook", 3, "ratio"), 12, True, "× torch eager"),
        Target("statistics-step", step("manual statistics", 3, "ratio"), 400, True, "× torch eager"),
        Target("statistics-run", _times(1e3 * STEPS, one), 0.1, False, "ms"),
        Target("statistics-flat", _divided(step("manual statistics", 10**6, "seconds"), one), 1.2, False, "× n = 3"),
        Target("engine-step", step("engine", 3, "ratio"), 3, True, "× torch eager"),
        Target("pass-million", share(10**6), 60, True, "% of the read"),
        Target("pass-ten-million", share(10**7), 60, True, "% of the read"),
        Target("pass-memory", memory.resident / 1e6 if memory and memory.exact else None, 200, False, "MB"),
        Target("compare", command("compare", "import torch"), 1.25, False, "× import torch"),
        Target("compare-figures", command("compare, figures", "import torch"), 2, False, "× import torch"),
        Target("check", command("check, all right", "import numpy"), 2, False, "× import numpy"),
        Target("check-mistakes", commands.get("check, five mistakes"), 1, False, "s"),
        Target("grade", _times(commands.get("import numpy"), answers_a_second), 10, True, "× import numpy each"),
    ]


def regressions(now: Mapping[str, float], recorded: Mapping[str, float]) -> list[Regression]:
    """The ratios of `now` that are more than 20 % worse than the recorded ones."""
    both = ((key, recorded[key], value) for key, value in now.items() if key in recorded)
    return [Regression(key, before, value) for key, before, value in both if value * WORSE < before]


def remembered_ratios(timings: Iterable[Timing], aims: Iterable[Target]) -> dict[str, float]:
    """What is worth remembering, all of it ratios taken in one run, and larger is better."""
    steps = {
        f"{t.contender}, n = {t.n}, {t.dtype}": t.ratio
        for t in timings
        if t.job == STEP and t.contender in OURS and t.ratio
    }
    passes = {
        f"pass, n = {t.n}, {t.dtype}": t.share for t in timings if t.job == PASS and t.contender in OURS and t.share
    }
    commands = {aim.key: 1 / aim.value for aim in aims if aim.value and "× import" in aim.unit and not aim.at_least}
    grade = {aim.key: aim.value for aim in aims if aim.value and aim.key == "grade"}
    return {key: float(f"{value:.3g}") for key, value in {**steps, **passes, **commands, **grade}.items()}


def recorded() -> dict[str, float]:
    """The ratios that the repository remembers; none where nothing is recorded yet."""
    if not RECORDED.exists():
        return {}
    ratios: dict[str, float] = json.loads(RECORDED.read_text(encoding="utf-8"))["ratios"]
    return ratios


def record(ratios: Mapping[str, float], date: str, machine: Mapping[str, str]) -> None:
    """Remember these from now on. Those of contenders and sizes that were not measured this time are kept."""
    kept = {**recorded(), **ratios}
    table = {"date": date, "machine": dict(machine), "ratios": dict(sorted(kept.items()))}
    RECORDED.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _field(timing: Timing | None, name: str) -> float | None:
    value: float | None = getattr(timing, name) if timing else None
    return value


def _times(one: float | None, two: float | None) -> float | None:
    return one * two if one is not None and two is not None else None


def _divided(one: float | None, two: float | None) -> float | None:
    return one / two if one is not None and two else None
