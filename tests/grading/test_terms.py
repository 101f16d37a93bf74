"""What a finding is filed under, and what an answer of each kind is marked for."""

import pytest

from compare.exercises import course
from compare.exercises.draws import chosen, drawn
from compare.exercises.findings import Finding
from compare.exercises.reference.prepared import sets
from compare.grading.terms import Graded, Terms

TERMS = Terms(course.read()._replace(points={"mse": 2.0, "train": 3.0}, history_points=1.5), "en", True)


@pytest.mark.parametrize("suffix", [".py", ".ipynb"])
def test_code_is_marked_for_the_exercises_of_the_course(suffix: str) -> None:
    assert TERMS.full(suffix) == {"mse": 2.0, "train": 3.0}


@pytest.mark.parametrize("suffix", [".csv", ".json", ".npy"])
def test_a_recorded_history_is_one_exercise(suffix: str) -> None:
    assert TERMS.full(suffix) == {"history": 1.5}


def test_a_key_can_be_made_of_any_lesson_and_any_bytes() -> None:
    odd = TERMS._replace(course=TERMS.course._replace(lesson="\ud800 김.toml"))
    assert len({TERMS.key(".py", b"\xff"), odd.key(".py", b"\xff"), TERMS.key(".py", b"\xff\0")}) == 3


def test_what_is_no_notebook_and_took_no_time_is_graded_plainly() -> None:
    assert Graded(Finding(1.0, 2.0, ())) == (Finding(1.0, 2.0, ()), (), 0.0)


def test_without_a_chance_inputs_are_the_courses_and_with_one_the_answers_own() -> None:
    assert TERMS.seeds() == [TERMS.course.seed]
    assert TERMS.drawn_for(b"x") == TERMS.course
    terms = TERMS._replace(chance=5)
    seeds = terms.seeds()
    most = max(sets(TERMS.course.formulas, task) for task in TERMS.course.points)
    assert seeds == [drawn(5, number) for number in range(most)]
    assert {terms.drawn_for(b"%d" % answer).seed for answer in range(1000)} == set(seeds)
    assert terms.drawn_for(b"x") == TERMS.course._replace(seed=chosen(5, b"x", len(seeds)))
    assert len({TERMS.key(".py", b""), terms.key(".py", b""), terms._replace(chance=6).key(".py", b"")}) == 3
