"""The judge's side: starts the fresh interpreter, hands it sources, reads what a student's process left behind."""

import os
import signal
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from math import ceil
from typing import Self

from compare.sandbox import results, wire
from compare.sandbox.calls import (
    DEFAULT_LIMITS,
    KILLED,
    LARGEST_SOURCE,
    OWN,
    Answer,
    Exercise,
    Layer,
    LeftOut,
    Limits,
    SourceFailure,
    too_large,
)
from compare.sandbox.start import zygote
from compare.sandbox.wire import SLOTS

_PATIENCE = 60.0  # seconds for the zygote's own work, on however busy a machine


class SandboxError(Exception):
    """The sandbox itself failed: never a student's fault."""


class _Lost(Exception):
    """The interpreter ended, or did not speak in time."""


class Held:
    """Which sets of exercises the zygote holds, each in a slot: the last ones, so that none is sent twice in a row."""

    def __init__(self) -> None:
        self._sets: dict[int, tuple[Exercise, ...]] = {}  # the one used longest ago comes first

    def place(self, exercises: Sequence[Exercise]) -> tuple[int, bool]:
        """The slot for a set, and whether the set has yet to be sent there, in the place of the one used longest ago.

        Sets made of the same `Exercise` objects are found to be the same at once.
        """
        wanted = tuple(exercises)
        found = next((slot for slot, held in self._sets.items() if held == wanted), None)
        slot = self._free() if found is None else found
        self._sets.pop(slot, None)
        self._sets[slot] = wanted
        return slot, found is None

    def _free(self) -> int:
        return len(self._sets) if len(self._sets) < SLOTS else next(iter(self._sets))


