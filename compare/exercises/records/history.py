"""Losses alone: what a recorded history says about the loop that recorded it.

The truth is the lesson's own, and its allowance that of a function that trains: of any form of the loss. The losses
that are there are judged first, at the epochs that the record gives; where it gives none, at those where most of them
are right. A wrong history is explained by the same table as code.

A program may compute in float32 or in float64, and does not change from one to the other. Where float32 would have
moved several losses by its rounding of w, b or the loss itself, and they agree with the truth to float64's digits, the
program computes in float64: then the losses behind them have its room, and float32's no longer.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from math import hypot, inf
from operator import mul
from struct import pack, unpack
from typing import TYPE_CHECKING, NamedTuple

from compare.exercises import Fault
from compare.exercises.digits import Printed, printed_list
from compare.exercises.findings import COUNT, EXPANDED, NOT_FINITE, RIGHT, VALUE, WRONG, Counterexample, ExerciseFinding
from compare.exercises.records.rates import LEAST, Options
from compare.exercises.records.readings import KNOWN_OPTIONS, Reading, readings, readings_of_count
from compare.exercises.records.runs import FINE, Recorded
from compare.exercises.table.run_allowance import right_allowances
from compare.lessons import Lesson
from compare.truth.descent import Descent, of_lesson

if TYPE_CHECKING:
    from compare.exercises.records.of_course import Loop  # which a lesson's own loop does not need

NAME = "history"
POINTS = 1.0
IN_DOUBLES = "in-doubles"  # the note that the losses before the first wrong one were computed in float64


class Compared(NamedTuple):
    """A record beside the lesson's losses at its epochs, and how far from these a right one may be.

    `narrow` are the rooms of a loop that squares its residuals, `wide` those of any form of the loss; `moved` is how
    far the rounding of w, b or the loss to float32 would take each loss at least.
    """

    record: Recorded
    truth: list[float]
    wide: list[float]
    narrow: list[float]
    moved: list[float]

    @property
    def common(self) -> int:
        """How many losses came and are asked for."""
        return min(len(self.record.losses), len(self.truth))

    @property
    def right(self) -> int:
        """How many losses are right before the first that is wrong."""
        return self._within(self.rooms)

    @property
    def rooms(self) -> list[float]:
        """How far each loss may be from the truth."""
        return [FINE * room for room in self.wide] if self.is_of_doubles else self.wide

    @property
    def is_of_doubles(self) -> bool:
        """Do the losses before the first that is off show that the program computes in float64?"""
        entries = zip(self.record.losses, self.moved, self.wide, strict=False)
        near = islice(entries, self._within([FINE * room for room in self.wide]))
        return sum(moved > 2 * (FINE * room + loss.half) for loss, moved, room in near) >= LEAST

    @property
    def near(self) -> int:
        """How many are as near as squared residuals are."""
        return self._within(self.narrow)

    @property
    def seen(self) -> Recorded:
        """The record, held against programs that compute as its own does."""
        return self.record.finely() if self.is_of_doubles else self.record

    def _within(self, rooms: list[float]) -> int:
        entries = zip(self.record.losses, self.truth, rooms, strict=False)
        outside = (place for place, entry in enumerate(entries) if not self.record.fits(*entry))
        return next(outside, self.common)

    @property
    def lacking(self) -> int:
        """By how many losses the record is too short or too long."""
        return abs(len(self.record.losses) - len(self.truth))


def diagnose_history(
    losses: Sequence[str], lesson: Lesson, every: int | None = None, first: int = 0, loop: Loop | None = None
) -> ExerciseFinding:
    """Judge the losses of every `every`-th epoch from `first` on, to the digits given: `"0.1423"` has four.

    Where a record starts later than at 0, its epochs may have been counted from 1: then each loss is that of an epoch
    earlier. Where `every` is None it may be 1 or the lesson's `record_every`. A loss out of a binary file is given with
    `repr`. `loop` is the one that a course asks for, in the place of the lesson's own.
    Raises `Fault` where the lesson has no run to compare with.
    """
    if lesson.epochs is None:
        raise Fault("no-epochs", lesson.name)
    best = _best(_compared(printed_list(losses), lesson, every, first, loop))
    if best[0].right == best[0].common:
        return _noted(_counted(best[0], loop), first)
    found = _noted(_explained(best, loop), first)
    return found if every or len(best) == 1 else found._replace(notes=(*found.notes, f"every:{found.every}"))


def _noted(finding: ExerciseFinding, first: int) -> ExerciseFinding:
    """With a word on epochs that were counted from 1."""
    return finding if finding.since == first else finding._replace(notes=(*finding.notes, f"from-one:{first}"))


def _compared(
    losses: tuple[Printed, ...], lesson: Lesson, every: int | None, first: int, loop: Loop | None = None
) -> list[Compared]:
    """The losses beside those of every spacing that they may have; too many for the widest have a narrower one."""
    told, found = _of_loop(loop) if loop else _of_lesson(lesson), []
    for spacing in dict.fromkeys((every,) if every else (1, lesson.record_every)):
        for since in (first, first - 1) if first else (0,):
            at = slice(lesson.steps_before + since, None, spacing)
            found.append(Compared(Recorded(losses, lesson, spacing, since), *(row[at] for row in told)))
    return [one for one in found if len(losses) <= len(one.truth) + 1] or found[:1]


def _of_lesson(lesson: Lesson) -> tuple[list[float], ...]:
    """The truth, the rooms of any form of the loss and of squared residuals, and how far float32 moves each."""
    run = of_lesson(lesson)
    return run.losses, right_allowances(run), right_allowances(run, residuals_first=True), _moved_by_float32(run)


def _of_loop(loop: Loop) -> tuple[list[float], ...]:
    """The same of a course's own loop, of which nobody knows how float32 moves it."""
    truth, rooms = loop.told()
    return truth, rooms, rooms, [0.0] * len(truth)


