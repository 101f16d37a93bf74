"""The terminal's tables say why a recorded number was missed, and blame nothing that cannot be why."""

import io
from dataclasses import replace
from fractions import Fraction

import pytest

from compare.agreement.comparison import compare_lesson
from compare.lessons import load
from compare.reports.lesson import tables


def printed(language="en", **recorded):
    """The tables, on one line, of a lesson of a single step whose record is `recorded`; dw = −19.04, loss = 13.352."""
    return shown(replace(load("height-weight"), recorded=recorded), language)


def shown(lesson, language="en"):
    stream = io.StringIO()
    tables.render([compare_lesson(lesson)], language, stream)
    return " ".join(stream.getvalue().split())


def test_a_mistyped_record_is_told_how_far_it_is_from_the_truth():
    text = printed(loss="14.352", dw="-19.0400")
    assert "The notebook's loss, 14.352, is 1 away from the exact 13.352; no rounding explains that." in text
    assert "torch misses" not in text
    assert "Something differs: height-weight (loss)." in text


def test_a_mistyped_record_is_told_in_korean_too():
    assert "노트북의 loss 값(14.352)은 정확한 값(13.352)과 1만큼 다릅니다." in printed("ko", loss="14.352")


def test_the_entry_of_an_array_that_was_mistyped_is_named():
    text = printed(yp=("-4.0000", "6.5000", "1.0000", "3.0000", "-1.0000"))
    assert "The notebook's yp[1], 6.5000, is 0.5 away from the exact 6;" in text


def test_digits_that_rounding_may_change_are_not_called_mistyped():
    text = printed(loss="13.3519999")
    assert "By hand loss differs from the notebook's digits, by no more than rounding may" in text
    assert "no rounding explains" not in text


@pytest.mark.parametrize(("count", "more"), [(3, False), (5, True)])
def test_a_record_that_is_wrong_throughout_is_not_told_line_by_line(count, more):
    lesson = replace(load("hours-ability"), epochs=count - 1, record_every=1, recorded={"losses": ("1.5",) * count})
    assert shown(lesson).count("no rounding explains") == 3
    assert ("… and 2 more like this." in shown(lesson)) is more


def test_torch_is_said_to_miss_a_digit_only_where_the_hand_derived_side_has_it():
    text = shown(load("hours-ability-recorded"))
    assert "Verdict: agree" in text
    if "torch misses" in text:  # where this torch fuses its multiply-adds
        assert "torch misses loss of epoch 10" in text
        assert "no rounding explains" not in text


def test_a_run_that_leaves_the_range_has_no_truth_to_hold_a_record_to():
    lesson = replace(load("hours-ability"), optimizer={"lr": Fraction(10)}, recorded={"w_final": "1.5"})
    assert "Diverged at epoch" in shown(lesson)


def rendered(lessons, details):
    stream = io.StringIO()
    tables.render([compare_lesson(load(lesson)) for lesson in lessons], "en", stream, details)
    return stream.getvalue()


def test_a_line_a_lesson_and_what_they_come_to_stand_before_any_number():
    first, *lines = rendered(("height-weight", "hours-ability-recorded"), details=True).splitlines()
    assert first.split() == ["lesson", "verdict", "same", "bits", "notebook's", "digits", "bits", "part", "at"]
    assert [line.split()[:2] for line in lines[:2]] == [["height-weight", "agree"], ["hours-ability-recorded", "agree"]]
    assert "manual 23, torch" in lines[1]
    assert lines[2].startswith("All 2 lessons agree")


def test_the_numbers_of_a_lesson_that_agrees_are_for_who_asks():
    assert "manual 6, torch 6 of 6" in rendered(["height-weight"], details=False)
    assert "w_next" not in rendered(["height-weight"], details=False)
    assert "What the notebook hid" not in rendered(["hours-ability-recorded"], details=False)
    assert "w_next" in rendered(["height-weight"], details=True)


def test_the_numbers_of_a_lesson_that_differs_are_shown_to_everybody():
    stream = io.StringIO()
    wrong = compare_lesson(replace(load("height-weight"), recorded={"loss": "14.352"}))
    tables.render([wrong, compare_lesson(load("hours-ability"))], "en", stream, details=False)
    assert "is 1 away from the exact 13.352" in " ".join(stream.getvalue().split())
    assert "Hours and ability" not in stream.getvalue()
