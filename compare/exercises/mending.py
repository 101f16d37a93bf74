"""Does an exercise stop only because one of the student's own earlier steps stops?

It is run once more with right steps in the places of the student's wrong ones. Where it is right then, it keeps its
marks; where it only stops no longer, nothing can be said of it until those steps are mended.

Each choice of steps is a run of its own, and the source holds no right step but those: what an answer finds there is
what it may call anyway, never the exercise that it is judged on.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from compare.exercises.inheritance import BY_NAME
from compare.sandbox.calls import MISSING, STALLED, TIMED_OUT, Answer

CALLED: Mapping[str, tuple[str, ...]] = {**BY_NAME, "gradients": ("predict", "mse", "dmse_dyp")}
_STEPS = Path(__file__).with_name("given_steps.py")
_FUNCTION = re.compile(r"^def _given_(\w+)\(.*?(?=^def |\Z)", re.DOTALL | re.MULTILINE)
_GRADIENTS = ("predict", "dmse_dyp", "gradients_from")  # what a right `gradients` is made of


class Mended(NamedTuple):
    """The fewest steps that must be right for an exercise not to stop, and whether it is right then."""

    steps: tuple[str, ...]
    right: bool


def mended(
    answer: Answer, steps: Sequence[Answer], rerun: Callable[[tuple[str, ...]], Answer | None],
    right: Callable[[Answer], bool],
) -> Mended | None:  # fmt: skip
    """What mending does for an exercise that stopped; None where it stops in any case.

    `steps` are the answers to those steps of it that are wrong or not there; `rerun` gives its own answer with some of
    them right, `right` whether an answer is.
    """
    names = tuple(step.name for step in steps)
    if not any(_may_be_where(answer, step) for step in steps) or (last := rerun(names)) is None:
        return None
    for fits in (right, _runs):
        if fits(last):
            fewer = (chosen for chosen in _fewer(names) if (found := rerun(chosen)) is not None and fits(found))
            return Mended(next(fewer, names), fits is right)
    return None


def with_right(source: bytes, steps: Sequence[str]) -> bytes:
    """The answer with right `steps` in the places of its own."""
    needed = dict.fromkeys(name for step in steps for name in (_GRADIENTS if step == "gradients" else (step,)))
    made = [f"{step} = {_made(step)}\n" for step in steps]
    return source + "\n\n".join(["", *(_texts()[name] for name in needed), "".join(made)]).encode()


@cache
def _texts() -> Mapping[str, str]:
    return {found[1]: found[0] for found in _FUNCTION.finditer(_STEPS.read_bytes().decode())}


def _made(step: str) -> str:
    return "_given_gradients_from(_given_predict, _given_dmse_dyp)" if step == "gradients" else f"_given_{step}"


def _may_be_where(answer: Answer, step: Answer) -> bool:
    """Could it be inside `step` that `answer` stopped? Where it never ends, or is not written yet, so is the step."""
    if answer.reason == MISSING:
        return step.reason == MISSING and step.line == answer.line is not None
    endless = TIMED_OUT, STALLED
    return step.reason is not None and (answer.reason not in endless or step.reason in endless)


def _runs(answer: Answer) -> bool:
    return answer.reason is None


def _fewer(steps: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for size in range(1, len(steps)):
        yield from combinations(steps, size)
