"""What may have recorded a wrong history: the table of mistakes, the lesson's two traps first; another rate, momentum
or start; the right losses in another order, or each times the same number.

A step of half the gradient is a step at half the learning rate: where a round rate gives the very same losses as a
mistake of the table, both readings are given. What gives the losses to the digits of doubles explains them better than
what does to those of float32.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import isfinite, nan
from typing import Any, NamedTuple

from compare.exercises.digits import Printed
from compare.exercises.findings import BOOKKEEPING, START, UPDATE
from compare.exercises.records.rates import LEAST, Options, factor_of, is_whole, options_of, steps_before
from compare.exercises.records.runs import Recorded
from compare.exercises.records.starts import frozen_biases, start_of
from compare.exercises.table import hypotheses, mistakes
from compare.exercises.table.hypotheses import Hypothesis
from compare.exercises.table.mistakes import Mistake, Variant

KNOWN_OPTIONS = {"lr", "momentum"}  # those that the table of mistakes knows
DIGITS = ("1", "1.25", "1.5", "2", "2.5", "3", "4", "5", "6", "7", "7.5", "8", "9")
RATES = tuple(Fraction(f"{digits}e{power}") for power in range(-5, 1) for digits in DIGITS)  # that somebody would write
OPTIONS = {"lr": mistakes.OTHER_RATE, "momentum": Mistake("other-momentum", Variant(), UPDATE)}
SCALED = Mistake("losses-scaled", Variant(), BOOKKEEPING)
REVERSED = Mistake("losses-reversed", Variant(), BOOKKEEPING)


class Reading(NamedTuple):
    """One explanation: the mistakes; where a frozen bias may have stood if not at the lesson's start; other options;
    a number of steps, the momentum, or the factor of all losses."""

    hypothesis: Hypothesis
    biases: tuple[float, ...] = ()
    options: Mapping[str, Fraction] = {}
    parameter: Fraction | int | None = None
    words: Mapping[str, Any] = {}  # what tells a slip in a course's formulas

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

    def seen_in(self, record: Recorded) -> Recorded:
        """The losses as the program of the hypothesis recorded them."""
        if self.names == (REVERSED.name,):
            record = record.backwards()
        if self.names == (SCALED.name,) and self.parameter:
            record = record.over(float(self.parameter))
        return record.with_options(**self.options)


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
    if record.may_be_of(record.start):
        return []  # to the digits of float32, nothing is wrong
    known = mistakes.alone("train_momentum" if record.lesson.optimizer.get("momentum") else "train")
    singles = list(_holding(record, (hypotheses.of((mistake,), record.start) for mistake in known)))
    pairs = (hypotheses.of(two, record.start) for two in hypotheses.two_of(known))
    starts = list(_other_start(record))
    round_starts = [one for one in starts if all(own.denominator == 1 for own in one.hypothesis.program.start if own)]
    rewritten = [] if singles else list(_rewritten(record))
    first = [*singles, *_other_rates(record), *_continued(record), *rewritten, *round_starts]
    for found in (first, starts, _holding(record, pairs)):
        if named := _by_names(_finest(record, list(found))):
            return named if len(named) == 1 or _twins(record, named) else []
    return []


def _by_names(found: Iterable[Reading]) -> list[Reading]:
    named: dict[tuple[str, ...], Reading] = {}
    for reading in found:
        named.setdefault(reading.names, reading)
    return list(named.values())


def _finest(record: Recorded, found: Sequence[Reading]) -> Sequence[Reading]:
    """Those that give the losses to the digits of doubles, where some do. What a bias is solved from has no more digits
    than float32 leaves."""
    if len(found) < 2:
        return found
    fine = [one for one in found if one.biases or one.seen_in(record).finely().may_be_of(one.hypothesis.program)]
    return fine or found


def _holding(record: Recorded, known: Iterable[Hypothesis]) -> Iterator[Reading]:
    for one in known:
        if record.may_be_of(one.program):
            yield Reading(one)
        elif "bias-frozen" in one.names and (biases := frozen_biases(record, one.program)):
            yield Reading(one, biases)


def _other_rates(record: Recorded) -> Iterator[Reading]:
    """The lesson's own loop at the only round rate that gives the losses."""
    if len(record.losses) < LEAST:
        return
    others = [rate for rate in RATES if rate != record.lesson.optimizer["lr"]]
    found = [rate for rate in others if record.with_options(lr=rate).may_be_of(record.start)]
    if len(found) == 1:
        yield _of_options(record, {"lr": found[0]})
    elif not found and (options := options_of(record)) is not None:
        yield _of_options(record, options)


def _of_options(record: Recorded, options: Options) -> Reading:
    named = tuple(OPTIONS[name] for name in options)
    return Reading(hypotheses.of(named, record.start), options=options, parameter=options.get("momentum"))


def _continued(record: Recorded) -> Iterator[Reading]:
    """The lesson's own loop, gone on with after more updates, where the losses tell after how many."""
    if (before := steps_before(record)) is not None:
        again = Mistake("continued-run", Variant(loop={"before": record.start.before + before}), START)
        yield Reading(hypotheses.of((again,), record.start), parameter=before)


def _other_start(record: Recorded) -> Iterator[Reading]:
    """The lesson's own loop from another start, where the losses tell which."""
    if (start := start_of(record)) is not None:
        other = Mistake("other-start", Variant(loop={"start": start}), START)
        yield Reading(hypotheses.of((other,), record.start))


def _rewritten(record: Recorded) -> Iterator[Reading]:
    """The right losses, the last one first, or each times the same number."""
    if is_whole(record) and record.backwards().may_be_of(record.start):
        yield Reading(hypotheses.of((REVERSED,), record.start))
    if (factor := factor_of(record)) is not None:
        yield Reading(hypotheses.of((SCALED,), record.start), parameter=factor)


def _twins(record: Recorded, found: Sequence[Reading]) -> bool:
    """Are these two that give the very same losses in this lesson, to the digits of doubles?"""
    if len(found) != 2 or found[0].biases != found[1].biases:
        return False
    one, other = found
    losses = one.seen_in(record).first_losses(one.hypothesis.program, None, len(record.losses))
    factor = one.parameter if one.names == (SCALED.name,) else 1
    seen = tuple(Printed(float(factor or 1) * loss if isfinite(loss) else nan, 0.0) for loss in losses)
    return other.seen_in(record._replace(losses=seen)).finely().may_be_of(other.hypothesis.program)
