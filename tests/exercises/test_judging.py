"""One exercise's answers against their truths: which outputs miss, where, by how much, and what is said of it all."""

from array import array
from math import inf, nan
from typing import Any

import pytest

from compare.exercises.findings import CHANGES, COUNT, NOT_FINITE, SHAPE, VALUE
from compare.exercises.judging import Case, Expected, Judged, Miss, judged, misses, reason, shown
from compare.sandbox.calls import Value

TRIAL = {"yp": (1.0, 2.0, 3.0), "y": (0.0, 0.0, 0.0)}
RUN = {"x": (1.0,), "y": (0.0,), "w": 1.0, "b": 0.0, "lr": 0.5, "epochs": 2}
THREE = Expected((3,), [1.0, 2.0, 3.0], [0.5, 0.25, 0.125])
ONE = Expected((), [2.0], [0.5])


def number(entry: float) -> Value:
    return Value((), array("d", [entry]))


def row(*entries: float) -> Value:
    return Value((len(entries),), array("d", entries))


def _only_miss(given: Value, truth: Expected, trial: Any = TRIAL) -> Miss:
    (found,) = misses(Case(trial, (given,)), (truth,))
    return found


@pytest.mark.parametrize("given", [row(1.0, 2.0, 3.0), row(1.5, 1.75, 3.125)])
def test_what_is_within_its_allowance_is_no_miss(given: Value) -> None:
    assert misses(Case(TRIAL, (given,)), (THREE,)) == ()
    assert misses(Case(TRIAL, (number(1.5),)), (ONE,)) == ()


@pytest.mark.parametrize(
    ("given", "entry", "got", "off", "allowance"),
    [
        (row(1.0, 2.0, 4.0), 2, 4.0, 1.0, 0.125),
        (row(3.0, 1.0, 4.0), 0, 3.0, 2.0, 0.5),  # the furthest off
        (row(1.5, 1.5, 3.25), 1, 1.5, 0.5, 0.25),  # of those outside: the first is as far off, but allowed to be
        (row(0.25, 2.75, 3.0), 0, 0.25, 0.75, 0.5),  # the first of the furthest
    ],
)
def test_the_miss_is_the_entry_furthest_off_of_those_outside(
    given: Value, entry: int, got: float, off: float, allowance: float
) -> None:
    truth = THREE.values[entry]
    assert _only_miss(given, THREE) == Miss(VALUE, 0, entry, got, truth, off, allowance, (3,), (3,))


def test_a_number_has_no_entries() -> None:
    assert _only_miss(number(5.0), ONE) == Miss(VALUE, 0, None, 5.0, 2.0, 3.0, 0.5, (), ())
    assert _only_miss(number(-inf), ONE) == Miss(NOT_FINITE, 0, None, None, 2.0, None, 0.5, (), ())


@pytest.mark.parametrize("bad", [nan, inf, -inf])
def test_what_is_not_finite_is_further_off_than_any_number_and_is_not_shown(bad: float) -> None:
    assert _only_miss(row(1e300, bad, 3.0), THREE) == Miss(NOT_FINITE, 0, 1, None, 2.0, None, 0.25, (3,), (3,))


def test_of_losses_the_first_that_is_outside_is_the_miss() -> None:
    assert _only_miss(row(1.0, 3.0, 9.0), THREE, RUN) == Miss(VALUE, 0, 1, 3.0, 2.0, 1.0, 0.25, (3,), (3,))
    assert _only_miss(row(1.0, 3.0, nan), THREE, RUN) == Miss(VALUE, 0, 1, 3.0, 2.0, 1.0, 0.25, (3,), (3,))


@pytest.mark.parametrize(
    ("given", "truth", "trial", "why"),
    [
        (row(1.0, 2.0), THREE, RUN, COUNT),
        (row(1.0, 2.0), THREE, TRIAL, SHAPE),
        (number(1.0), THREE, RUN, SHAPE),
        (Value((3, 1), array("d", [1.0, 2.0, 3.0])), THREE, RUN, SHAPE),
        (row(2.0), ONE, TRIAL, SHAPE),  # nothing is broadcast
    ],
)
def test_another_shape_is_a_miss_as_a_whole(given: Value, truth: Expected, trial: Any, why: str) -> None:
    missed = Miss(why, 0, None, None, None, None, None, given.shape, truth.shape)
    assert _only_miss(given, truth, trial) == missed


