"""Read a lesson's file into exact numbers, or say in one line what is wrong with it: file, key and cure."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from compare.errors import Fault
from compare.lessons import fields

FOLDER = Path(__file__).parent
LARGEST_FILE = 10_000_000  # bytes


@dataclass(frozen=True)
class Lesson:
    """One lesson. Numbers are exact, the decimals of the file: 58.7 is 587/10; x and y are centred where it asks so."""

    name: str
    title: Mapping[str, str]  # by language, "en" and "ko"
    dtype: str
    x: tuple[Any, ...]  # n Fractions, or n tuples of d Fractions
    y: tuple[Fraction, ...]
    w: Any  # a Fraction, or a tuple of d Fractions
    b: Fraction
    trained: tuple[str, ...]
    optimizer: Mapping[str, Any]  # Fractions, and booleans for nesterov and maximize
    epochs: int | None
    record_every: int
    steps_before: int
    recorded: Mapping[str, Any]  # printed strings, or tuples of them
    file: str  # where it was read from

    @property
    def updates(self) -> int:
        """How many updates a recorded run makes: epochs + 1, or 1 for a single step."""
        return 1 if self.epochs is None else self.epochs + 1


def names() -> tuple[str, ...]:
    """The bundled lessons, in the order of the course."""
    order = ("height-weight", "hours-ability", "hours-ability-recorded", "hours-ability-momentum")
    found = sorted(path.stem for path in FOLDER.glob("*.toml"))
    return (*(name for name in order if name in found), *(name for name in found if name not in order))


def load(source: str | Path) -> Lesson:
    """The bundled lesson of that name, or the lesson in that file. Raises `Fault` naming file, key and cure."""
    path = Path(source)
    if isinstance(source, str) and path.suffix != ".toml" and not path.exists():
        if source not in names():
            raise Fault("lesson-unknown", source, known=", ".join(names()))
        path = FOLDER / f"{source}.toml"
    try:
        return _lesson(path, _read(path))
    except fields.FieldError as error:
        raise Fault(error.why, path, **error.fields) from None


def _read(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise Fault("lesson-too-large", path, most=LARGEST_FILE)
        return tomllib.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal)
    except OSError as error:
        raise Fault("lesson-not-read", path, reason=error.strerror) from None
    except UnicodeDecodeError:
        raise Fault("not-utf8", path) from None
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise Fault("lesson-not-toml", path, reason=" ".join(str(error).split())) from None


def _lesson(path: Path, table: dict[str, Any]) -> Lesson:
    fields.refuse_unknown(table, fields.LESSON_KEYS, "")
    x, y = fields.inputs(table), fields.numbers(table, "y")
    fields.same_length(x, y)
    w, b = fields.weight(table, x), fields.number(table, "b")
    if fields.boolean(table, "centre"):
        x, y = _centred(x), _centred(y)
    lesson = Lesson(
        path.stem, fields.title(table), fields.dtype(table), x, y, w, b, fields.trained(table), fields.optimizer(table),
        fields.count(table, "epochs", None), fields.count(table, "record_every", 1, least=1),
        fields.count(table, "steps_before", 0), fields.recorded(table), str(path),
    )  # fmt: skip
    _check_record(lesson)
    return lesson


def _centred(values: Sequence[Any]) -> tuple[Any, ...]:
    if isinstance(values[0], tuple):
        return tuple(zip(*map(_centred, zip(*values, strict=True)), strict=True))
    mean = sum(values) / Fraction(len(values))
    return tuple(value - mean for value in values)


def _check_record(lesson: Lesson) -> None:
    lengths = {"yp": len(lesson.y), "losses": len(range(0, lesson.updates, lesson.record_every))}
    if not isinstance(lesson.w, Fraction):
        lengths |= dict.fromkeys(("dw", "w_next", "w_final"), len(lesson.w))
    for key, value in lesson.recorded.items():
        expected = lengths.get(key)
        given = len(value) if isinstance(value, tuple) else None
        if given != expected:
            raise fields.FieldError("strings" if expected else "one-string", key=f"recorded.{key}", count=expected)
        if key in ("losses", "w_final", "b_final") and lesson.epochs is None:
            raise fields.FieldError("single-step", key=f"recorded.{key}")
