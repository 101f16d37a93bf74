"""What a measurement found: plain records, written as JSON by the measuring process and read by every renderer."""

from collections.abc import Mapping
from typing import Any, NamedTuple

REFERENCE = "torch eager"  # the lesson's own torch loop: ratios say how many times faster than this

STEP, PASS = "step", "pass"
TIMED, DISQUALIFIED, FAILED = "timed", "disqualified", "failed"
READ, RECURRENCE = "read", "recurrence"


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
