"""Test the judge as it tests answers: plant every small fault in every right answer, and see which still pass.

The faults are mutmut's: another operator, another number, an argument swapped or left out. What passes must be right.
"""

from itertools import takewhile
from pathlib import Path
from textwrap import dedent

import numpy as np
import pytest

from compare.exercises.course import read
from compare.exercises.kernel import Kernel
from compare.exercises.reference import prepared
from compare.sandbox.calls import Limits
from tests.answers import RIGHT, source
from tests.fuzz.__main__ import Hang, limited
from tests.mutants.made import changes
from tests.right_codings import OTHERS, UNUSUAL

ASKED = prepared.of_course(read())
ALL = [*(("gradients", coding) for coding in UNUSUAL.values()), *OTHERS, *RIGHT.items()]
CODINGS = [(task, dedent(coding)) for task, coding in ALL]
HARMLESS = {  # (where, what stood there, what stands there now): why it is right all the same
    ("np.einsum('", "i,i", "I,I"): "another letter for the same index",
    ("np.einsum('", "i", "I"): "another letter for the same index",
    ("np.cov(x, y, bias=", "Tru", "Non"): "NumPy divides by n - 1 for False alone",
    ("** 2).mean(), ((x ", "-", "+"): "y has lost its mean: what x is shifted by makes no difference",
    ("** 2).mean(), ((x - m) * (y ", "-", "+"): "x has lost its mean: what y is shifted by makes no difference",
    ("gradients(x, y, w, b, h=1", "e-4", ".0001"): "the central difference of a parabola is exact for every h",
    ("gradients(x, y, w, b, h=1", "e-5", ".00001"): "the central difference of a parabola is exact for every h",
    ("gradients(x, y, w, b, h=1", "e-6", ".000001"): "the central difference of a parabola is exact for every h",
    ("np.average(2 * x, ", "weights=None", ""): "the usual weights",
    ("return np.average(2 ", "*", "/"): "zero times that",
    ("return np.average(", "2", "3"): "zero times that",
    ("np.array(losses, dtype=", "np.float32", "None"): "float64",
    ("np.array(losses, ", "dtype=np.float32", ""): "float64",
}


def passes(task: str, coding: str) -> bool:
    """Does the function pass every trial?"""
    try:
        with limited(5.0), np.errstate(all="ignore"):
            (answer,) = Kernel({}).run(source(**{task: coding}), (ASKED[task].question,), Limits())
    except (Exception, Hang):
        return False
    return ASKED[task].is_right(answer)


def changed(before: str, after: str) -> tuple[str, str, str]:
    """What stands before the change, what stood there, and what stands there now."""
    start = alike(before, after)
    end = alike(before[start:][::-1], after[start:][::-1])
    return before[:start], before[start : len(before) - end], after[start : len(after) - end]


def alike(one: str, other: str) -> int:
    """How many letters they have in common at the start."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def is_harmless(before: str, old: str, new: str) -> bool:
    return any(before.endswith(where) and (old, new) == (was, now) for where, was, now in HARMLESS)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("task", "coding"), CODINGS, ids=[f"{i}-{task}" for i, (task, _) in enumerate(CODINGS)])
def test_no_small_fault_in_a_right_answer_passes_but_one_that_leaves_it_right(task: str, coding: str) -> None:
    assert passes(task, coding)
    faulty = [mutant.code for change in changes(Path("answers.py"), coding) if (mutant := change.made(coding))]
    passed = [changed(coding, code) for code in faulty if passes(task, code)]
    assert faulty
    assert not [change for change in passed if not is_harmless(*change)]


def test_what_is_listed_as_harmless_is_met() -> None:
    assert all(any(where + old in coding for _, coding in CODINGS) for where, old, _ in HARMLESS)
