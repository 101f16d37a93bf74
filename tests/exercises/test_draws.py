"""What inputs are drawn by: chance and the answer choose them, and no one set tells of another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compare.exercises import draws
from compare.exercises.tasks import TASKS
from compare.exercises.trials import distinct, sets, trials

chances = st.integers(0, 2**63 - 1)
numbers = st.integers(0, 99)
tasks = st.sampled_from(tuple(TASKS))


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


@given(tasks, chances)
def test_a_pool_has_at_least_four_hundred_inputs_in_sets_that_differ_and_have_one_form(task: str, chance: int) -> None:
    pool = [trials(task, draws.drawn(chance, number)) for number in range(sets(task))]
    assert sum(map(len, pool)) >= 400
    assert len(set(map(repr, pool))) == len(pool)
    sizes = {tuple(len(v) if isinstance(v, tuple) else 0 for trial in of for v in trial.values()) for of in pool}
    assert len(sizes) == 1


@given(tasks, chances, numbers)
def test_a_set_beyond_the_last_is_the_first_again(task: str, chance: int, number: int) -> None:
    seed = draws.drawn(chance, number)
    assert distinct(task, seed) == draws.drawn(chance, number % sets(task))
    assert trials(task, seed) == trials(task, distinct(task, seed))
    assert distinct(task, chance) == chance


@given(chances, numbers)
def test_no_set_of_one_exercise_begins_where_another_does_but_practice_begins_at_its_seed(
    chance: int, number: int
) -> None:
    seeds = (draws.drawn(chance, number), draws.drawn(chance, number + 1), draws.drawn(chance + 1, number))
    starts = {draws.start(task, seed) for seed in seeds for task in TASKS}
    assert len(starts) == 3 * len(TASKS)
    assert {draws.start(task, chance) for task in TASKS} == {chance}
