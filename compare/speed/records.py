"""What a measurement found: plain records, written as JSON by the measuring process and read by every renderer.

And what they say of the kit's aims, and of the ratios that the repository remembers.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from compare.speed.problem import STEPS

REFERENCE = "torch eager"  # the lesson's own torch loop: ratios say how many times faster than this

RECORDED = Path(__file__).parent / "recorded.json"
WORSE = 1.2  # a ratio is shown as a regression where it was more than this many times better
OURS = ("manual textbook", "manual statistics", "engine")

STEP, PASS = "step", "pass"
TIMED, DISQUALIFIED, FAILED = "timed", "disqualified", "failed"
READ, RECURRENCE = "read", "recurrence"


class Footprint(NamedTuple):
    """Of the pass over files: bytes of data on disk, the largest resident set in bytes, seconds; is it exact?"""

    data: int
    resident: int
    seconds: float
    exact: bool


class Timing(NamedTuple):
    """One contender on one data set: the median over the rounds of the seconds that one update (or one pass) took.

    `share` is the physical limit's time divided by it; `ratio` the median, over the rounds, of the reference's time
    divided by this one's in the same round. `bound` is how far rounding may take the answer: None where that is too far
    to say anything.
    """

    contender: str
    job: str  # STEP or PASS
    n: int
    dtype: str
    status: str
    seconds: float | None
    share: float | None
    ratio: float | None
    error: float | None
    bound: float | None
    reason: str  # why it is not timed, else empty


class Limit(NamedTuple):
    """What the machine itself needs: to read x and y once (READ), or for one float w = w * a + c (RECURRENCE)."""

    name: str
    n: int
    dtype: str
    seconds: float


class Target(NamedTuple):
    """One aim of the kit: `value` compared with `aim`, both in `unit`; None where this run could not measure it."""

    key: str
    value: float | None
    aim: float
    at_least: bool
    unit: str

    @property
    def met(self) -> bool | None:
        if self.value is None:
            return None
        return self.value >= self.aim if self.at_least else self.value <= self.aim


class Regression(NamedTuple):
    """A ratio more than 20 % worse than the one recorded in the repository."""

    ratio: str
    recorded: float
    value: float


class Speed(NamedTuple):
    """A whole measurement."""

    date: str
    machine: Mapping[str, str]
    pinned: list[str]
    absent: list[str]  # contenders that are not installed
    rounds: int
    timings: list[Timing]
    limits: list[Limit]
    targets: list[Target]
    regressions: list[Regression]


def to_json(speed: Speed) -> dict[str, Any]:
    """The object that `--json` prints."""
    table = speed._asdict()
    for key in ("timings", "limits", "regressions"):
        table[key] = [record._asdict() for record in table[key]]
    table["targets"] = [{**target._asdict(), "met": target.met} for target in speed.targets]
    return table


def from_json(table: Mapping[str, Any]) -> Speed:
    """The record that `to_json` wrote."""
    targets = [Target(**{key: value for key, value in row.items() if key != "met"}) for row in table["targets"]]
    rows = {"timings": Timing, "limits": Limit, "regressions": Regression}
    lists = {key: [kind(**row) for row in table[key]] for key, kind in rows.items()}
    return Speed(**{**table, **lists, "targets": targets})


def targets(
    timings: Iterable[Timing], memory: Footprint | None, commands: Mapping[str, float], answers_a_second: float | None
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
