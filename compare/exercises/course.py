"""A course: which exercises, for how many points, in which order, within which limits. Read from a TOML file."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from compare.errors import InputError
from compare.exercises.sources import read_capped
from compare.exercises.tasks import TASKS

BUNDLED = Path(__file__).with_name("course.toml")
REVEALS = ("values", "hints", "verdicts")
KEYS = ("seed", "seconds", "memory", "reveal", "exercises", "history")
HISTORY_KEYS = ("lesson", "points")
MOST_BYTES = {".toml": 1 << 20}


class Course(NamedTuple):
    """`points` holds the exercises in their order; `seconds` is for each, `memory` in bytes for the whole answer."""

    points: Mapping[str, float]
    seed: int
    seconds: float
    memory: int
    reveal: str
    lesson: str  # that recorded histories belong to
    history_points: float


def read(path: Path = BUNDLED) -> Course:
    """The course in `path`; a key that is left out is as in the bundled course.

    Raises `InputError`, one line that names the file, the key and the cure.
    """
    keys = _Keys(path, _parsed(path) if path == BUNDLED else _over_bundled(_parsed(path)))
    keys.only(KEYS)
    history = keys.table("history", HISTORY_KEYS)
    return Course(
        points=_points(keys),
        seed=int(keys.number("seed", 0, 2**63 - 1, whole=True)),
        seconds=keys.number("seconds", 0.1, 3600),
        memory=int(keys.number("memory", 64, 65536) * 2**20),
        reveal=keys.choice("reveal", REVEALS),
        lesson=history.text("lesson"),
        history_points=history.number("points", 0, 1e6),
    )


def _points(keys: "_Keys") -> dict[str, float]:
    table = keys.table("exercises", tuple(TASKS))
    points = {name: table.number(name, 0, 1e6) for name in table.values}
    if not any(points.values()):
        raise keys.error("exercises", "gives no points", "list one exercise at least, such as gradients = 4")
    return points


class _Keys:
    """The keys of one table of a course file, each checked as it is asked for."""

    def __init__(self, path: Path, values: Mapping[str, Any], prefix: str = "") -> None:
        self.path, self.values, self._prefix = path, values, prefix

    def error(self, key: str, fault: str, cure: str) -> InputError:
        return InputError(f"{self.path}: {self._prefix}{key} {fault}; {cure}")

    def only(self, known: tuple[str, ...]) -> None:
        for key in self.values:
            if key not in known:
                raise self.error(repr(key)[:40], "is not a key of a course", "use " + ", ".join(known))

    def number(self, key: str, least: float, most: float, whole: bool = False) -> float:
        value = self.values.get(key)
        usable = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
        if not usable or not least <= value <= most:  # type: ignore[operator]  # NaN is not in between either
            kind = "whole number" if whole else "number"
            raise self.error(key, f"cannot be {_printable(value)}", f"give a {kind} from {least:g} to {most:g}")
        return value  # type: ignore[return-value]

    def choice(self, key: str, choices: tuple[str, ...]) -> str:
        if self.values.get(key) not in choices:
            raise self.error(
                key, f"cannot be {_printable(self.values.get(key))}", 'give "' + '", "'.join(choices) + '"'
            )
        return str(self.values[key])

    def text(self, key: str) -> str:
        value = self.values.get(key)
        if not isinstance(value, str) or not value:
            raise self.error(key, f"cannot be {_printable(value)}", 'give a name in quotes, such as "hours-ability"')
        return value

    def table(self, key: str, known: tuple[str, ...]) -> "_Keys":
        value = self.values[key]
        if not isinstance(value, dict):
            raise self.error(key, f"cannot be {_printable(value)}", f"write [{key}] and its keys below it")
        table = _Keys(self.path, value, f"{self._prefix}{key}.")
        table.only(known)
        return table


def _printable(value: object) -> str:
    return "left out" if value is None else repr(value)[:40]


def _over_bundled(given: dict[str, Any]) -> dict[str, Any]:
    bundled = _parsed(BUNDLED)
    if isinstance(history := given.get("history"), dict):
        given = given | {"history": bundled["history"] | history}
    return bundled | given


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(read_capped(path, MOST_BYTES).decode("utf-8"))
    except UnicodeDecodeError:
        raise InputError(f"{path}: not UTF-8 text; save it as UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not TOML: {' '.join(str(error).split())}; compare it with {BUNDLED}") from None
