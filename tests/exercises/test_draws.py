"""What inputs are drawn by: chance and the answer choose them, and no one set tells of another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compare.exercises import draws
from compare.exercises.course import read
from compare.exercises.reference.prepared import distinct, prepared, sets
from tests.answers import EXERCISES

chances = st.integers(0, 2**63 - 1)
numbers = st.integers(0, 99)


@given(chances, numbers)
def test_a_drawn_seed_tells_its_parts_and_a_courses_own_has_none(chance: int, number: int) -> None:
    assert draws.parted(draws.drawn(chance, number)) == (chance, number)
    assert draws.parted(chance) is None
    assert draws.parted(-chance) is None


def test_chances_have_all_of_63_bits_from_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr("secrets.randbits", lambda bits: asked.append(bits) or 5)  # type: ignore[func-returns-value]
    assert (draws.chance(), asked) == (5, [63])


@given(chances, st.binary(), st.binary())
def test_an_answers_seed_is_one_of_its_chance_and_comes_again(chance: int, one: bytes, other: bytes) -> None:
    seeds = [draws.chosen(chance, answer, 7) for answer in (one, one, other)]
    assert seeds[0] == seeds[1]
    assert {draws.parted(seed) for seed in seeds} <= {(chance, number) for number in range(7)}


def test_answers_and_chances_choose_among_all_sets_alike() -> None:
    by_answer = [draws.chosen(1, b"%d" % answer, 10) for answer in range(2000)]
    by_chance = [draws.parted(draws.chosen(chance, b"same", 10)) for chance in range(2000)]
    for chosen in (by_answer, [parts and parts[1] for parts in by_chance]):
        counts = [chosen.count(each) for each in set(chosen)]
        assert len(counts) == 10
        assert 130 < min(counts) <= max(counts) < 270  # five standard deviations of 200


@pytest.mark.parametrize("task", EXERCISES)
def test_a_set_beyond_the_last_is_the_first_again(task: str) -> None:
    formulas, count = read().formulas, sets(read().formulas, task)
    found = [distinct(formulas, task, draws.drawn(5, number)) for number in (0, count - 1, count, 2 * count + 1)]
    assert found == [draws.drawn(5, number) for number in (0, count - 1, 0, 1)]
    assert distinct(formulas, task, 5) == 5


@pytest.mark.parametrize("task", ["mse", "momentum_step"])
def test_the_sets_of_a_pool_differ_and_have_one_form(task: str) -> None:
    pool = [prepared(read().formulas, task, draws.drawn(5, number)) for number in range(3)]
    assert len({repr(one.question.calls) for one in pool}) == len(pool)
    assert len({one.bounds.layout for one in pool}) == 1


@given(chances, numbers)
def test_no_set_of_one_exercise_begins_where_another_does_but_practice_begins_at_its_seed(
    chance: int, number: int
) -> None:
    seeds = (draws.drawn(chance, number), draws.drawn(chance, number + 1), draws.drawn(chance + 1, number))
    starts = {draws.start(task, seed) for seed in seeds for task in EXERCISES}
    assert len(starts) == 3 * len(EXERCISES)
    assert {draws.start(task, chance) for task in EXERCISES} == {chance}
