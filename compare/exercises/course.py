"""A course: which exercises, for how many points, in which order, within which limits. Read from a TOML file."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from compare.errors import Fault
from compare.exercises.sources import read_capped
from compare.exercises.tasks import TASKS

BUNDLED = Path(__file__).with_name("course.toml")
REVEALS = ("values", "hints", "verdicts")
SCALED, ANY, NONE = "scaled", "any", "none"  # own wrong steps that are followed through
FOLLOWED = (SCALED, ANY, NONE)
KEYS = ("seed", "seconds", "memory", "reveal", "follow_through", "exercises", "history")
HISTORY_KEYS = ("lesson", "points")
MOST_BYTES = {".toml": 1 << 20}


class Course(NamedTuple):
    """`points` holds the exercises in their order; `seconds` is for each, `memory` in bytes for the whole answer."""

    points: Mapping[str, float]
    seed: int
    seconds: float
    memory: int
    reveal: str
    follow_through: str
    lesson: str  # that recorded histories belong to
    history_points: float


def read(path: Path = BUNDLED) -> Course:
    """The course in `path`; a key that is left out is as in the bundled course.

    Raises `Fault`, one line that names the file, the key and the cure.
    """
    keys = _Keys(path, _over_bundled(_parsed(path)))
    keys.only(KEYS)
    history = keys.table("history", HISTORY_KEYS)
    return Course(
        points=_points(keys),
        seed=int(keys.number("seed", 0, 2**63 - 1, whole=True)),
        seconds=keys.number("seconds", 0.1, 3600),
        memory=int(keys.number("memory", 64, 65536) * 2**20),
        reveal=keys.choice("reveal", REVEALS),
        follow_through=keys.choice("follow_through", FOLLOWED),
        lesson=history.text("lesson"),
        history_points=history.number("points", 0, 1e6),
    )


def _points(keys: "_Keys") -> dict[str, float]:
    table = keys.table("exercises", tuple(TASKS))
    points = {name: table.number(name, 0, 1e6) for name in table.values}
    if not any(points.values()):
        raise keys.fault("exercises", "points")
    return points


class _Keys:
    """The keys of one table of a course file, each checked as it is asked for."""

    def __init__(self, path: Path, values: Mapping[str, Any], prefix: str = "") -> None:
        self.path, self.values, self._prefix = path, values, prefix

    def fault(self, key: str, why: str, **fields: object) -> Fault:
        return Fault(f"course-{why}", self.path, key=self._prefix + key, **fields)

    def only(self, known: tuple[str, ...]) -> None:
        for key in self.values:
            if key not in known:
                raise self.fault(repr(key)[:40], "unknown", known=", ".join(known))

    def number(self, key: str, least: float, most: float, whole: bool = False) -> float:
        value = self.values.get(key)
        usable = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
        if not usable or not least <= value <= most:  # type: ignore[operator]  # NaN is not in between either
            limits = {"least": f"{least:g}", "most": f"{most:g}"}
            raise self.fault(key, "whole" if whole else "number", given=_printable(value), **limits)
        return value  # type: ignore[return-value]

    def choice(self, key: str, choices: tuple[str, ...]) -> str:
        if self.values.get(key) not in choices:
            given = _printable(self.values.get(key))
            raise self.fault(key, "choice", given=given, choices='"' + '", "'.join(choices) + '"')
        return str(self.values[key])

    def text(self, key: str) -> str:
        value = self.values.get(key)
        if not isinstance(value, str) or not value:
            raise self.fault(key, "text", given=_printable(value))
        return value

    def table(self, key: str, known: tuple[str, ...]) -> "_Keys":
        value = self.values[key]
        if not isinstance(value, dict):
            raise self.fault(key, "table", given=_printable(value), name=key)
        table = _Keys(self.path, value, f"{self._prefix}{key}.")
        table.only(known)
        return table


def _printable(value: object) -> str:
    return repr(value)[:40]


def _over_bundled(given: dict[str, Any]) -> dict[str, Any]:
    bundled = _parsed(BUNDLED)
    if isinstance(history := given.get("history"), dict):
        given = given | {"history": bundled["history"] | history}
    return bundled | given


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(read_capped(path, MOST_BYTES).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Fault("not-utf8", path) from None
    except (ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise Fault("course-not-toml", path, reason=reason, bundled=BUNDLED) from None
