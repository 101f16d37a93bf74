"""What is asked of a student's program and what came back: plain records, standard library only.

An argument is a float, an int or a `Vector`; an output is a `Value`. Both are float64 bytes, so that nothing which the
student's program built (a class, a pickle, a subclass of an array) ever reaches the judge.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from math import prod
from typing import NamedTuple, Protocol, overload

LARGEST_SOURCE = 1 << 20  # bytes; the largest honest answer is a hundredth of it
LARGEST_VALUE = 100_000  # float64 entries of one output

# Why an exercise, or a whole source, gave no answer.
ERROR = "error"  # it raised; `detail` is the exception
TIMED_OUT = "timed-out"  # it computed for all of its processor time
OUT_OF_MEMORY = "out-of-memory"  # it asked for more than it may have
KILLED = "killed"  # the system killed it, for want of memory: perhaps somebody else's doing
CRASHED = "crashed"  # killed by a signal; `detail` names it
EXITED = "exited"  # sys.exit, os._exit and the like
MISSING = "missing"  # the function is absent, or raises NotImplementedError
BAD_SOURCE = "bad-source"  # it does not compile
WRONG_FORM = "wrong-form"  # an output that is no number or array of numbers
# It needs what is not there: a name that a statement of the top level failed to set, or a module, a file, somebody who
# types. `line` and `detail` are of what failed.
UNSET = "unset"
STALLED = "stalled"  # the wall clock ended it, with processor time left: it slept, or the machine was busy
OWN = (ERROR, OUT_OF_MEMORY, EXITED, MISSING, BAD_SOURCE, WRONG_FORM, UNSET)  # what a process may say of itself
REASONS = (ERROR, TIMED_OUT, OUT_OF_MEMORY, CRASHED, EXITED, MISSING, BAD_SOURCE, WRONG_FORM, STALLED, UNSET, KILLED)


class Vector(NamedTuple):
    """An argument that reaches the student as a fresh, writable float64 array `(n,)`; with `columns`, as a matrix of so
    many, `(n, columns)`, whose values are given row by row."""

    values: "array[float]"
    columns: int = 0


Argument = float | int | Vector


class Exercise(NamedTuple):
    """One function of the student's, and the calls to make of it, in order.

    `parameters` name its arguments in notes; they are passed by position. `outputs` is 1, or the k of a result that is
    a sequence of k values. An output with an axis beyond the `longest` is a wrong form.
    """

    name: str
    parameters: tuple[str, ...]
    outputs: int
    calls: tuple[tuple[Argument, ...], ...]
    longest: int = LARGEST_VALUE


def longest_axis(calls: Iterable[Sequence[Argument]]) -> int:
    """The longest axis that anything may have which a right or an imaginable wrong function makes of these arguments:
    everything with everything, at every step (an int counts steps), and one more of each."""
    return max((prod(map(_longest, call)) for call in calls), default=0)


def _longest(argument: Argument) -> int:
    if isinstance(argument, Vector):
        columns = argument.columns or 1
        return (len(argument.values) // columns + 1) * (columns + 1)
    return argument + 1 if isinstance(argument, int) else 2


class Limits(NamedTuple):
    """What one submission may use: `seconds` of processor time an exercise, and as much again for the top level;
    `memory` in bytes beyond what an interpreter with NumPy takes.

    The wall clock stands behind that, since what sleeps or hangs does not compute and must end as well: all of a
    submission together has `patience` times its seconds by it; beyond them each exercise still has its `seconds`.
    """

    seconds: float = 2.0
    memory: int = 256 << 20
    patience: float = 10.0  # so that an honest answer ends on a machine that gives it a tenth of its time

    @property
    def longest(self) -> float:
        """Seconds by the wall clock for a submission that does not end by itself."""
        return self.patience * self.seconds


DEFAULT_LIMITS = Limits()


class Value(NamedTuple):
    """One output as plain float64, row by row: `len(values)` is the product of `shape` (`()` for a number)."""

    shape: tuple[int, ...]
    values: "array[float]"


class Piece(NamedTuple):
    """Where one output lies among the values of all calls."""

    shape: tuple[int, ...]
    start: int
    end: int


Layout = tuple[tuple[Piece, ...] | None, ...]  # by call; None where it gave no usable form


def laid_out(shapes: Iterable[Sequence[tuple[int, ...]] | None]) -> Layout:
    """Outputs of these shapes, by call, one after another."""
    at, layout = 0, list[tuple[Piece, ...] | None]()
    for of_call in shapes:
        pieces = []
        for shape in of_call or ():
            pieces.append(Piece(shape, at, at + prod(shape)))
            at = pieces[-1].end
        layout.append(tuple(pieces) or None)
    return tuple(layout)


class Results(Sequence[tuple[Value, ...] | None]):
    """The outputs of each call, None where it gave none. They stay flat, as they came, until they are asked for."""

    def __init__(self, layout: Layout, values: "array[float]") -> None:
        self.layout, self.values = layout, values

    def __len__(self) -> int:
        return len(self.layout)

    @overload
    def __getitem__(self, at: int) -> tuple[Value, ...] | None: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[tuple[Value, ...] | None, ...]: ...
    def __getitem__(self, at: int | slice) -> tuple[Value, ...] | tuple[tuple[Value, ...] | None, ...] | None:
        return self._outputs[at]

    def __iter__(self) -> Iterator[tuple[Value, ...] | None]:
        return iter(self._outputs)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._outputs == tuple(other)

    @cached_property
    def _outputs(self) -> tuple[tuple[Value, ...] | None, ...]:
        return tuple(tuple(map(self._value, pieces)) if pieces else None for pieces in self.layout)

    def _value(self, piece: Piece) -> Value:
        return Value(piece.shape, self.values[piece.start : piece.end])


class Answer(NamedTuple):
    """What one exercise gave.

    `results[i]` holds the outputs of call i, or None where it gave none. `reason` is None, or one of `REASONS`, first
    met at call `at` (None where no call was reached). An exercise stops at its first call that raises; a wrong form
    stops nothing. `line` is the student's own. `detail` and notes are the student's words: printable, short, and
    without addresses, but to be escaped like any foreign text. `cpu` and `wall` are the seconds that an exercise had
    used when its process was ended, or ended; 0 where it was not. The notes:

    `changed-input:<parameter>`, `form:<type>`, `form:ragged`, `form:too-large`, `count:<k>`
    `perhaps:<another>:<line>` of a missing function; `gone:<name>:<line>` or `made:<type>:<line>` where its name is
        deleted or given to something else; `inside-<class, function, main or block>:<name>:<line>` where it stands
    `left-out:<line>:<reason>:<detail>` of each statement of the top level that failed; `unset:<name>` what is missing
    `takes:<its own>:<those asked for>` the parameters, where they are not as many
    `reads:<name>:<line>` a value from outside that the function reads
    """

    name: str
    reason: str | None
    detail: str
    line: int | None
    at: int | None
    results: Results
    notes: tuple[str, ...]
    cpu: float = 0.0
    wall: float = 0.0


class LeftOut(NamedTuple):
    """A statement of the top level, by number, that ended the process when it was run before, and why."""

    number: int
    reason: str


LAYERS = ("files", "system-calls", "privileges", "user", "memory", "orphans", "supervision", "sealed-memory")


class Layer(NamedTuple):
    """One layer of isolation by name, whether this machine has it, and by what means."""

    name: str
    holds: bool
    means: str


class SourceFailure(NamedTuple):
    """The source never came as far as its functions: one of `REASONS`, the exception, the student's own line, and what
    its top level had used, as in `Answer`."""

    reason: str
    detail: str
    line: int | None
    cpu: float = 0.0
    wall: float = 0.0


def too_large(source: bytes) -> SourceFailure | None:
    """Why `source` is not even read, if it is longer than any answer."""
    if len(source) <= LARGEST_SOURCE:
        return None
    return SourceFailure(BAD_SOURCE, f"{len(source)} > {LARGEST_SOURCE}", None)


class Runner(Protocol):
    """What runs a student's functions: a `Sandbox`, or something in its place."""

    def run(
        self, source: bytes, exercises: Sequence[Exercise], limits: Limits, /
    ) -> tuple[Answer, ...] | SourceFailure:
        """One answer an exercise, in order."""
