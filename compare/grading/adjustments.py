"""`adjustments.csv`: the points that an instructor sets by hand after an appeal, and why.

    submission,exercise,points,reason
    20231234,gradients,3,an arithmetic slip only
    kim.py,gradients,+1,beautifully derived
    *,train,3,the task was unclear
    20231235,*,-2,handed in late
    20231236,late,0,was ill

The first cell is a student's id, any that the roster has for one, or the path of an answer, or `*` for everybody: an
appeal outlives a resubmission. Points with a sign are added to what the judge, or an earlier line, gave; with `*` as
the exercise, to the answer as a whole. Without a sign they are what the exercise is worth; with `*`, what each is, at
most its full points. `late` in its place says what lateness costs this student. What everybody is given, nobody has
whose answer was refused or could not be read; by name, anybody has it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import isfinite, nan
from pathlib import Path
from typing import NamedTuple

from compare.exercises.digits import added
from compare.grading import Fault, sheets
from compare.grading.entries import shown

COLUMNS = ("submission", "exercise", "points", "reason")
ALL = "*"  # every student; or the answer as a whole
LATE = "late"  # in the place of an exercise: what lateness costs


class Adjustment(NamedTuple):
    """The points of an exercise, or with `ALL` of the answer as a whole; if `added`, beside those of the judge."""

    exercise: str
    points: float
    reason: str
    added: bool = False


class Subject(NamedTuple):
    """Whose points can be adjusted: the `id` of the reports, the `names` that mean it, each exercise's full points, and
    what else the roster calls it, which counts where nobody has that name."""

    id: str
    names: frozenset[str]
    full: Mapping[str, float]
    called: frozenset[str] = frozenset()


class Appeals(NamedTuple):
    """The adjustments by the subject's `id` and the exercise; those that were granted `by_name` once more, for whoever
    has nothing of what everybody is given; and what could not be applied or needs a word, each with its line."""

    granted: Mapping[str, Mapping[str, Adjustment]] = {}
    by_name: Mapping[str, Mapping[str, Adjustment]] = {}
    warnings: Sequence[Fault] = ()


def read(path: Path, subjects: Sequence[Subject]) -> Appeals:
    """The adjustments in `path`; none where there is no file. A later line wins over an earlier one,
    or is added to it where it has a sign.

    A student or an exercise that is not there any more, and points above the full ones, are warned of and stop nobody.
    Raises `Fault` with the line at fault where one cannot be read.
    """
    granted: dict[str, dict[str, Adjustment]] = defaultdict(dict)
    by_name: dict[str, dict[str, Adjustment]] = defaultdict(dict)
    warnings: list[Fault] = []
    owners, called = _by_name(subjects, "names"), _by_name(subjects, "called")
    for line, row in _rows(path):
        adjustment = _adjustment(path, line, row)
        name = shown(row["submission"].removeprefix("'"))  # as our own tables shield names
        meant = subjects if name == ALL else owners.get(name) or called.get(name, ())
        if not meant:
            warnings.append(Fault("adjusted-submission", path, line=line, given=repr(name)))
        if adjustment.exercise == ALL and adjustment.points and not adjustment.added:
            warnings.append(Fault("adjusted-each", path, line=line, given=f"{adjustment.points:g}"))
        for one in meant:
            warnings += _granted(granted[one.id], one, adjustment, path, line, name)
            if name != ALL:
                list(_granted(by_name[one.id], one, adjustment, path, line, name))
    return Appeals(granted, by_name, warnings)


def _by_name(subjects: Sequence[Subject], field: str) -> Mapping[str, Sequence[Subject]]:
    found: dict[str, list[Subject]] = defaultdict(list)
    for one in subjects:
        for name in getattr(one, field):
            found[name].append(one)
    return found


def _granted(
    own: dict[str, Adjustment], one: Subject, adjustment: Adjustment, path: Path, line: int, name: str
) -> Iterator[Fault]:
    """Note the adjustment for one subject, and yield what is to be warned of."""
    exercise, points = adjustment.exercise, adjustment.points
    if exercise == ALL and not adjustment.added:
        for each, full in one.full.items():
            own[each] = adjustment._replace(exercise=each, points=min(points, full))
    elif exercise == LATE:
        own[LATE] = adjustment._replace(points=0.0 - abs(points), added=True)
    elif exercise != ALL and exercise not in one.full:
        if name != ALL:
            yield Fault("adjusted-exercise", path, line=line, given=repr(exercise), known=", ".join(one.full))
    else:
        own[exercise] = _together(own.get(exercise), adjustment)
        if not adjustment.added and points > one.full[exercise]:
            yield Fault("adjusted-above", path, line=line, given=f"{points:g}", of=f"{one.full[exercise]:g}")


def _together(before: Adjustment | None, after: Adjustment) -> Adjustment:
    """What both lines come to: points with a sign are added."""
    if before is None or not after.added:
        return after
    points = added((before.points, after.points))
    return before._replace(points=points, reason="; ".join(filter(None, (before.reason, after.reason))))


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    if not path.exists():
        return
    sheet = sheets.read(path)
    if not set(COLUMNS) <= set(sheet.header):
        raise Fault("no-columns", path, columns=",".join(COLUMNS))
    places = {name: sheet.header.index(name) for name in COLUMNS}
    for line in sheet.lines:
        yield line.number, {name: line.cells[place].strip() for name, place in places.items()}


def _adjustment(path: Path, line: int, row: Mapping[str, str]) -> Adjustment:
    text = row["points"].removeprefix("'")
    added = text.startswith(("+", "-", "−"))
    try:
        points = float(text.replace(",", ".").replace("−", "-"))
    except ValueError:
        points = nan
    if not isfinite(points):
        raise Fault("adjusted-points", path, line=line, given=repr(text))
    return Adjustment(row["exercise"], points, shown(row["reason"]), added)
