"""A program explains an answer that gives its values, within its own allowance, wherever it has any."""

from array import array
from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import inf, nan
from types import SimpleNamespace
from typing import Any

import pytest

from compare.exercises.judging import EXACT, Case, Expected, matches
from compare.exercises.table import comparison, programs
from compare.exercises.table.allowance import any_form
from compare.exercises.table.comparison import could_explain, explains
from compare.exercises.table.formulas import ABSOLUTE, ROOT, Formula
from compare.exercises.table.hypotheses import of_one, of_two
from compare.exercises.table.programs import Program, is_smooth
from compare.sandbox.calls import Value
from tests.answers import EXERCISES, tried

SUM = Program(loss=Formula(divisor="1"))
FEWER = Program(loss=Formula(divisor="n-1"))
SWAPPED = Program(slope=Formula(swapped=True))
PAIR = {"yp": (1.0, 3.0), "y": (0.0, 1.0)}  # r = (1, 2), of the sizes (1, 4)
OTHER = {"yp": (2.0, 0.0), "y": (0.0, 0.0)}
SINGLE = {"yp": (1.0,), "y": (0.0,)}
LINE = {"x": (1.0, 2.0), "y": (0.0, 0.0), "w": 1.0, "b": 0.0}  # dw = 5, db = 3
ROOM = any_form(2) * 17  # of SUM on PAIR
RUN = {"x": (1.0,), "y": (2.0,), "w": 0.0, "b": 0.0, "lr": 0.25, "epochs": 1}  # losses 4 and 0, of the sizes 4 and 16
COARSE = 1 / 1024

Trial = Mapping[str, Any]


def _number(number: float) -> Value:
    return Value((), array("d", [number]))


def _numbers(*numbers: float) -> Value:
    return Value((len(numbers),), array("d", numbers))


@pytest.mark.parametrize(
    ("value", "matching"),
    [
        (_numbers(1.0, -2.0), True),
        (_numbers(1.5, -2.25), True),
        (_numbers(0.5, -1.75), True),
        (_numbers(1.0, -2.26), False),
        (_numbers(1.51, -2.0), False),
        (_numbers(nan, -2.0), False),
        (_numbers(1.0, -inf), False),
        (_numbers(1.0), False),
        (Value((1, 2), array("d", [1.0, -2.0])), False),
    ],
)
def test_a_value_matches_in_its_shape_with_every_entry_within_its_allowance(value: Value, matching: bool) -> None:
    assert matches(value, Expected((2,), [1.0, -2.0], [0.5, 0.25])) == matching


EXPLAINING: list[tuple[str, Program, Sequence[tuple[Trial, tuple[Value, ...]]], tuple[int, ...], bool]] = [
    ("mse", SUM, [(PAIR, (_number(5.0),))], (0,), True),
    ("mse", SUM, [(PAIR, (_number(5.0 + 0.99 * ROOM),))], (0,), True),
    ("mse", SUM, [(PAIR, (_number(5.0 + 1.01 * ROOM),))], (0,), False),
    ("mse", SUM, [(PAIR, (_number(2.5),))], (0,), False),
    ("mse", Program(), [(PAIR, (_number(2.5),))], (0,), True),
    ("mse", SUM, [(PAIR, (_number(5.0),)), (OTHER, (_number(4.0),))], (0,), True),
    ("mse", SUM, [(PAIR, (_number(5.0),)), (OTHER, (_number(2.0),))], (0,), False),
    ("mse", FEWER, [(SINGLE, (_number(7.0),)), (PAIR, (_number(5.0),))], (0,), True),
    ("mse", FEWER, [(SINGLE, (_number(7.0),)), (PAIR, (_number(2.5),))], (0,), False),
    ("gradients", SWAPPED, [(LINE, (_number(3.0), _number(5.0)))], (0, 1), True),
    ("gradients", SWAPPED, [(LINE, (_number(3.0), _number(3.0)))], (0, 1), False),
    ("gradients", SWAPPED, [(LINE, (_number(3.0), _number(3.0)))], (0,), True),
    ("gradients", SWAPPED, [(LINE, (_number(3.0), _number(3.0)))], (1,), False),
    ("dmse_dyp", Program(), [(PAIR, (_numbers(1.0, 2.0),))], (0,), True),
    ("dmse_dyp", Program(), [(PAIR, (_numbers(1.0, 1.0),))], (0,), False),
    ("dmse_dyp", Program(slope=Formula(divisor="1")), [(PAIR, (_numbers(2.0, 4.0),))], (0,), True),
]


@pytest.mark.parametrize(("task", "program", "answered", "outputs", "explained"), EXPLAINING)
def test_a_program_explains_what_gives_its_values(
    task: str,
    program: Program,
    answered: Sequence[tuple[Trial, tuple[Value, ...]]],
    outputs: tuple[int, ...],
    explained: bool,
) -> None:
    assert could_explain(task, program, answered, outputs) == explained
    assert explains(task, program, [Case(*pair) for pair in answered], outputs) is explained


THIRD = {"yp": (1.0, 0.0, 0.0), "y": (0.0, 0.0, 0.0)}  # a loss of 1/3, of the same size
EDGE = any_form(3) / 3  # that allowance
NEAR = 0.75 * 2.0**-26  # of an allowance
JUST, BARELY = 1 / 3 + EDGE * (1 - NEAR), 1 / 3 + EDGE * (1 + NEAR)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[type]:
    """The kinds of number in which programs are computed, from now on."""
    comparison._values.cache_clear()
    kinds: list[type] = []

    def results(task: str, program: Program, given: Mapping[str, Any]) -> tuple[Any, ...]:
        kinds.append(type(given["y"][0]))
        return programs.results(task, program, given)

    monkeypatch.setattr(comparison, "programs", SimpleNamespace(results=results))
    return kinds


