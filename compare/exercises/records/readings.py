"""What may have recorded a wrong history: the table of mistakes, the lesson's two traps first; other learning rates.

A step of half the gradient is a step at half the learning rate: where a round rate gives the very same losses as a
mistake of the table, both readings are given.
"""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import zip_longest
from typing import NamedTuple

from compare.exercises.findings import START
from compare.exercises.records.frozen import LEAST, frozen_biases
from compare.exercises.records.rates import rate_of, start_of, steps_before
from compare.exercises.records.runs import Recorded
from compare.exercises.table import hypotheses, mistakes
from compare.exercises.table.hypotheses import Hypothesis

KNOWN_OPTIONS = {"lr", "momentum"}  # those that the table of mistakes knows


DIGITS = ("1", "1.25", "1.5", "2", "2.5", "3", "4", "5", "6", "7", "7.5", "8", "9")
RATES = tuple(Fraction(f"{digits}e{power}") for power in range(-5, 1) for digits in DIGITS)  # that somebody would write


class Reading(NamedTuple):
    """One explanation: the mistakes; where a frozen bias may have stood if not at the lesson's start; another rate."""

    hypothesis: Hypothesis
    biases: tuple[float, ...] = ()
    rate: Fraction | None = None
    steps: int | None = None  # made before the first loss

    @property
    def names(self) -> tuple[str, ...]:
        return self.hypothesis.names

    @property
    def faults(self) -> set[str]:
        """What it spoils in a trajectory."""
        return self.hypothesis.faults(self.names)

    @property
    def frozen_at(self) -> float | None:
        """Where the bias stood, if that can be told."""
        return self.biases[0] if len(self.biases) == 1 else None


def readings(record: Recorded) -> list[Reading]:
    """What explains a wrong loss: of all the losses, or, where these are too few or too many, of those asked for."""
    if len(record.losses) == record.count(record.start):
        return _of_all(record)
    return readings_of_count(record) or _of_all(record.common())


def readings_of_count(record: Recorded) -> list[Reading]:
    """What explains all the losses of a record that has too few or too many; a count of epochs needs each of them."""
    return _of_all(record) if record.every == 1 and not record.first else []


def _of_all(record: Recorded) -> list[Reading]:
    """The one explanation of the smallest size, with a second one if the lesson cannot tell the two apart."""
    if isinstance(record.lesson.w, tuple) or set(record.lesson.optimizer) - KNOWN_OPTIONS:
        return []
    if len({loss.value for loss in record.losses}) == 1 < len(record.losses):
        return []  # a run that stands still is like many others
    known = mistakes.alone("train_momentum" if record.lesson.optimizer.get("momentum") else "train")
    singles = (hypotheses.of((mistake,), record.start) for mistake in known)
    pairs = (hypotheses.of(two, record.start) for two in hypotheses.two_of(known))
    starts = list(_other_start(record))
    round_starts = [one for one in starts if all(own.denominator == 1 for own in one.hypothesis.program.start if own)]
    first = [*_holding(record, singles), *_other_rates(record), *_continued(record), *round_starts]
    for found in (first, starts, _holding(record, pairs)):
        if named := _by_names(found):
            return named if len(named) == 1 or _twins(record, named) else []
    return []


def _by_names(found: Iterable[Reading]) -> list[Reading]:
    named: dict[tuple[str, ...], Reading] = {}
    for reading in found:
        named.setdefault(reading.names, reading)
    return list(named.values())


def _holding(record: Recorded, known: Iterable[Hypothesis]) -> Iterator[Reading]:
    for one in known:
        if record.may_be_of(one.program):
            yield Reading(one)
        elif "bias-frozen" in one.names and (biases := frozen_biases(record, one.program)):
            yield Reading(one, biases)


def _other_rates(record: Recorded) -> Iterator[Reading]:
    """The lesson's own loop at the only round rate that gives the losses; without one, at the one that they tell."""
    if len(record.losses) < LEAST:
        return
    others = [rate for rate in RATES if rate != record.lesson.optimizer["lr"]]
    found = [rate for rate in others if record.at_rate(rate).may_be_of(record.start)]
    if not found and (solved := rate_of(record)) is not None:
        found = [solved]
    if len(found) == 1:
        yield Reading(hypotheses.of((mistakes.OTHER_RATE,), record.start), rate=found[0])


def _continued(record: Recorded) -> Iterator[Reading]:
    """The lesson's own loop, gone on with after more updates, where the losses tell after how many."""
    if (before := steps_before(record)) is not None:
        again = mistakes.Variant(loop={"before": record.start.before + before})
        yield Reading(hypotheses.of((mistakes.Mistake("continued-run", again, START),), record.start), steps=before)


def _other_start(record: Recorded) -> Iterator[Reading]:
    """The lesson's own loop from another start, where the losses tell which."""
    if (start := start_of(record)) is not None:
        other = mistakes.Mistake("other-start", mistakes.Variant(loop={"start": start}), START)
        yield Reading(hypotheses.of((other,), record.start))


def _twins(record: Recorded, found: Sequence[Reading]) -> bool:
    """Are these two that give the very same losses in this lesson?"""
    if len(found) != 2 or found[0].biases != found[1].biases:
        return False
    one, other = (_losses(record, reading) for reading in found)
    return all(first == second for first, second in zip_longest(one, other))


def _losses(record: Recorded, reading: Reading) -> Iterator[float]:
    at = record if reading.rate is None else record.at_rate(reading.rate)
    return at.exactly_recorded(reading.hypothesis.program)
