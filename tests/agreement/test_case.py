"""A lesson in a dtype: its data as the sides receive them, its record, and the parts that judge it."""

from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pytest

from compare.agreement.case import LessonCase
from compare.errors import Fault
from compare.lessons import Lesson
from compare.truth.descent import of_lesson
from compare.truth.propagation import Propagation
from compare.truth.rounding import PRECISIONS

LESSON = Lesson(
    "tenths", {"en": "Tenths", "ko": "십분의 일"}, "float32", (F(1, 10), F(2)), (F(1, 3), F(4)), F(7, 10), F(-1, 7),
    ("w", "b"), {"lr": F(1, 10), "momentum": F(1, 2), "nesterov": True, "maximize": False}, 3, 1, 2,
    {"loss": "1.5", "yp": ("1", "2")}, "tenths.toml",
)  # fmt: skip
TWO = replace(LESSON, x=((F(1, 10), F(2)), (F(3), F(4))), w=(F(1, 3), F(5)))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_sides_receive_the_decimals_rounded_to_the_dtype(dtype):
    number = np.dtype(dtype).type
    x, y, w, b = LessonCase(LESSON, dtype).data
    assert [array.dtype.name for array in (x, y, w, b)] == [dtype] * 4
    assert [array.shape for array in (x, y, w, b)] == [(2,), (2,), (), ()]
    assert [x.tolist(), y.tolist(), w.item(), b.item()] == [
        [number(0.1), 2.0], [number(1 / 3), 4.0], number(0.7), number(-1 / 7)
    ]  # fmt: skip
    x, _, w, _ = LessonCase(TWO, dtype).data
    assert x.tolist() == [[number(0.1), 2.0], [3.0, 4.0]]
    assert w.tolist() == [number(1 / 3), 5.0]


@pytest.mark.parametrize("key", ["x", "y", "w", "b"])
def test_a_number_too_large_for_the_dtype_is_refused_by_its_key_and_nothing_else_is_raised(key):
    large = replace(LESSON, **{key: (F(1), F(10) ** 39) if key in "xy" else -F(10) ** 39})
    with np.errstate(all="raise"), pytest.raises(Fault) as refusal:
        _ = LessonCase(large, "float32").data
    for language in ("en", "ko"):
        expected = Fault("lesson-dtype", "tenths.toml", key=key, dtype="float32")
        assert refusal.value.text(language) == expected.text(language)
    assert all(np.isfinite(array).all() for array in LessonCase(large, "float64").data)


def test_the_options_are_doubles_and_booleans():
    options = LessonCase(LESSON, "float32").options
    assert options == {"lr": 0.1, "momentum": 0.5, "nesterov": True, "maximize": False}
    assert [type(value) for value in options.values()] == [float, float, bool, bool]


def test_there_is_a_record_only_in_the_dtype_in_which_it_was_printed():
    assert [LessonCase(LESSON, "float32").record(key) for key in ("loss", "yp", "dw")] == ["1.5", ("1", "2"), None]
    assert [LessonCase(LESSON, "float64").record(key) for key in ("loss", "yp", "dw")] == [None, None, None]


def test_the_updates_before_epoch_0_are_counted():
    assert (LessonCase(LESSON, "float32").start, LessonCase(LESSON, "float32").last) == (2, 5)
    single = LessonCase(replace(LESSON, epochs=None, steps_before=0), "float32")
    assert (single.start, single.last) == (0, 0)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_bounds_are_those_of_the_lessons_run_with_data_rounded_twice(dtype):
    case = LessonCase(TWO, dtype)
    assert case.descent == of_lesson(TWO)
    propagation = Propagation(of_lesson(TWO), PRECISIONS[dtype], 2)
    assert (case.propagation, case.stepwise.propagation) == (propagation, propagation)
    for found, expected in zip(case.bounds, propagation.run_bounds(), strict=True):
        assert found.tolist() == expected.tolist()


def test_one_evaluation_is_on_all_rows():
    on = LessonCase(TWO, "float32").evaluation
    assert (on.x.tolist(), on.y.tolist()) == ([[0.1, 2.0], [3.0, 4.0]], [1 / 3, 4.0])
    assert (on.precision, on.data_roundings) == (PRECISIONS["float32"], 2)
