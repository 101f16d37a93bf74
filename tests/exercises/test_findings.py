"""The plain record of a finding: what stands in it where nothing else was found."""

import pytest

from compare.exercises.findings import (
    BOOKKEEPING,
    CHANGES,
    COUNT,
    GRADIENT,
    LOSS,
    NOT_FINITE,
    RIGHT,
    SHAPE,
    START,
    UNCHECKED,
    UPDATE,
    VALUE,
    WRONG,
    ExerciseFinding,
    Failure,
    Finding,
)


def test_an_exercise_of_which_nothing_is_known_has_no_points_and_says_nothing() -> None:
    plain = ExerciseFinding("mse", UNCHECKED, 2.0)
    assert (plain.name, plain.verdict, plain.of) == ("mse", "unchecked", 2.0)
    assert (plain.points, plain.tries, plain.every, plain.mended, plain.detail) == (0.0, 0, 1, False, "")
    assert (plain.mistakes, plain.also, plain.inherited, plain.outputs, plain.notes) == ((),) * 5
    assert (plain.in_loss, plain.apart, plain.start, plain.diverges) == ((),) * 4
    assert (plain.confirm, plain.since, plain.names, plain.words, plain.steps) == (False, 0, (), {}, ())
    others = set(plain._fields) - {
        *("name", "verdict", "of", "points", "tries", "every", "mended", "confirm", "since", "detail"),
        *("diverges", "mistakes", "also", "in_loss", "apart", "start", "inherited", "outputs", "notes"),
        *("names", "words", "steps"),
    }
    assert {getattr(plain, field) for field in others} == {None}


@pytest.mark.parametrize(
    ("verdicts", "failure", "right"),
    [
        ([], None, True),
        ([RIGHT, RIGHT], None, True),
        ([RIGHT, WRONG], None, False),
        ([UNCHECKED, RIGHT], None, False),
        ([], Failure("timed-out", "2", None), False),
    ],
)
def test_all_is_right_where_every_exercise_is_and_the_answer_ran(
    verdicts: list[str], failure: Failure | None, right: bool
) -> None:
    found = Finding(1.0, 2.0, tuple(ExerciseFinding("mse", verdict, 1.0) for verdict in verdicts), failure)
    assert found.all_right is right
    assert found.notes == ()


def test_an_answer_that_ran_has_no_failure() -> None:
    assert Finding(0.0, 0.0, ()) == (0.0, 0.0, (), None, (), "")


def test_the_words_for_what_was_found_are_those_that_records_of_earlier_years_have() -> None:
    assert (RIGHT, WRONG, UNCHECKED) == ("right", "wrong", "unchecked")
    assert (VALUE, SHAPE, COUNT, NOT_FINITE, CHANGES) == ("value", "shape", "count", "not-finite", "changes")
    faults = (START, LOSS, GRADIENT, UPDATE, BOOKKEEPING)
    assert faults == ("start", "loss", "gradient", "update", "bookkeeping")
