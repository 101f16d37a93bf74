"""torch's side answers the same from a process of its own."""

from fractions import Fraction

import numpy as np
import pytest

from compare.agreement import rows
from compare.agreement.torch_side import TorchSide
from compare.errors import InputError
from compare.lessons import load


def test_a_comparison_does_not_tell_where_torch_ran():
    lesson = load("hours-ability-momentum")
    with TorchSide() as torch_side:
        prepared = [rows.prepare(lesson, dtype, torch_side.ask) for dtype in ("float32", "float64")]
        there = [rows.compare(one, by_torch=torch_side.answer()) for one in prepared]
    assert there == [rows.compare_lesson(lesson, dtype) for dtype in ("float32", "float64")]
    assert isinstance(there[0].rows[0].exact, (Fraction, list))


def test_a_process_that_ends_early_is_an_error_in_one_line():
    with TorchSide() as torch_side:
        torch_side._process.kill()
        with pytest.raises(InputError, match="torch's side ended with exit code -9"):
            torch_side.answer()


def test_a_job_for_a_process_that_ended_is_the_same_error():
    with TorchSide() as torch_side:
        torch_side._process.kill()
        torch_side._process.wait()
        with pytest.raises(InputError, match="torch's side ended"):
            torch_side.ask(rows._job(rows.prepare(load("height-weight")).case))


def test_what_torch_sends_are_arrays_in_the_lessons_dtype():
    with TorchSide() as torch_side:
        rows.prepare(load("height-weight"), "float32", torch_side.ask)
        answer = torch_side.answer()
    assert answer.yp.dtype == np.float32
    assert len(answer.run[0]) == 1
