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
OF_LINE = ("decimals",)  # a further key of a course without a reference
OF_REFERENCE = ("reference", "title", "language", "texts", "weights", "credit")  # further keys of a course with one
COURSES = Path(__file__).parents[1] / "courses"
OF_COURSE = "course"  # what stands for a function where a text is that of the whole course
TEXTS = ("title", "doc", "see", "attempt")  # of a function, in another language than the reference's
HISTORY_KEYS = ("lesson", "points")
MOST_BYTES = {".toml": 1 << 20}


class Formulas(NamedTuple):
    """A course's reference: the name of its file, as the course gives it, and its text."""

    file: str
    text: str


class Course(NamedTuple):
    """`points` holds the exercises in their order; `seconds` is for each, `memory` in bytes for the whole answer.

    `formulas` is None for the bundled exercises. With it, `texts` holds by language and function what the reference
    says in another `language` than its own, `weights` by exercise those of its outputs, `credit` the share of the
    points that a mistake leaves.
    """

    points: Mapping[str, float]
    seed: int
    seconds: float
    memory: int
    reveal: str
    follow_through: str
    lesson: str  # that recorded histories belong to
    history_points: float
    decimals: int | None = None  # to which results may be rounded
    formulas: Formulas | None = None
    title: str = ""
    language: str = "en"
    texts: Mapping[str, Mapping[str, Mapping[str, str]]] = {}
    weights: Mapping[str, Mapping[str, float]] = {}
    credit: Mapping[str, float] = {}


def read(path: Path = BUNDLED) -> Course:
    """The course in `path`, or the bundled one of that name; a key that is left out is as in the bundled course.

    Raises `InputError`, one line that names the file, the key and the cure.
    """
    path = located(path)
    given = _parsed(path)
    keys = _Keys(path, _over_bundled(given))
    keys.only(KEYS + (OF_REFERENCE if "reference" in given else OF_LINE))
    history = keys.table("history", HISTORY_KEYS)
    course = Course(
        points={} if "reference" in given else _points(keys, tuple(TASKS)),
        seed=int(keys.number("seed", 0, 2**63 - 1, whole=True)),
        seconds=keys.number("seconds", 0.1, 3600),
        memory=int(keys.number("memory", 64, 65536) * 2**20),
        reveal=keys.choice("reveal", REVEALS),
        follow_through=keys.choice("follow_through", FOLLOWED),
        lesson=history.text("lesson"),
        history_points=history.number("points", 0, 1e6),
        decimals=int(keys.number("decimals", 0, 15, whole=True)) if "decimals" in keys.values else None,
    )
    return _with_reference(course, keys, path) if "reference" in given else course


def located(path: Path) -> Path:
    """The file of a course: `path`, or that of the bundled course whose name it is. Raises `Fault` for another name."""
    if path.suffix or path.name != str(path) or path.exists():
        return path
    known = bundled()
    if path.name not in known:
        raise Fault("course-no-such", path, known=", ".join(known))
    return known[path.name]


def bundled() -> dict[str, Path]:
    """The bundled courses by name, the default first."""
    return {"line": BUNDLED, **{path.stem: path for path in sorted(COURSES.glob("*.toml"))}}


def _with_reference(course: Course, keys: "_Keys", path: Path) -> Course:
    """The course with its reference, the texts, weights and credits that it gives. Raises `InputError`."""
    from compare.exercises.reference import prepared

    name = keys.text("reference")
    formulas = prepared.read(path.parent / name, name)
    functions, own = prepared.functions(formulas)
    if keys.values.get("exercises") == _parsed(BUNDLED)["exercises"]:
        raise keys.fault("exercises", "no-exercises", known=", ".join(own))
    points = _points(keys, own)
    outputs = {each: prepared.outputs(formulas, each) for each in points}
    keys.values.setdefault("language", "en")
    languages = tuple(sorted(each.name.split(".")[1] for each in BUNDLED.parent.glob("template.*.toml")))
    return course._replace(
        points=points,
        formulas=formulas,
        title=keys.text("title") if "title" in keys.values else "",
        language=keys.choice("language", languages),
        texts=keys.texts("texts", languages, (*functions, OF_COURSE), TEXTS),
        weights=keys.numbers("weights", outputs, 0, 1e6),
        credit=keys.shares("credit"),
    )


def _points(keys: "_Keys", known: tuple[str, ...]) -> dict[str, float]:
    table = keys.table("exercises", known)
    points = {name: table.number(name, 0, 1e6) for name in table.values}
    if not any(points.values()):
        raise keys.fault("exercises", "points")
    return points


class _Keys:
    """The keys of one table of a course file, each checked as it is asked for."""

    def __init__(self, path: Path, values: Mapping[str, Any], prefix: str = "") -> None:
        self.path, self.values, self._prefix = path, dict(values), prefix

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

    def texts(
        self, key: str, languages: tuple[str, ...], functions: tuple[str, ...], known: tuple[str, ...]
    ) -> dict[str, dict[str, dict[str, str]]]:
        """Texts by language and function."""
        found: dict[str, dict[str, dict[str, str]]] = {}
        of_all = self.table(key, languages) if key in self.values else self.empty(key)
        for language in of_all.values:
            of_language = of_all.table(language, functions)
            found[language] = {}
            for function in of_language.values:
                texts = of_language.table(function, known)
                found[language][function] = {each: texts.text(each) for each in texts.values}
        return found

    def numbers(
        self, key: str, names: Mapping[str, tuple[str, ...]], least: float, most: float
    ) -> dict[str, dict[str, float]]:
        """Numbers by exercise and output."""
        table = self.table(key, tuple(names)) if key in self.values else self.empty(key)
        of_each = {name: table.table(name, names[name]) for name in table.values}
        return {name: {each: of.number(each, least, most) for each in of.values} for name, of in of_each.items()}

    def shares(self, key: str) -> dict[str, float]:
        """Numbers from 0 to 1 by any name."""
        value = self.values.get(key, {})
        table = self.table(key, tuple(value) if isinstance(value, dict) else ()) if value else self.empty(key)
        return {name: table.number(name, 0, 1) for name in table.values}

    def empty(self, key: str) -> "_Keys":
        return _Keys(self.path, {}, f"{self._prefix}{key}.")

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
