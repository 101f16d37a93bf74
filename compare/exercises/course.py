"""A course: which exercises, for how many points, in which order, within which limits. Read from a TOML file."""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from math import ceil
from pathlib import Path
from typing import Any, NamedTuple

from compare.errors import Fault
from compare.exercises.keys import Keys
from compare.exercises.sources import read_capped

REVEALS = ("values", "hints", "verdicts")
SCALED, ANY, NONE = "scaled", "any", "none"  # own wrong steps that are followed through
FOLLOWED = (SCALED, ANY, NONE)
LATEST, BEST, REFUSE = "latest", "best", "refuse"  # of a student's several attempts
EMPTY, ZERO = "empty", "zero"  # what who handed in nothing has in the table to upload
PER = {"hour": 1, "day": 24, "once": 0}  # hours; the last asks for no hours
VISIBILITIES = ("visible", "hidden", "after_due_date", "after_published")  # Gradescope's own words
KEYS = (
    *("seed", "seconds", "memory", "reveal", "follow_through", "decimals", "exercises", "history", "title"),
    *("reference", "language", "texts", "weights", "credit"),
    *("attempts", "missing", "lenient", "late", "gradescope"),
)
COURSES = Path(__file__).parents[1] / "courses"
BUNDLED, LINE = COURSES / "line.toml", COURSES / "line.py"
OF_COURSE = "course"  # what stands for a function where a text is that of the whole course
TEXTS = ("title", "doc", "see", "attempt")  # of a function, in another language than the reference's
MERGED = ("history", "texts")  # tables of which a course may leave some out
HISTORY_KEYS = ("lesson", "points", "function")
MOST_BYTES = {".toml": 1 << 20}


class Formulas(NamedTuple):
    """A course's reference: the name of its file, as the course gives it, and its text."""

    file: str
    text: str


class Late(NamedTuple):
    """What lateness costs: `points`, or the share of an answer's full points, for each `per` that has begun, at most
    `most` in the same measure, after `grace` minutes. `due` is when the answers were due, where the origin says only
    when each was handed in."""

    cost: float
    is_share: bool
    per: str
    most: float
    grace: float
    due: datetime | None

    def costs(self, hours: float, full: float) -> float:
        """The points that an answer worth `full` loses by being `hours` late; infinite hours are late by nobody knows
        how much, which costs once."""
        over = hours - self.grace / 60
        if hours <= 0 or over <= 0:
            return 0.0
        times = ceil(over / PER[self.per]) if PER[self.per] else 1
        share = min(Decimal(str(self.cost)) * times, Decimal(str(self.most)))
        return float(share * (Decimal(str(full)) if self.is_share else 1))


class Rules(NamedTuple):
    """What only grading many asks of a course; no finding depends on it."""

    attempts: str = LATEST
    missing: str = EMPTY
    lenient: bool = False
    late: Late | None = None
    visibility: str = VISIBILITIES[0]
    leaderboard: bool = False


class Course(NamedTuple):
    """`points` holds the exercises in their order; `seconds` is for each, `memory` in bytes for the whole answer.

    `formulas` are those of its reference. `texts` holds by language and function what the reference says in another
    `language` than its own, `weights` by exercise those of its outputs, `credit` the share of the points that a mistake
    leaves.
    """

    points: Mapping[str, float]
    seed: int
    seconds: float
    memory: int
    reveal: str
    follow_through: str
    lesson: str  # that recorded histories belong to
    history_points: float
    history_function: str  # whose losses they are; "" where they are those of the lesson's own loop
    formulas: Formulas
    decimals: int | None = None  # to which results may be rounded
    title: str = ""
    language: str = "en"
    texts: Mapping[str, Mapping[str, Mapping[str, str]]] = {}
    weights: Mapping[str, Mapping[str, float]] = {}
    credit: Mapping[str, float] = {}
    rules: Rules = Rules()


