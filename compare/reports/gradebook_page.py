"""The class at a glance, for the instructor: how the points lie, and which mistakes the class makes, how often."""

from collections import Counter
from collections.abc import Iterator, Mapping
from statistics import fmean, median
from typing import NamedTuple

from compare.exercises.findings import RIGHT, UNCHECKED, WRONG
from compare.reports.gradebook import Adjustment, Gradebook, Row, notices, number, to_confirm
from compare.reports.language import Messages
from compare.reports.templating import TEMPLATES, environment

BARS = 10  # bars of ten percent each; full marks count to the last


class Task(NamedTuple):
    """One exercise over the class: how many have each verdict, and the mean of the points."""

    name: str
    verdicts: Mapping[str, int]
    mean: float
    of: float


class Summary(NamedTuple):
    """What the page says of the class."""

    submissions: int
    mean: float  # percent
    median: float
    bars: list[int]
    statuses: list[tuple[str, int]]
    tasks: list[Task]
    mistakes: list[tuple[str, str, int]]  # exercise, mistake, how many submissions
    confirm: list[tuple[str, str, str, float]]  # submission, exercise, the steps that it comes from, its full points
    adjustments: list[tuple[str, str, Adjustment, float]]  # submission, exercise, as it was, points now
    flaws: list[tuple[str, str]]


def page(book: Gradebook) -> Iterator[str]:
    """`index.html`. Whatever a student wrote is escaped, and the page may load and run nothing."""
    templates = environment()
    templates.filters["number"] = number
    return templates.get_template("class.html.j2").generate(
        book=book,
        summary=summarize(book),
        say=Messages("grade", book.language),
        notices=notices(book),
        meanings=_meanings(book),
        style=(TEMPLATES / "style.css").read_text(encoding="utf-8"),
    )


def _meanings(book: Gradebook) -> dict[str, str]:
    """What each mistake is, in a few words, as the students' findings call it."""
    say = Messages("check", book.language)
    paths = [key.split(".") for key in sorted(say.keys())]
    return {path[1]: say(".".join(path)) for path in paths if path[::2] == ["mistake", "name"] and len(path) == 3}


def summarize(book: Gradebook) -> Summary:
    """One pass over the rows; it keeps one percentage a submission and otherwise only counts."""
    tally = _Tally(book)
    for row in book.rows():
        tally.add(row)
    return tally.summary()


class _Tally:
    def __init__(self, book: Gradebook) -> None:
        self._book = book
        self._percents: list[float] = []
        self._statuses: Counter[str] = Counter()
        self._verdicts: Counter[tuple[str, str]] = Counter()
        self._points: dict[str, float] = dict.fromkeys(book.columns, 0.0)
        self._mistakes: Counter[tuple[str, str]] = Counter()
        self._confirm: list[tuple[str, str, str, float]] = []
        self._adjustments: list[tuple[str, str, Adjustment, float]] = []
        self._flaws = list(book.refused)

    def add(self, row: Row) -> None:
        self._percents.append(row.percent)
        self._statuses[row.status] += 1
        self._verdicts.update(_verdicts(row).items())
        self._mistakes.update(_mistakes(row))
        for name, points in row.points.items():
            self._points[name] += points
        self._confirm += [(row.submission, one.name, ", ".join(one.inherited), one.of) for one in to_confirm(row)]
        self._adjustments += [(row.submission, name, was, was.after) for name, was in row.adjustments.items()]
        self._flaws += [(row.submission, row.flaw)] if row.flaw else []

    def summary(self) -> Summary:
        percents = self._percents or [0.0]
        return Summary(
            len(self._percents), fmean(percents), median(percents), _bars(self._percents),
            sorted(self._statuses.items()), [self._task(name) for name in self._book.columns], self._common(),
            self._confirm, self._adjustments, self._flaws,
        )  # fmt: skip

    def _task(self, name: str) -> Task:
        counts = {verdict: self._verdicts[name, verdict] for verdict in (RIGHT, WRONG, UNCHECKED)}
        of = self._book.course.points.get(name, self._book.course.history_points)
        return Task(name, counts, self._points[name] / (sum(counts.values()) or 1), of)

    def _common(self) -> list[tuple[str, str, int]]:
        """The mistakes, the most frequent first, then in the course's order."""
        columns = list(self._book.columns)
        ranked = sorted(self._mistakes.items(), key=lambda item: (-item[1], columns.index(item[0][0]), item[0][1]))
        return [(exercise, mistake, count) for (exercise, mistake), count in ranked]


def _verdicts(row: Row) -> dict[str, str]:
    """An answer that could not be run has every exercise unchecked."""
    if row.finding is None or row.finding.failure:
        return dict.fromkeys(row.points, UNCHECKED)
    return {exercise.name: exercise.verdict for exercise in row.finding.exercises}


def _mistakes(row: Row) -> set[tuple[str, str]]:
    exercises = row.finding.exercises if row.finding else ()
    return {(exercise.name, mistake) for exercise in exercises for mistake in exercise.mistakes}


def _bars(percents: list[float]) -> list[int]:
    count = Counter(min(int(percent * BARS / 100), BARS - 1) for percent in percents)
    return [count[bar] for bar in range(BARS)]
