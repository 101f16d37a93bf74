"""How a student's process ended, and what that says about its answer."""

import os
import signal
from collections.abc import Sequence
from typing import NamedTuple

from compare.sandbox import results
from compare.sandbox.calls import (
    CRASHED,
    EXITED,
    OUT_OF_MEMORY,
    REASONS,
    STALLED,
    TIMED_OUT,
    Answer,
    Exercise,
    SourceFailure,
)

_NEARLY = 0.9  # of its time: where it blocked its own alarms, which are the last word otherwise


class End(NamedTuple):
    """How a student's process ended, what its last phase had used, and what it left."""

    status: int
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


def failure_of(end: End, seconds: float) -> SourceFailure:
    """Why the process, which had `seconds` of processor time a phase, ended before its work was done; for a top level
    that raised, what it wrote."""
    return _failure(end, seconds)._replace(cpu=end.cpu, wall=end.wall)


def _failure(end: End, seconds: float) -> SourceFailure:
    line = results.line_number(end.progress[results.LINE])
    for record in end.records:
        if record.exercise == results.NONE and 0 <= record.reason < len(REASONS):
            return SourceFailure(REASONS[record.reason], record.detail, results.line_number(record.line))
    late = end.progress[results.LATE]  # the alarm that rang: of processor time (a count of ticks), or of the wall clock
    if end.killed or late in (signal.SIGPROF, signal.SIGALRM):
        computed = late == signal.SIGPROF or end.cpu >= _NEARLY * seconds
        return SourceFailure(TIMED_OUT if computed else STALLED, "", line)
    if not os.WIFSIGNALED(end.status):
        return SourceFailure(EXITED, f"exit {os.waitstatus_to_exitcode(end.status)}", line)
    return SourceFailure(*_signalled(os.WTERMSIG(end.status)), line)


def _signalled(number: int) -> tuple[str, str]:
    """SIGKILL is the kernel's: of its two occasions, the sum of all times is met later than each, so memory it was."""
    if number == signal.SIGXCPU:
        return TIMED_OUT, ""
    if number == signal.SIGKILL:
        return OUT_OF_MEMORY, ""
    return CRASHED, next((known.name for known in signal.Signals if known == number), f"signal {number}")
