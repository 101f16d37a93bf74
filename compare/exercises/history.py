"""Losses alone: what a recorded history says about the loop that recorded it.

The truth and its bound are the lesson's own. A wrong history is explained by the same table as code, with the two traps
of the lesson's notebook first: a step made before the record, and a bias that never moves.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from compare.agreement.descent import of_lesson
from compare.agreement.propagation import Propagation
from compare.agreement.rounding import PRECISIONS
from compare.exercises import hypotheses, mistakes
from compare.exercises.digits import printed_list
from compare.exercises.faults import Fault
from compare.exercises.findings import COUNT, NOT_FINITE, RIGHT, VALUE, WRONG, Counterexample, ExerciseFinding
from compare.exercises.frozen import frozen_biases
from compare.exercises.hypotheses import Hypothesis
from compare.exercises.runs import LARGEST, Recorded
from compare.lessons import Lesson

NAME = "history"
POINTS = 1.0
DATA_ROUNDINGS = 2  # the lesson's decimals become doubles, and those float32
KNOWN_OPTIONS = {"lr", "momentum"}  # those that the table of mistakes knows


class Reading(NamedTuple):
    """One explanation: the mistakes, and where a frozen bias may have stood if not at the lesson's start."""

    hypothesis: Hypothesis
    biases: tuple[float, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return self.hypothesis.names

    @property
    def frozen_at(self) -> float | None:
        """Where the bias stood, if that can be told."""
        return self.biases[0] if len(self.biases) == 1 else None


def diagnose_history(losses: Sequence[str], lesson: Lesson) -> ExerciseFinding:
    """Judge the losses of every epoch, or of every `record_every`-th, to the digits given: `"0.1423"` has four.

    A loss out of a binary file is given with `repr`. Raises `Fault` where the lesson has no run to compare with.
    """
    if lesson.epochs is None:
        raise Fault("no-epochs", lesson.name)
    record = Recorded(printed_list(losses), lesson, _every(len(losses), lesson))
    truth, rooms = _truth(record)
    plain = ExerciseFinding(NAME, RIGHT, POINTS, POINTS, tries=1)
    first = _first_wrong(record, truth, rooms)
    if first is None:
        return plain
    return _explained(_wrong(plain, record, truth, rooms, first), record)


def _every(count: int, lesson: Lesson) -> int:
    """1 for as many losses as epochs, or one off; else the lesson's own spacing."""
    assert lesson.epochs is not None
    return 1 if abs(count - lesson.epochs - 1) <= 1 else lesson.record_every


def _truth(record: Recorded) -> tuple[list[float], list[float]]:
    descent, start = of_lesson(record.lesson), record.lesson.steps_before
    bounds = Propagation(descent, PRECISIONS["float32"], DATA_ROUNDINGS).run_bounds()
    return descent.losses[start :: record.every], [float(room) for room in bounds.loss[start :: record.every]]


def _first_wrong(record: Recorded, truth: list[float], rooms: list[float]) -> int | None:
    """The place of the first loss that is wrong, or that is too many or too few."""
    for place, (loss, value, room) in enumerate(zip(record.losses, truth, rooms, strict=False)):
        if not loss.is_near(value, room) and abs(value) < LARGEST:
            return place
    return None if len(record.losses) == len(truth) else min(len(record.losses), len(truth))


def _wrong(
    plain: ExerciseFinding, record: Recorded, truth: list[float], rooms: list[float], place: int
) -> ExerciseFinding:
    epoch = place * record.every
    finding = plain._replace(verdict=WRONG, points=0.0, outputs=("losses",), first_wrong_epoch=epoch, reason=COUNT)
    finding = finding._replace(shape_given=(len(record.losses),), shape_expected=(len(truth),))
    if place == min(len(record.losses), len(truth)):
        return finding
    got = record.losses[place].value
    example = {"epoch": float(epoch)}
    if got != got:
        return finding._replace(reason=NOT_FINITE, counterexample=Counterexample(example, None, truth[place]))
    return finding._replace(
        reason=VALUE if len(record.losses) == len(truth) else COUNT,
        counterexample=Counterexample(example, got, truth[place]),
        output="losses",
        entry=epoch,
        got=got,
        truth=truth[place],
        off=abs(got - truth[place]),
        allowance=rooms[place] + record.losses[place].half,
    )


def _explained(finding: ExerciseFinding, record: Recorded) -> ExerciseFinding:
    readings = _readings(record)
    if not readings:
        return finding
    first, *others = readings
    return finding._replace(
        mistakes=first.names,
        also=others[0].names if others else (),
        fault=min((mistake.fault for mistake in first.hypothesis.mistakes), key=mistakes.FAULTS.index),
        frozen_at=first.frozen_at,
    )


def _readings(record: Recorded) -> list[Reading]:
    """The one explanation of the smallest size, with a second one if the lesson cannot tell the two apart."""
    if isinstance(record.lesson.w, tuple) or set(record.lesson.optimizer) - KNOWN_OPTIONS:
        return []
    known = mistakes.alone("train_momentum" if record.lesson.optimizer.get("momentum") else "train")
    for chosen in (((mistake,) for mistake in known), hypotheses.two_of(known)):
        found = _by_names(_holding(record, (hypotheses.of(one, record.start) for one in chosen)))
        if found:
            return found if len(found) == 1 or _twins(record, found) else []
    return []


def _by_names(readings: Iterable[Reading]) -> list[Reading]:
    found: dict[tuple[str, ...], Reading] = {}
    for reading in readings:
        found.setdefault(reading.names, reading)
    return list(found.values())


def _holding(record: Recorded, known: Iterable[Hypothesis]) -> Iterator[Reading]:
    for one in known:
        program = one.program
        if record.roughly(program) and record.explained(record.exact_losses(program), record.rooms(program)):
            yield Reading(one)
        elif "bias-frozen" in one.names and (biases := frozen_biases(record, program)):
            yield Reading(one, biases)


def _twins(record: Recorded, found: Sequence[Reading]) -> bool:
    """Are these two that give the very same losses in this lesson?"""
    if len(found) != 2 or found[0].biases != found[1].biases:
        return False
    one, other = (record.exact_losses(reading.hypothesis.program) for reading in found)
    return one == other
