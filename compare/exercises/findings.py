"""What was found in one answer: plain records in no language, which every renderer reads and none changes.

Numbers are Python floats, lists of them for arrays, lists of lists where an answer had too many axes; a number that is
not finite is `None`.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

Number: TypeAlias = float | None
Shown: TypeAlias = Number | list["Shown"]  # JSON's own numbers and lists

RIGHT, WRONG, UNCHECKED = "right", "wrong", "unchecked"

# Why an exercise is not right. Those from the sandbox (`error`, `timed-out`, `stalled`, `out-of-memory`, `crashed`,
# `exited`, `missing`, `unset`, `wrong-form`) keep their names.
VALUE = "value"  # the numbers are not those asked for
SHAPE = "shape"  # another shape than the one asked for
COUNT = "count"  # another number of losses
NOT_FINITE = "not-finite"  # NaN or infinity
CHANGES = "changes"  # the same input twice, two different answers

ANOTHER = "another:"  # a note on an answer that has other functions, and none that is asked for
READ_WITHOUT = "read-without:"  # a note with a kind of text that is no Python, its first line and how many
CHANGED = "changed-input:"  # a note with the array that a function changes
EXPANDED = "expanded:"  # a note on a right history: from which epoch on only an expanded square is as far off

# What is at fault in a trajectory: where it starts; the loss, as recorded and as followed; its gradient; …
START, LOSS, GRADIENT, UPDATE, BOOKKEEPING = "start", "loss", "gradient", "update", "bookkeeping"


# What equality with the truth shows, where a right program does not round.
EVERY_TRIAL = "every-trial"  # the same polynomial on every exact trial
# The same for every input, but for a small chance, where the trials were drawn after the answer: of one step, of sums
# for some sizes, of a run up to its first step.
OF_STEP, OF_SUMS, OF_RUN = "polynomial.step", "polynomial.sums:{sizes}", "polynomial.run:{sizes}"


class Counterexample(NamedTuple):
    """One input on which the answer is wrong, the smallest that was found. `inputs` is in the signature's order.

    `given` and `expected` hold one number or list an output: the bare value for one output, a list of them for two.
    `given` is `None` where the answer gave nothing that can be read as numbers.
    """

    inputs: Mapping[str, Shown]
    given: Shown
    expected: Shown


class ExerciseFinding(NamedTuple):
    """What was found in one exercise.

    `mistakes` is one explanation, one or two names; `also` a second reading that gives the very same numbers.
    `in_loss` are those of both that stand in the recorded loss. `apart` is empty, or holds for each of `mistakes` the
    output that it stands in alone: outputs that are in `outputs` and not there are explained by nothing.
    `inherited` names the student's own earlier exercises that explain this one. Right given those, it keeps its marks;
    where `mended`, it was run with right ones in their places: it stops no longer then. To `confirm` are those that are
    right then: the course says whether they have their marks until the instructor has looked.
    `outputs` names the wrong outputs (`dw` alone, say); `output` and `entry` say where the largest error of the
    counterexample is: which output, and which of its entries.
    `got`, `truth`, `off` and `allowance` are the numbers there: `off = abs(got - truth)`, and `allowance` what rounding
    in float32 may do.
    """

    name: str
    verdict: str
    of: float
    points: float = 0.0
    reason: str | None = None
    mistakes: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    in_loss: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    inherited: tuple[str, ...] = ()
    mended: bool = False
    confirm: bool = False
    tries: int = 0  # inputs it was judged on
    equal: str | None = None  # `EVERY_TRIAL`, `OF_STEP` or the like where it is right without any rounding
    counterexample: Counterexample | None = None
    outputs: tuple[str, ...] = ()
    output: str | None = None
    entry: int | None = None
    got: Number = None
    truth: Number = None
    off: Number = None
    allowance: Number = None
    shape_given: tuple[int, ...] | None = None
    shape_expected: tuple[int, ...] | None = None
    first_wrong_epoch: int | None = None
    fault: str | None = None
    frozen_at: Number = None  # the bias that never moved, where it is not the one at the start
    parameter: Number = None  # the number in a mistake that has one: a divisor, the decimals
    start: tuple[Number, ...] = ()  # the w and b that a run starts from by itself; None for one that it is given
    diverges: tuple[Number, ...] = ()  # its learning rate, the largest that settles, and its momentum
    rate: Number = None  # the learning rate that gives these losses, where it is not the lesson's
    since: int = 0  # the epoch of the first recorded loss
    every: int = 1  # how many epochs lie between two recorded losses
    notes: tuple[str, ...] = ()  # `changed-input:x` and the like
    names: tuple[str, ...] = ()  # of all outputs, where the course has a reference
    words: Mapping[str, Any] = {}  # by mistake of such a course: its kind and piece, or its author's words by language
    moved: Mapping[str, Any] | None = None  # the loss to both sides of a parameter, which shows its slope
    steps: tuple[str, ...] = ()  # else how the counterexample's right number comes about, the formulas with its numbers
    line: int | None = None
    detail: str = ""


class Failure(NamedTuple):
    """The answer as a whole could not be run: Python cannot read it, say. `reason` as the sandbox names it."""

    reason: str
    detail: str
    line: int | None


class Finding(NamedTuple):
    """What was found in one answer: all exercises of its course in the course's order, or why there are none.

    `notes` are on the answer as a whole: `left-out:3:error:…` where line 3 failed, with its error; `another:f, g`.
    `reference` is the SHA-256 of the formulas that it was judged by, where the course has any.
    """

    points: float
    of: float
    exercises: tuple[ExerciseFinding, ...]
    failure: Failure | None = None
    notes: tuple[str, ...] = ()
    reference: str = ""

    @property
    def all_right(self) -> bool:
        return self.failure is None and all(exercise.verdict == RIGHT for exercise in self.exercises)
