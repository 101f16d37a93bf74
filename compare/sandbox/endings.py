"""How a student's process ended, and what that says about its answer."""

import signal
from collections.abc import Callable, Sequence
from typing import NamedTuple

from compare.sandbox import results
from compare.sandbox.calls import (
    CRASHED,
    EXITED,
    KILLED,
    LARGEST_SOURCE,
    REASONS,
    STALLED,
    TIMED_OUT,
    Answer,
    Exercise,
    LeftOut,
    SourceFailure,
)

_NEARLY = 0.9  # of its time: where it blocked its own alarms, which are the last word otherwise
_CRASH = 0x80000000  # from here on, codes are Windows' own words for what on POSIX is a signal


class End(NamedTuple):
    """How a student's process ended, what its last phase had used, and what it left. `code` is its exit code, or minus
    the signal that ended it."""

    code: int
    killed: int
    cpu: float
    wall: float
    progress: tuple[int, ...]
    records: tuple[results.Record, ...]

    @property
    def phase(self) -> int:
        return self.progress[results.PHASE]


def answered(records: Sequence[results.Record], exercises: Sequence[Exercise], first: int) -> list[Answer]:
    """The answers from number `first` on, as far as they follow each other."""
    answers: list[Answer] = []
    for record in records:
        number = first + len(answers)
        if record.exercise == number < len(exercises):
            answers.append(results.answer(record, exercises[number]))
    return answers


def run_to_its_end(
    exercises: Sequence[Exercise], seconds: float, attempt: Callable[[int, LeftOut | None], End]
) -> tuple[Answer, ...] | SourceFailure:
    """One answer an exercise, in order: `attempt(first, left_out)` starts a process from exercise number `first` on,
    anew after each that died of an exercise, for those left; once more without the statement of the top level in which
    it died. `seconds` are those of a phase."""
    answers, left_out = list[Answer](), None
    while len(answers) < len(exercises):
        end = attempt(len(answers), left_out)
        fresh = answered(end.records, exercises, len(answers))
        answers += fresh
        left = exercises[len(answers) :]
        if not left or (fresh and end.phase < results.FIRST_EXERCISE + len(answers)):
            continue  # done; or it ended in an exercise that it had already answered
        failure = failure_of(end, seconds)
        if left_out is None and (left_out := _ending(end, failure)):
            continue
        if end.phase > results.LOADING:
            left = left[:1]
        elif not answers:
            return failure
        answers += [results.died(exercise, failure, end.progress) for exercise in left]
    return tuple(answers)


def failure_of(end: End, seconds: float) -> SourceFailure:
    """Why the process, which had `seconds` of processor time a phase, ended before its work was done; for a top level
    that raised, what it wrote."""
    return _failure(end, seconds)._replace(cpu=end.cpu, wall=end.wall)


def _failure(end: End, seconds: float) -> SourceFailure:
    line = results.line_number(end.progress[results.LINE])
    for record in end.records:
        if record.exercise == results.NONE and 0 <= record.reason < len(REASONS):
            return SourceFailure(REASONS[record.reason], record.detail, results.line_number(record.line))
    late = end.progress[results.LATE]
    if end.killed or late in (results.COMPUTED_ENOUGH, results.WAITED_ENOUGH):
        computed = late == results.COMPUTED_ENOUGH or end.cpu >= _NEARLY * seconds
        return SourceFailure(TIMED_OUT if computed else STALLED, "", line)
    if end.code >= _CRASH:
        return SourceFailure(CRASHED, f"{end.code:#X}", line)
    if end.code >= 0:
        return SourceFailure(EXITED, f"exit {end.code}", line)
    return SourceFailure(*_signalled(-end.code), line)


def _ending(end: End, failure: SourceFailure) -> LeftOut | None:
    """The statement of the top level during which the process ended; None where it was no statement's doing."""
    number = end.progress[results.STATEMENT]
    return LeftOut(number, failure.reason) if end.phase == results.LOADING and 0 <= number < LARGEST_SOURCE else None


def _signalled(number: int) -> tuple[str, str]:
    """SIGKILL is the kernel's, for want of memory: what asks for too much of it is refused instead, and the sum of all
    times is met later than each."""
    if number == signal.SIGXCPU:
        return TIMED_OUT, ""
    if number == signal.SIGKILL:
        return KILLED, ""
    return CRASHED, next((known.name for known in signal.Signals if known == number), f"signal {number}")