def read(path: Path = BUNDLED) -> Course:
    """The course in `path`, or the bundled one of that name; a key that is left out is as in the bundled course.

    Raises `InputError`, one line that names the file, the key and the cure.
    """
    from compare.exercises.reference import prepared

    path = located(path)
    given = _parsed(path)
    keys = Keys(path, _over_bundled(given))
    keys.only(tuple(key for key in KEYS if key != "language" or "reference" in given))  # line.py has its own
    keys.values.setdefault("language", "en")
    name = keys.text("reference") if "reference" in given else LINE.name
    formulas = prepared.read(path.parent / name if "reference" in given else LINE, name)
    functions, own = prepared.functions(formulas)
    if "reference" in given and "exercises" not in given:
        raise keys.fault("exercises", "no-exercises", known=", ".join(own))
    points, history = _points(keys, own), keys.table("history", HISTORY_KEYS)
    outputs = {each: prepared.outputs(formulas, each) for each in points}
    languages = tuple(sorted(each.name.split(".")[1] for each in Path(__file__).parent.glob("faults.*.toml")))
    return Course(
        points=points,
        seed=int(keys.number("seed", 0, 2**63 - 1, whole=True)),
        seconds=keys.number("seconds", 0.1, 3600),
        memory=int(keys.number("memory", 64, 65536) * 2**20),
        reveal=keys.choice("reveal", REVEALS),
        follow_through=keys.choice("follow_through", FOLLOWED),
        lesson=history.text("lesson"),
        history_points=history.number("points", 0, 1e6),
        history_function=history.choice("function", own) if "function" in history.values else "",
        formulas=formulas,
        decimals=int(keys.number("decimals", 0, 15, whole=True)) if "decimals" in keys.values else None,
        title=keys.text("title") if "title" in keys.values else "",
        language=keys.choice("language", languages),
        texts=keys.texts("texts", languages, (*functions, OF_COURSE), TEXTS),
        weights=keys.numbers("weights", outputs, 0, 1e6),
        credit=_credit(keys, formulas, tuple(points)),
        rules=_rules(keys),
    )


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
    return {path.stem: path for path in (BUNDLED, *sorted(COURSES.glob("*.toml")))}


def _credit(keys: Keys, formulas: Formulas, exercises: tuple[str, ...]) -> dict[str, float]:
    """Shares by mistake: of the author's by their functions' names, of others by what `check` calls them, or by the
    kind, which is what stands before their brackets."""
    from compare.exercises.reference import prepared

    functions, own = prepared.functions(formulas)
    authored = tuple(name.replace("_", "-") for name in functions if name not in own)
    credit = keys.shares("credit")
    if not set(credit) <= set(authored):
        from compare.exercises.reference.mistakes.edits import edits

        reference = prepared.parsed(formulas)
        found = [edit for name in exercises for edit in edits(reference, reference.functions[name])]
        kinds = dict.fromkeys((*authored, *_of_table(formulas, exercises), *(edit.kind for edit in found)))
        for name in credit:
            if name not in kinds and name not in {edit.name for edit in found}:
                raise keys.fault(f"credit.{name}", "no-mistake", known=", ".join(kinds))
    return credit


def _of_table(formulas: Formulas, exercises: tuple[str, ...]) -> Iterator[str]:
    """The mistakes that only the bundled course has names for."""
    from compare.exercises.table import by_table, mistakes

    if by_table.is_line(formulas):
        yield from (one.name for name in exercises for one in mistakes.singles(name))
        yield from mistakes.SOLVED


def _rules(keys: Keys) -> Rules:
    gradescope = keys.part("gradescope", ("visibility", "leaderboard"))
    return Rules(
        keys.choice("attempts", (LATEST, BEST, REFUSE), LATEST),
        keys.choice("missing", (EMPTY, ZERO), EMPTY),
        keys.truth("lenient"),
        _late(keys.part("late", ("points", "share", "per", "most", "grace", "due"))) if "late" in keys.values else None,
        gradescope.choice("visibility", VISIBILITIES, VISIBILITIES[0]),
        gradescope.truth("leaderboard"),
    )


def _late(keys: Keys) -> Late:
    """Raises `Fault` unless it says what lateness costs in one way."""
    measures = [name for name in ("points", "share") if name in keys.values]
    if len(measures) != 1:
        raise keys.fault("points", "late")
    highest = 1 if measures == ["share"] else 1e6
    return Late(
        keys.number(measures[0], 0, highest),
        measures == ["share"],
        keys.choice("per", tuple(PER), "day"),
        keys.number("most", 0, highest) if "most" in keys.values else highest,
        keys.number("grace", 0, 1e6) if "grace" in keys.values else 0.0,
        keys.moment("due") if "due" in keys.values else None,
    )


def _points(keys: Keys, known: tuple[str, ...]) -> dict[str, float]:
    table = keys.table("exercises", known)
    points = {name: table.number(name, 0, 1e6) for name in table.values}
    if not any(points.values()):
        raise keys.fault("exercises", "points")
    return points


def _over_bundled(given: dict[str, Any]) -> dict[str, Any]:
    """With what it leaves out as in the bundled course; of another reference, nothing is said there."""
    bundled = _parsed(BUNDLED)
    if "reference" in given:
        del bundled["texts"]
    return bundled | given | {name: _merged(bundled.get(name, {}), given[name]) for name in MERGED if name in given}


def _merged(under: Any, over: Any) -> Any:
    """`over`, and of `under` what it leaves out, in the tables within them as well."""
    if not (isinstance(under, dict) and isinstance(over, dict)):
        return over
    return under | over | {key: _merged(under[key], over[key]) for key in under.keys() & over.keys()}


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(read_capped(path, MOST_BYTES).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Fault("not-utf8", path) from None
    except (ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise Fault("course-not-toml", path, reason=reason, bundled=BUNDLED) from None