class Sandbox:
    """One interpreter with NumPy that serves many submissions, one at a time.

    Returns at once: the interpreter starts meanwhile, so create it early, compute, then `run`; given the socket of a
    nursery, it is a fork of that, and what was `spawned` already is taken. A sandbox belongs to one thread; create it
    after any fork of your own, whose children would keep its interpreter alive. `computed` is the processor time
    that answers have taken in it, in seconds.
    """

    def __init__(self, nursery: socket.socket | None = None, spawned: tuple[socket.socket, int] | None = None) -> None:
        self._nursery, self.computed = nursery, 0.0
        self._start(spawned)

    def _start(self, spawned: tuple[socket.socket, int] | None = None) -> None:
        self._layers: tuple[Layer, ...] = ()
        self._held = Held()
        self._control, self._pid = spawned or zygote(self._nursery)
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the interpreter and whatever it still runs."""
        self._control.close()  # at which a zygote ends, and what it runs with it
        if self._pid and not self._closed:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
        self._closed = True

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers of isolation and whether this machine has them. Raises `SandboxError` where nothing starts."""
        if not self._layers:
            try:
                self._control.settimeout(_PATIENCE)
                self._listen()
            except _Lost as lost:
                raise SandboxError(f"no interpreter for answers: {lost}") from None
        return self._layers

    def run(
        self, source: bytes, exercises: Sequence[Exercise], limits: Limits = DEFAULT_LIMITS
    ) -> tuple[Answer, ...] | SourceFailure:
        """One answer an exercise, in order. Pass the same `Exercise` objects each time: they are then sent once.

        Raises `SandboxError` where the sandbox itself fails.
        """
        if failure := too_large(source):
            return failure
        for _ in range(2):  # an interpreter that the system killed, for memory say, is replaced once
            if self._closed:
                self._start()
            _ = self.layers
            with suppress(_Lost):
                return self._run(source, exercises, limits)
        return SourceFailure(KILLED, "", None)

    def _run(self, source: bytes, exercises: Sequence[Exercise], limits: Limits) -> tuple[Answer, ...] | SourceFailure:
        until = time.monotonic() + limits.longest
        with wire.closing(wire.sealed(source)) as file:
            return run_to_its_end(
                exercises,
                limits.seconds,
                lambda first, left_out: self._attempt(file, exercises, first, left_out, limits, until),
            )

    def _attempt(
        self, source: int, exercises: Sequence[Exercise], first: int, left_out: LeftOut | None,
        limits: Limits, until: float,
    ) -> results.End:  # fmt: skip
        """One fork, from exercise `first` on, without the statement `left_out`; the clock has patience `until` then."""
        slot, fresh = self._held.place(exercises)
        with wire.closing(wire.blank(results.SIZE)) as result, ExitStack() as stack:
            files = [source, result]
            if fresh:
                files.append(stack.enter_context(wire.closing(wire.sealed(wire.pack(exercises)))))
            seconds = (len(exercises) - first + 1) * limits.seconds
            backstop = 2 * ceil(seconds) + 2  # of processor time, beyond what each phase has until it is killed
            of_work = first, slot, fresh, limits.seconds, until, limits.memory, backstop
            request = wire.REQUEST.pack(*of_work, *wire.without(left_out))
            ended = self._ask(request, files, 2 * seconds + limits.longest + _PATIENCE)
            wire.close_for_writing(result)
            status, killed, cpu, wall = ended
            records = tuple(results.unpack(results.read(result)))
            return results.End(os.waitstatus_to_exitcode(status), killed, cpu, wall, results.progress(result), records)

    def _ask(self, request: bytes, files: list[int], seconds: float) -> tuple[int, int, float, float]:
        """The wait status, whether the time was up, and what the last phase had used. An interrupted exchange cannot be
        taken up again."""
        try:
            self._control.settimeout(seconds)
            socket.send_fds(self._control, [request], files)
            return self._listen()
        except OSError as error:
            self.close()
            raise _Lost(str(error)) from None
        except BaseException:
            self.close()
            raise

    def _listen(self) -> tuple[int, int, float, float]:
        """The numbers of the next message; of a READY, the layers are kept."""
        kind, *numbers = wire.REPLY.unpack(self._receive(wire.REPLY.size))
        first, second, cpu, wall, computed = numbers
        self.computed += computed
        if kind != wire.ENDED:
            text = self._receive(first).decode("utf-8", "replace")
            if kind == wire.FAULT:
                raise SandboxError(text)
            self._layers = wire.layers(text)
        return first, second, cpu, wall

    def _receive(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            part = self._control.recv(size - len(data))
            if not part:
                self.close()
                raise _Lost("it ended unexpectedly")
            data += part
        return data


def answered(records: Sequence[results.Record], exercises: Sequence[Exercise], first: int) -> list[Answer]:
    """The answers from number `first` on, as far as they follow each other."""
    answers: list[Answer] = []
    for record in records:
        number = first + len(answers)
        if record.exercise == number < len(exercises):
            answers.append(results.answer(record, exercises[number]))
    return answers


def run_to_its_end(
    exercises: Sequence[Exercise], seconds: float, attempt: Callable[[int, LeftOut | None], results.End]
) -> tuple[Answer, ...] | SourceFailure:
    """One answer an exercise, in order: `attempt(first, left_out)` starts a process from exercise number `first` on,
    anew after each that died of an exercise, for those left; once more without the statement of the top level in which
    it died. `seconds` are those of a phase."""
    answers, left_out = list[Answer](), None
    while len(answers) < len(exercises):
        end = attempt(len(answers), left_out)
        fresh = [_believed(each, left_out) for each in answered(end.records, exercises, len(answers))]
        answers += fresh
        left = exercises[len(answers) :]
        if not left or (fresh and end.phase < results.FIRST_EXERCISE + len(answers)):
            continue  # done; or it ended in an exercise that it had already answered
        failure = results.failure_of(end, seconds)
        if left_out is None and (left_out := _ending(end, failure)):
            continue
        if end.phase > results.LOADING:
            left = left[:1]
        elif not answers:
            return failure
        answers += [results.died(exercise, failure, end.progress) for exercise in left]
    return tuple(answers)


def _believed(answer: Answer, left_out: LeftOut | None) -> Answer:
    """Without what it notes of a line of the top level that only the judge could know: why that ended the process."""
    known = (*OWN, left_out.reason if left_out else "")
    notes = (note for note in answer.notes if not note.startswith("left-out:") or note.split(":")[2] in known)
    return answer._replace(notes=tuple(notes))


def _ending(end: results.End, failure: SourceFailure) -> LeftOut | None:
    """The statement of the top level during which the process ended; None where it was no statement's doing."""
    number = end.progress[results.STATEMENT]
    return LeftOut(number, failure.reason) if end.phase == results.LOADING and 0 <= number < LARGEST_SOURCE else None