def test_each_output_is_held_against_its_own_truth() -> None:
    found = misses(Case(TRIAL, (number(2.5), number(2.75), row(1.0))), (ONE, ONE, THREE))
    assert [(miss.output, miss.reason) for miss in found] == [(1, VALUE), (2, SHAPE)]


def test_a_call_that_gave_nothing_misses_nothing_and_makes_every_output_wrong() -> None:
    assert misses(Case(TRIAL, None), (THREE,)) == ()
    right, wrong = number(2.0), number(9.0)
    found = [judged("gradients", [TRIAL] * 2, [(ONE, ONE)] * 2, [(right, right), other])
             for other in ((right, right), (right, wrong), (wrong, wrong), None)]  # fmt: skip
    assert [one.wrong for one in found] == [(), (1,), (0, 1), (0, 1)]
    first = found[1]
    assert (first.task, first.truths) == ("gradients", ((ONE, ONE),) * 2)
    assert first.cases == (Case(TRIAL, (right, right)), Case(TRIAL, (right, wrong)))
    assert first.misses == ((), (Miss(VALUE, 1, None, 9.0, 2.0, 7.0, 0.5, (), ()),))


def _judged(*given: Value, trials: Any = None) -> Judged:
    found = [(value,) for value in given]
    return judged("mse", trials or [{"yp": (float(i),)} for i in range(len(given))], [(ONE,)] * len(given), found)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ((number(9.0), number(8.0), row(2.0)), VALUE),
        ((number(9.0), row(2.0)), SHAPE),  # a wrong form before wrong numbers, where there are as many
        ((number(nan), row(2.0), number(inf)), NOT_FINITE),
        ((number(nan), number(9.0)), VALUE),
        ((number(2.0), number(nan)), NOT_FINITE),
    ],
)
def test_the_reason_is_the_commonest(given: tuple[Value, ...], why: str) -> None:
    assert reason(_judged(*given)) == why


def test_too_many_losses_are_a_form_too() -> None:
    runs = [{**RUN, "w": float(i)} for i in range(2)]
    found = judged("train", runs, [(THREE,)] * 2, [(row(1.0, 2.0),), (row(9.0, 2.0, 3.0),)])
    assert reason(found) == COUNT


def test_two_answers_to_one_input_are_said_to_change() -> None:
    one, other = {"yp": (1.0,), "y": (0.0,)}, {"yp": (2.0,), "y": (0.0,)}
    assert reason(_judged(number(9.0), number(2.0), trials=[one, dict(one)])) == CHANGES
    assert reason(_judged(number(9.0), number(9.0), trials=[one, dict(one)])) == VALUE
    assert reason(_judged(number(9.0), number(2.0), trials=[one, other])) == VALUE
    assert reason(_judged(row(2.0), number(2.0), trials=[one, dict(one)])) == SHAPE  # no number is wrong
    assert reason(_judged(number(nan), number(2.0), trials=[one, dict(one)])) == NOT_FINITE


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ((9.0, None, 9.0), VALUE),
        ((None, 9.0, 9.0), VALUE),
        ((None, 9.0, 2.0), CHANGES),
        ((9.0, None, 2.0), CHANGES),
        ((9.0, 9.0, 2.0), CHANGES),
    ],
)
def test_a_call_that_gave_nothing_is_no_second_answer(given: tuple[float | None, ...], why: str) -> None:
    same = [{"yp": (1.0,), "y": (0.0,)} for _ in given]
    found = [None if one is None else (number(one),) for one in given]
    assert reason(judged("mse", same, [(ONE,)] * 3, found)) == why


def test_nan_twice_is_one_answer() -> None:
    trials = [{"yp": (float(i // 2),)} for i in range(4)]
    assert reason(_judged(number(9.0), number(9.0), number(nan), number(nan), trials=trials)) == VALUE


@pytest.mark.parametrize(
    ("shape", "entries", "seen"),
    [
        ((), [1.5], 1.5),
        ((), [nan], None),
        ((2,), [1.0, inf], [1.0, None]),
        ((0,), [], []),
        ((2, 3), range(6), [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]),
        ((3, 2), range(6), [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]),
        ((2, 1, 2), range(4), [[[0.0, 1.0]], [[2.0, 3.0]]]),
        ((2, 0), [], [[], []]),
    ],
)
def test_an_output_is_shown_as_lists_in_its_shape(shape: tuple[int, ...], entries: Any, seen: Any) -> None:
    assert shown(Value(shape, array("d", map(float, entries)))) == seen
