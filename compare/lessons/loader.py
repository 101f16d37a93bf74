"""Read a lesson's file into exact numbers, or say in one line what is wrong with it: file, key and cure."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from compare.errors import InputError
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
    """The bundled lesson of that name, or the lesson in that file. Raises `InputError` naming file, key and cure."""
    path = Path(source)
    if isinstance(source, str) and path.suffix != ".toml" and not path.exists():
        if source not in names():
            raise InputError(f"{source}: no such lesson; bundled are {', '.join(names())}, or give a .toml file")
        path = FOLDER / f"{source}.toml"
    try:
        return _lesson(path.stem, _read(path))
    except fields.FieldError as error:
        raise InputError(f"{path}: {error}") from None


def _read(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise InputError(f"{path}: larger than {LARGEST_FILE} bytes; give a smaller data set")
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check the name") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: not UTF-8 text; save it as UTF-8") from None
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise InputError(f"{path}: not valid TOML ({' '.join(str(error).split())}); mend that line") from None


def _lesson(name: str, table: dict[str, Any]) -> Lesson:
    fields.refuse_unknown(table, fields.LESSON_KEYS, "")
    x, y = fields.inputs(table), fields.numbers(table, "y")
    fields.same_length(x, y)
    w, b = fields.weight(table, x), fields.number(table, "b")
    if fields.boolean(table, "centre"):
        x, y = _centred(x), _centred(y)
    lesson = Lesson(
        name, fields.title(table), fields.dtype(table), x, y, w, b, fields.trained(table), fields.optimizer(table),
        fields.count(table, "epochs", None), fields.count(table, "record_every", 1, least=1),
        fields.count(table, "steps_before", 0), fields.recorded(table),
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
            wanted = "one string" if expected is None else f"a list of {expected} strings"
            raise fields.FieldError(f"recorded.{key}: expected {wanted}, as printed")
        if key in ("losses", "w_final", "b_final") and lesson.epochs is None:
            raise fields.FieldError(f"recorded.{key}: a single step has none; give epochs, or leave it out")
