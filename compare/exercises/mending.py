"""Is an exercise right but for the student's own earlier steps that it calls?

It is run once more with right steps in the places of the student's wrong ones. Where it is right then, it may have its
marks, for the instructor to confirm: what a right step gave it is seen, what it would have made of that is not. Where
it only stops no longer, nothing can be said of it until those steps are mended.

Each choice of steps is a run of its own, and the source holds no right step but those: what an answer finds there is
what it may call anyway, never the exercise that it is judged on.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from compare.sandbox.calls import MISSING, STALLED, TIMED_OUT, Answer

_GRADIENTS = ("predict", "mse", "dmse_dyp")
CALLED: Mapping[str, tuple[str, ...]] = {  # the exercises that are steps of another, in the chain's order
    "dmse_dyp": ("mse",),
    "gradients": _GRADIENTS,
    "train": (*_GRADIENTS, "gradients", "sgd_step"),
    "train_momentum": (*_GRADIENTS, "gradients", "momentum_step"),
}
_STEPS = Path(__file__).with_name("given_steps.py")
_FUNCTION = re.compile(r"^def _given_(\w+)\(.*?(?=^def |\Z)", re.DOTALL | re.MULTILINE)


class Mended(NamedTuple):
    """Steps none of which can be left as it is if an exercise is to be right; or not `right`, but to stop no longer."""

    steps: tuple[str, ...]
    right: bool


def mended(
    answer: Answer, steps: Sequence[Answer], rerun: Callable[[tuple[str, ...]], Answer | None],
    right: Callable[[Answer], bool],
) -> Mended | None:  # fmt: skip
    """What mending does for an exercise that is not right; None where it does nothing.

    `steps` are the answers to those steps of it that are wrong or not there; `rerun` gives its own answer with some of
    them right, `right` whether an answer is.
    """
    names = tuple(step.name for step in steps)
    if not any(_may_be_where(answer, step) for step in steps) or (last := rerun(names)) is None:
        return None
    for fits in (right, _runs) if answer.reason else (right,):
        if fits(last):
            return Mended(_needed(names, rerun, fits), fits is right)
    return None


def with_right(source: bytes, steps: Sequence[str]) -> bytes:
    """The answer with right `steps` in the places of its own."""
    made = "".join(f"{step} = _given_{step}\n" for step in steps)
    return source + "\n\n".join(["", *(_texts()[step] for step in steps), made]).encode()


@cache
def _texts() -> Mapping[str, str]:
    return {found[1]: found[0] for found in _FUNCTION.finditer(_STEPS.read_bytes().decode())}


def _may_be_where(answer: Answer, step: Answer) -> bool:
    """Could it be for `step` that `answer` is wrong? Where it never ends, or is not written yet, so is the step."""
    if answer.reason == MISSING:
        return step.reason == MISSING and step.line == answer.line is not None
    endless = TIMED_OUT, STALLED
    return answer.reason not in endless or step.reason in endless


def _runs(answer: Answer) -> bool:
    return answer.reason is None


def _needed(
    steps: tuple[str, ...], rerun: Callable[[tuple[str, ...]], Answer | None], fits: Callable[[Answer], bool]
) -> tuple[str, ...]:
    """What is left of the steps when each that can be left out is, the last of the chain first."""
    for step in reversed(steps):
        fewer = tuple(other for other in steps if other != step)
        if fewer and (found := rerun(fewer)) is not None and fits(found):
            steps = fewer
    return steps