def _moved_by_float32(run: Descent) -> list[float]:
    """How far rounding the parameters of a state moves its loss, or rounding the loss itself, whichever is less."""
    rows, found = [(*map(float, row), 1.0) for row in run.feature_rows], []
    y = [*map(float, run.y)]

    def loss(parameters: Sequence[float]) -> float:
        yp = [sum(map(mul, row, parameters)) for row in rows]
        return sum((one - target) * (one - target) for one, target in zip(yp, y, strict=True)) / len(y)

    for state, truth in zip(run.states, run.losses, strict=False):
        exact = state.floats()[: run.size]
        moved = loss([*map(_in_float32, exact)]) - loss(exact)
        found.append(min(abs(moved), abs(_in_float32(truth) - truth)))
    return found


def _in_float32(value: float) -> float:
    """The nearest number of float32; infinite beyond its range."""
    return float(unpack("f", pack("f", value))[0])


def _best(compared: list[Compared]) -> list[Compared]:
    """Those with the most right losses, the one of the most likely length first."""
    most = max(one.right for one in compared)
    return sorted((one for one in compared if one.right == most), key=lambda one: one.lacking)


def _counted(compared: Compared, loop: Loop | None) -> ExerciseFinding:
    """Nothing is wrong with the losses that are there, but there may be too few or too many."""
    if not compared.lacking:
        far = compared.record.first + compared.near * compared.record.every
        notes = () if compared.near == compared.common else (f"{EXPANDED}{far}",)
        return ExerciseFinding(NAME, RIGHT, POINTS, POINTS, tries=1, notes=notes, since=compared.record.first)
    found = loop.readings(compared.record) if loop else readings_of_count(compared.record)
    return _with(found, _wrong(compared), compared)


def _explained(best: list[Compared], loop: Loop | None) -> ExerciseFinding:
    """The first of those that can be explained, unless another one has another explanation."""
    read = loop.readings if loop else readings
    known = [(compared, found) for compared in best if (found := read(compared.seen))]
    if len({tuple(reading.names for reading in found) for _, found in known}) != 1:
        return _first_wrong(best[0])
    compared, found = known[0]
    return _with(found, _first_wrong(compared), compared)


def _wrong(compared: Compared) -> ExerciseFinding:
    plain = ExerciseFinding(NAME, WRONG, POINTS, reason=COUNT, tries=1, outputs=("losses",))
    came, asked = (len(compared.record.losses),), (len(compared.truth),)
    record = compared.record
    return plain._replace(shape_given=came, shape_expected=asked, every=record.every, since=record.first)


def _first_wrong(compared: Compared) -> ExerciseFinding:
    place = compared.right
    epoch = compared.record.first + place * compared.record.every
    loss, truth = compared.record.losses[place], compared.truth[place]
    finding = _wrong(compared)._replace(first_wrong_epoch=epoch)
    example = {"epoch": float(epoch)}
    if loss.value != loss.value:
        return finding._replace(reason=NOT_FINITE, counterexample=Counterexample(example, None, truth))
    return finding._replace(
        reason=COUNT if compared.lacking else VALUE,
        counterexample=Counterexample(example, loss.value, truth),
        output="losses",
        entry=epoch,
        got=loss.value,
        truth=truth,
        off=abs(loss.value - truth),
        allowance=compared.rooms[place] + loss.half,
        notes=(IN_DOUBLES,) if compared.is_of_doubles and abs(loss.value - truth) <= compared.wide[place] else (),
    )


def _with(found: list[Reading], finding: ExerciseFinding, compared: Compared) -> ExerciseFinding:
    """The finding with its explanation; a fault is named only where there is one in all of it."""
    if not found:
        return finding
    first, *others = found
    faults = first.faults.union(*(reading.faults for reading in others))
    options: Options = next((reading.options for reading in found if reading.options), {})
    start = next((reading.hypothesis.start for reading in found if reading.hypothesis.start), ())
    return finding._replace(
        mistakes=first.names,
        also=others[0].names if others else (),
        in_loss=tuple(dict.fromkeys(name for reading in found for name in reading.hypothesis.in_loss)),
        fault=faults.pop() or None if len(faults) == 1 else None,
        frozen_at=first.frozen_at,
        rate=float(options["lr"]) if "lr" in options else None,
        parameter=next((float(reading.parameter) for reading in found if reading.parameter is not None), None),
        start=tuple(None if own is None else float(own) for own in start),
        words={name: told for reading in found for name, told in reading.words.items()},
        diverges=() if first.words else _diverging(compared.record.with_options(**options)),
    )


def _diverging(record: Recorded) -> tuple[float, ...]:
    """The run's learning rate, beyond 2 / λ, and that, where it diverges; with momentum 2 (1 + μ) / λ, and μ.

    λ is the largest eigenvalue of the loss's Hessian in the parameters that are trained.
    """
    lesson = record.lesson
    if isinstance(lesson.w, tuple) or set(lesson.optimizer) - KNOWN_OPTIONS:
        return ()
    x = [float(value) for value in lesson.x]
    q, m = sum(value * value for value in x) / len(x), sum(x) / len(x)
    largest = {("w", "b"): q + 1 + hypot(q - 1, 2 * m), ("w",): 2 * q, ("b",): 2.0}.get(lesson.trained, 0.0)
    momentum = float(lesson.optimizer.get("momentum", 0))
    limit = 2 * (1 + momentum) / largest if largest else inf
    rate = float(lesson.optimizer["lr"])
    return (rate, limit, momentum) if rate > limit else ()