@pytest.mark.parametrize(("value", "explained"), [(JUST, True), (BARELY, False), (2 / 3 - JUST, True)])
def test_at_the_edge_of_an_allowance_exact_numbers_tell(asked: list[type], value: float, explained: bool) -> None:
    assert explains("mse", Program(), [Case(THIRD, (_number(value),))], (0,)) is explained
    assert asked == [float, Fraction]


@pytest.mark.parametrize(
    ("program", "numbers"),
    [
        (Program(), [float]),
        (Program(loss=Formula(error=ABSOLUTE)), [Fraction]),
        (Program(slope=Formula(error=ROOT)), [Fraction]),
    ],
)
def test_away_from_the_edge_doubles_will_do_unless_the_program_may_have_no_value(
    asked: list[type], program: Program, numbers: list[type]
) -> None:
    for value in (1 / 3, 1 / 3 + EDGE * (1 - 2 * NEAR), 1 / 3 + EDGE * (1 + 2 * NEAR)):
        explains("mse", program, [Case(THIRD, (_number(value),))], (0,))
    assert asked == numbers


def test_of_two_outputs_one_that_is_surely_off_needs_no_exact_numbers() -> None:
    comparison._values.cache_clear()
    room = any_form(2) * 5
    at_the_edge = _number(5.0 + room * (1 + 2.0**-28))
    assert not explains("gradients", Program(), [Case(LINE, (at_the_edge, _number(9.0)))], (0, 1))
    assert comparison._values.cache_info().misses == 1
    assert not explains("gradients", Program(), [Case(LINE, (at_the_edge, _number(3.0)))], (0, 1))
    assert comparison._values.cache_info().misses == 2


def test_a_program_that_has_a_value_where_the_answer_has_none_does_not_explain_it() -> None:
    assert not explains("mse", SUM, [Case(PAIR, None)], (0,))
    assert not explains("mse", SUM, [Case(PAIR, (_number(5.0),)), Case(OTHER, None)], (0,))
    assert explains("mse", FEWER, [Case(PAIR, (_number(5.0),)), Case(SINGLE, None)], (0,))


def test_a_program_without_any_value_explains_nothing_but_is_not_ruled_out() -> None:
    assert explains("mse", FEWER, [], (0,)) is False
    answered = [(SINGLE, (_number(1.0),))]
    assert explains("mse", FEWER, [Case(*pair) for pair in answered], (0,)) is False
    assert could_explain("mse", FEWER, answered, (0,))


@pytest.mark.parametrize(
    ("program", "given", "could"),
    [
        (Program(), _numbers(4.0, 0.0), True),
        (Program(), _numbers(4.0 + 4 * COARSE, 16 * COARSE), True),
        (Program(), _numbers(4.0 - 4 * COARSE, -16 * COARSE), True),
        (Program(), _numbers(4.0 + 4.1 * COARSE, 0.0), False),
        (Program(), _numbers(4.0, 16.1 * COARSE), False),
        (Program(), _numbers(4.0, nan), False),
        (Program(), _numbers(4.0), False),
        (Program(), _numbers(4.0, 0.0, 0.0), False),
        (Program(), Value((2, 1), array("d", [4.0, 0.0])), False),
        (Program(more=1), _numbers(4.0, 0.0, 0.0), True),
        (Program(more=1), _numbers(4.0, 0.0), False),
        (Program(more=-1), _numbers(4.0), True),
        (Program(before=1), _numbers(0.0, 0.0), True),
        (Program(loss=Formula(sign=-1)), _numbers(-4.0, -16 * COARSE), True),
        (Program(loss=Formula(sign=-1)), _numbers(-4.0 - 4.1 * COARSE, 0.0), False),
        (Program(direction=1), _numbers(4.0, 16.0), True),
    ],
)
def test_losses_are_told_apart_by_a_thousandth_of_their_sizes(program: Program, given: Value, could: bool) -> None:
    assert could_explain("train", program, [(RUN, (given,))], (0,)) == could


def test_losses_are_what_a_run_gives_within_what_rounding_may_do() -> None:
    assert explains("train", Program(), [Case(RUN, (_numbers(4.0, 0.0),))], (0,))
    assert not explains("train", Program(), [Case(RUN, (_numbers(4.0, 0.001),))], (0,))


@pytest.mark.parametrize("task", EXERCISES)
def test_doubles_are_nearer_to_the_exact_numbers_than_an_answer_is_asked_to_be(task: str) -> None:
    known = [one.program for one in (*of_one(task), *of_two(task)[::7])]
    # the exact ones are much alike
    trials = [one.trial for at, one in enumerate(tried(task)) if one.kind != EXACT or at % 6 == 0]
    for program in filter(is_smooth, known):
        for trial in trials:
            inputs = tuple(trial.items())
            nearly, exact = (comparison._values.__wrapped__(task, program, inputs, kind) for kind in (False, True))
            assert (nearly is None) is (exact is None)
            rooms = comparison._rooms.__wrapped__(task, program, inputs) if nearly else ()
            for one, other, allowed in zip(nearly or (), exact or (), rooms, strict=True):
                found = zip(one.values, other.values, allowed, strict=True)
                assert all(abs(a - b) <= room * comparison.DOUBLE / 4 for a, b, room in found)
