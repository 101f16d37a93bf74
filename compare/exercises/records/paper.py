"""Numbers from a sheet of paper, judged to the digits given and explained by the same table as code.

A number tells as much as it has digits. What is made often is told wherever it fits; what is rare, and two mistakes at
once, only where hardly any other number of its size would have been explained as well.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from compare.exercises import Fault
from compare.exercises.digits import Printed, plain, printed
from compare.exercises.findings import GRADIENT, RIGHT, VALUE, WRONG, Counterexample, ExerciseFinding
from compare.exercises.table import hypotheses, programs
from compare.exercises.table.allowance import allowances
from compare.exercises.table.comparison import as_float
from compare.exercises.table.hypotheses import Hypothesis
from compare.exercises.table.mistakes import RARE
from compare.exercises.table.programs import OUTPUTS, Program
from compare.lessons import Lesson
from compare.truth import exact

# By exercise, the names of its outputs as a lesson's record has them.
NAMES: Mapping[str, tuple[str, ...]] = {"mse": ("loss",), "gradients": ("dw", "db"), "sgd_step": ("w_next", "b_next")}
SELDOM = RARE | {"column-broadcast"}  # nobody spreads arrays out on paper
RARELY = 1 / 100  # of the numbers of one size and as many digits: fewer are explained by chance


class Sheet(NamedTuple):
    """What is written of one exercise: its inputs, exact, and the written numbers by output.

    `rooms` is how far a right result in float32 may be from the truth: a number may come from a program's output.
    """

    task: str
    given: Mapping[str, Any]
    truth: tuple[Any, ...]
    rooms: tuple[float, ...]
    written: Mapping[int, Printed]
    slopes: "Sheet | None" = None  # for a step: that of its gradient, where none is written

    @property
    def wrong(self) -> dict[int, Printed]:
        return {i: one for i, one in self.written.items() if not one.is_near(as_float(self.truth[i]), self.rooms[i])}


def diagnose_values(
    values: Mapping[str, str], lesson: Lesson, points: Mapping[str, float]
) -> tuple[ExerciseFinding, ...]:
    """Judge printed values such as `{"dw": "-9.52", "db": "1"}` at the lesson's start, one finding an exercise.

    `points` are those of the exercises, of a gradient half of them for each of its two numbers. Known are loss, dw, db,
    w_next and b_next; the next parameters are judged given the gradients that are written.
    Raises `Fault` where one of them is not known or no number, or the lesson has several features.
    """
    numbers = {name: _number(name, text) for name, text in values.items()}
    if isinstance(lesson.w, tuple):
        raise Fault("several-features", lesson.name)
    return tuple(_finding(sheet, lesson, numbers, points.get(sheet.task, 0.0)) for sheet in _sheets(numbers, lesson))


def _number(name: str, text: str) -> Printed:
    known = [name for names in NAMES.values() for name in names]
    if name not in known:
        raise Fault("unknown-value", name, known=", ".join(known))
    try:
        number = printed(plain(text))
    except ValueError:
        raise Fault("not-a-number", name, given=repr(text[:40])) from None
    if number.value != number.value:
        raise Fault("not-a-number", name, given=repr(text[:40]))
    return number


def _sheets(numbers: Mapping[str, Printed], lesson: Lesson) -> Iterator[Sheet]:
    dw, db = exact.gradients(lesson.x, lesson.y, lesson.w, lesson.b)
    start = {"w": lesson.w, "b": lesson.b}
    yp = [lesson.w * x + lesson.b for x in lesson.x]
    given = {
        "mse": {"yp": yp, "y": list(lesson.y)},
        "gradients": {"x": list(lesson.x), "y": list(lesson.y), **start},
        "sgd_step": {**start, "dw": dw, "db": db, "lr": lesson.optimizer["lr"]},
    }
    truth = {
        "mse": (exact.loss(lesson.x, lesson.y, lesson.w, lesson.b),),
        "gradients": (dw, db),
        "sgd_step": programs.results("sgd_step", Program(), given["sgd_step"]),
    }
    rooms = _rooms(given, float(lesson.optimizer["lr"]))
    for task, names in NAMES.items():
        written = {i: numbers[name] for i, name in enumerate(names) if name in numbers}
        if written:
            follows = task == "sgd_step" and not {*NAMES["gradients"]} & numbers.keys()
            slopes = Sheet("gradients", given["gradients"], truth["gradients"], rooms["gradients"], {})
            yield Sheet(task, given[task], truth[task], rooms[task], written, slopes if follows else None)


def _rooms(given: Mapping[str, Mapping[str, Any]], rate: float) -> dict[str, tuple[float, ...]]:
    """The allowances of the lesson's first update, by exercise; a step's with that of its gradient."""
    rooms = {task: tuple(entries[0] for entries in allowances(task, Program(), _floats(given[task]))) for task in given}
    pairs = zip(rooms["sgd_step"], rooms["gradients"], strict=True)
    return {**rooms, "sgd_step": tuple(own + abs(rate) * room for own, room in pairs)}


def _finding(sheet: Sheet, lesson: Lesson, numbers: Mapping[str, Printed], of: float) -> ExerciseFinding:
    plain = ExerciseFinding(sheet.task, RIGHT, of, of, tries=1, names=OUTPUTS[sheet.task])
    if not sheet.wrong:
        return plain
    if sheet.task == "sgd_step" and _follows(sheet, lesson, numbers):
        return plain._replace(inherited=("gradients",))
    return _wrong(plain, sheet)


def _follows(sheet: Sheet, lesson: Lesson, numbers: Mapping[str, Printed]) -> bool:
    """Is every wrong parameter the right step along the gradient that is written?"""
    rate, start = float(lesson.optimizer["lr"]), (float(lesson.w), float(lesson.b))
    for i, number in sheet.wrong.items():
        name = NAMES["gradients"][i]
        slope = numbers.get(name)
        if slope is None:
            return False
        room = allowances("sgd_step", Program(), {**_floats(sheet.given), name: slope.value})[i][0]
        if not number.is_near(start[i] - rate * slope.value, abs(rate) * slope.half + room):
            return False
    return True


def _wrong(plain: ExerciseFinding, sheet: Sheet) -> ExerciseFinding:
    output, number = next(iter(sheet.wrong.items()))
    truth, explained = [as_float(value) for value in sheet.truth], _explanations(sheet)
    names = explained[0].names if explained else ()
    outputs = plain.names
    given = [sheet.written[i].value if i in sheet.written else None for i in range(len(outputs))]
    right = [i for i in sheet.written if i not in sheet.wrong]
    return plain._replace(
        verdict=WRONG,
        points=plain.of * len(right) / len(outputs) if sheet.task == "gradients" else 0.0,
        reason=VALUE,
        mistakes=names,
        also=explained[1].names if len(explained) > 1 else (),
        in_loss=tuple(name for one in explained for name in one.names) if sheet.task == "mse" else (),
        fault=GRADIENT if explained and explained[0].of_slopes else None,
        outputs=tuple(outputs[i] for i in sheet.wrong),
        counterexample=Counterexample(_floats(sheet.given), _bare(given), _bare(truth)),
        output=outputs[output],
        got=number.value,
        truth=truth[output],
        off=abs(number.value - truth[output]),
        allowance=number.half + sheet.rooms[output],
    )


def _bare(values: Sequence[float | None]) -> Any:
    return values[0] if len(values) == 1 else list(values)


def _floats(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: [float(v) for v in value] if isinstance(value, list) else float(value) for name, value in given.items()
    }


class Fit(NamedTuple):
    """What mistakes give: the numbers, and how far rounding may take each; `of_slopes`, where a right step follows."""

    names: tuple[str, ...]
    values: tuple[float | None, ...]
    rooms: tuple[float, ...]
    of_slopes: bool = False

    def gives(self, written: Mapping[int, Printed]) -> bool:
        return all(
            (value := self.values[i]) is not None and number.is_near(value, self.rooms[i])
            for i, number in written.items()
        )


def _explanations(sheet: Sheet) -> tuple[Fit, ...]:
    """The only explanation of the smallest size, or two of the very same numbers: for all that is written, or for what
    is wrong of it."""
    for known, is_often in _by_size(sheet):
        for written in (sheet.written, sheet.wrong):
            if found := _told(known, sheet, written, is_often):
                return found[0]
    return ()


def _by_size(sheet: Sheet) -> Iterator[tuple[list[Fit], bool]]:
    """Mistakes that are often made, rare ones; the same of the gradient that a step may have followed; two at once."""
    single = [_fits(sheet, hypotheses.of_one(sheet.task))]
    if sheet.slopes:
        single.append([_stepped(sheet, fit) for fit in _fits(sheet.slopes, hypotheses.of_one(sheet.slopes.task))])
    for known in single:
        yield [fit for fit in known if not SELDOM & {*fit.names}], True
        yield known, False
    yield _fits(sheet, hypotheses.of_two(sheet.task)), False


def _told(known: Sequence[Fit], sheet: Sheet, written: Mapping[int, Printed], is_often: bool) -> list[tuple[Fit, ...]]:
    """What is to be told of those that fit, which may be nothing; an empty list where none fits."""
    fitting = {fit.names: fit for fit in reversed(known) if fit.gives(written)}
    if not fitting:
        return []
    first, *others = [fit for fit in known if fitting.get(fit.names) is fit]
    same = [fit for fit in others if all(fit.values[i] == first.values[i] for i in sheet.wrong)]
    if len(others) != len(same) or len(others) > 1:
        return [()]
    return [(first, *same)] if is_often or _chance(known, sheet.wrong) < RARELY else [()]


def _chance(known: Sequence[Fit], wrong: Mapping[int, Printed]) -> float:
    """Which part of the numbers from half of those written to twice them, and as many digits, `known` would explain."""
    found = 1.0
    for i, number in wrong.items():
        size = abs(number.value)
        values = {fit.values[i] for fit in known}
        near = sum(value is not None and size / 2 <= abs(value) <= 2 * size for value in values)
        found *= min(1.0, near * number.half / (1.5 * size)) if size else 1.0  # of either sign
    return found


def _fits(sheet: Sheet, known: Sequence[Hypothesis]) -> list[Fit]:
    """What the mistakes give, each where it has a value."""
    found = []
    for one in known:
        try:
            values = programs.results(sheet.task, one.program, sheet.given)
            rooms = _rooms_of(sheet, one.program)
        except ZeroDivisionError:
            continue
        numbers = (None if isinstance(value, list) else as_float(value) for value in values)
        found.append(Fit(one.names, tuple(numbers), tuple(rooms)))
    return found


def _stepped(sheet: Sheet, slopes: Fit) -> Fit:
    """A right step along a wrong gradient."""
    rate, start = float(sheet.given["lr"]), (float(sheet.given["w"]), float(sheet.given["b"]))
    along = tuple(None if own is None else p - rate * own for p, own in zip(start, slopes.values, strict=True))
    rooms = tuple(own + abs(rate) * room for own, room in zip(sheet.rooms, slopes.rooms, strict=True))
    return Fit(slopes.names, along, rooms, of_slopes=True)


def _rooms_of(sheet: Sheet, program: Program) -> list[float]:
    """What rounding may do to the results of `program`; a step carries that of dw and db on, without lr whole."""
    rooms = [output[0] for output in allowances(sheet.task, program, _floats(sheet.given))]
    if sheet.task != "sgd_step":
        return rooms
    shrunk = 1.0 if program.rate else abs(float(sheet.given["lr"]))
    return [own + carried / shrunk for own, carried in zip(rooms, sheet.rooms, strict=True)]
