"""A recorded run and the programs that may have recorded it: counts, losses and rooms worked out on paper."""

from dataclasses import replace
from fractions import Fraction as F
from math import inf, nan, nextafter
from typing import Any

import pytest

from compare.exercises.digits import Printed
from compare.exercises.records.runs import Recorded
from compare.exercises.table.formulas import Formula
from compare.exercises.table.programs import Program
from compare.lessons import Lesson

LESSON = Lesson(
    name="halving", title={}, dtype="float32", x=(F(1),), y=(F(0),), w=F(1), b=F(0), trained=("w", "b"),
    optimizer={"lr": F(1, 8)}, epochs=4, record_every=1, steps_before=0, recorded={}, file="",
)  # fmt: skip
LOSSES = [4.0**-epoch for epoch in range(5)]  # the residual is halved in every step
FROZEN = Program(bias_moves=False)  # it goes to three quarters
RIGHT = Program()
U32 = 2.0**-24


def record(losses: Any = LOSSES, every: int = 1, half: float = 0.0, **changes: Any) -> Recorded:
    return Recorded(tuple(Printed(loss, half) for loss in losses), replace(LESSON, **changes), every)


def test_the_lesson_is_given_in_floats() -> None:
    given = record(b=F(1, 2), y=(F(1, 10),))
    floats = given.in_floats()
    assert floats == {"x": [1.0], "y": [0.1], "w": 1.0, "b": 0.5, "lr": 0.125, "epochs": 4}
    assert {type(value) for value in (*floats["x"], *floats["y"], floats["w"], floats["b"], floats["lr"])} == {float}
    assert type(floats["epochs"]) is int
    assert (given.in_floats(0.0)["b"], given.in_floats(3.0)["b"]) == (0.0, 3.0)


def test_the_lessons_own_program_trains_what_it_says_from_where_it_says() -> None:
    assert record().start == RIGHT
    assert record(trained=("w",), steps_before=2).start == Program(bias_moves=False, before=2)


def test_a_record_can_be_held_against_another_rate_or_momentum_or_turned_or_divided() -> None:
    momentum = record(optimizer={"lr": F(1, 8), "momentum": F(1, 2)})
    other = momentum.with_options(lr=F(1, 4))
    assert momentum.with_options(momentum=F(1)).lesson.optimizer == {"lr": F(1, 8), "momentum": F(1)}
    assert record().backwards() == record(LOSSES[::-1])
    assert record(half=0.5).over(-2.0) == record([loss / -2 for loss in LOSSES], half=0.25)
    assert other.lesson.optimizer == {"lr": F(1, 4), "momentum": F(1, 2)}
    assert other == momentum._replace(lesson=replace(momentum.lesson, optimizer=other.lesson.optimizer))
    assert record(optimizer={"lr": F(1, 4)}).with_options(lr=F(1, 8)).may_be_of(RIGHT)


@pytest.mark.parametrize(
    ("every", "more", "count"),
    [(1, 0, 5), (2, 0, 3), (3, 0, 2), (4, 0, 2), (5, 0, 1), (1, 1, 6), (1, -1, 4), (2, 1, 3)],
)
def test_every_so_many_epochs_have_so_many_losses(every: int, more: int, count: int) -> None:
    assert record(every=every).count(Program(more=more)) == count


@pytest.mark.parametrize(
    ("came", "every", "kept", "epochs"), [(3, 1, 3, 2), (5, 1, 5, 4), (7, 1, 5, 4), (2, 2, 2, 2), (9, 2, 3, 4)]
)
def test_the_losses_that_came_and_are_asked_for_have_a_lesson_that_ends_with_them(
    came: int, every: int, kept: int, epochs: int
) -> None:
    losses = [float(number) for number in range(came)]
    assert record(losses, every).common() == record(losses[:kept], every, epochs=epochs)


def test_a_program_is_run_from_any_bias_for_its_first_losses() -> None:
    assert record().first_losses(FROZEN, None, 5) == [(9 / 16) ** epoch for epoch in range(5)]
    assert record().first_losses(RIGHT, 0.0, 3) == record().first_losses(RIGHT, None, 3) == LOSSES[:3]
    assert record(every=2).first_losses(RIGHT, 1.0, 2) == [4.0, 0.25]
    assert record(every=3).first_losses(RIGHT, 0.0, 1) == [1.0]


def test_the_room_of_a_first_loss_is_that_of_its_own_roundings() -> None:
    """With one sample, thirteen roundings of r = 1 and as many of r²."""
    factor = 13 * U32 / (1 - 13 * U32)
    rooms = list(record().rooms(RIGHT))
    assert rooms[0] == pytest.approx(3 * factor + factor**2, rel=1e-12)
    assert next(record().rooms(RIGHT, 1.0)) == pytest.approx(4 * rooms[0], rel=1e-12)
    assert len(rooms) == 5
    assert all(0 < room < 1e-5 for room in rooms)
    assert list(record(every=2).rooms(RIGHT)) == rooms[::2]
    assert list(record().finely().rooms(RIGHT)) == [2.0**-29 * room for room in rooms]


def test_what_overflows_has_no_room() -> None:
    wild = record(optimizer={"lr": F(10) ** 60}, epochs=9)
    rooms = list(wild.rooms(RIGHT))
    assert rooms[0] > 0.0
    assert rooms[-1] == 0.0


@pytest.mark.parametrize(
    ("given", "value", "room", "fits"),
    [
        (1.0, 1.0, 0.0, True),
        (1.5, 1.0, 0.25, True),  # its last digit leaves another quarter
        (nextafter(1.5, 2.0), 1.0, 0.25, False),
        (1.0, inf, 0.0, False),
        (1.0, nan, 0.0, False),
        (nan, 1.0, 9.0, False),
        (nan, 2.0**127, 0.0, True),  # Σ r² of two samples is beyond float32
        (nan, -(2.0**127), 0.0, True),
        (nan, nextafter(2.0**127, 0.0), 0.0, False),
        (nan, inf, 0.0, True),
        (nan, nan, 0.0, True),
    ],
)
def test_a_loss_fits_within_its_digits_and_its_room_and_none_where_float32_has_none(
    given: float, value: float, room: float, fits: bool
) -> None:
    two = record([], half=0.25, x=(F(1),) * 2, y=(F(0),) * 2)
    assert two.fits(Printed(given, 0.0 if given == 1.0 else 0.25), value, room) is fits


def test_losses_are_explained_by_as_many_each_within_its_room() -> None:
    given = record([1.0, 2.0])
    assert given.explained([1.5, 2.0], [0.5, 0.0])
    assert not given.explained([1.5, 2.0], [0.25, 9.0])
    assert not given.explained([1.0, 2.5], [9.0, 0.25])
    assert not given.explained([1.0], [0.0])
    assert not given.explained([1.0, 2.0, 3.0], [0.0] * 3)


def off(place: int, by: float) -> list[float]:
    return [loss + by * (place == number) for number, loss in enumerate(LOSSES)]


COARSELY = 2.0**-9  # of the loss at the magnitudes, which stays 1, as abs(w) + abs(b) does


@pytest.mark.parametrize(
    ("place", "by", "could"),
    [
        (0, COARSELY, True),
        (0, -COARSELY, True),
        (0, COARSELY * 1.001, False),
        (1, -COARSELY, True),
        (1, -COARSELY * 1.001, False),
        (4, COARSELY, True),
        (4, COARSELY * 1.001, False),
    ],
)
def test_a_program_is_roughly_that_of_losses_which_are_within_a_five_hundredth(
    place: int, by: float, could: bool
) -> None:
    assert record(off(place, by)).roughly(RIGHT) is could


def test_what_is_near_enough_grows_with_the_magnitudes() -> None:
    larger = [4 * loss for loss in LOSSES]  # from w = b = 1, of which the square of the sum is 4
    assert record([4 + 4 * COARSELY, *larger[1:]], b=F(1)).roughly(RIGHT)
    assert not record([4 + 4.01 * COARSELY, *larger[1:]], b=F(1)).roughly(RIGHT)


def test_a_program_is_not_that_of_a_record_of_another_length() -> None:
    assert record(LOSSES).roughly(RIGHT)
    assert not record(LOSSES[:4]).roughly(RIGHT)
    assert not record([*LOSSES, 4.0**-5]).roughly(RIGHT)
    assert record([*LOSSES, 4.0**-5]).roughly(Program(more=1))
    assert record(LOSSES[::2], every=2).roughly(RIGHT)
    assert not record(LOSSES[:3], every=2).roughly(RIGHT)
    assert record(LOSSES[::3], every=3).roughly(RIGHT)


def test_a_program_without_a_value_recorded_nothing() -> None:
    divides_by_zero, overflows = Program(loss=Formula(divisor="n-1")), Program(slope=Formula(x_in_dw=2))
    assert not record().roughly(divides_by_zero)
    assert not record([nan] * 5, x=(F(10) ** 200,)).may_be_of(overflows)


def test_a_run_beyond_all_floats_may_have_recorded_nan() -> None:
    wild = {"optimizer": {"lr": F(10) ** 200}}
    assert record([1.0, *[nan] * 4], **wild).may_be_of(RIGHT)
    assert not record([nan] * 5, **wild).may_be_of(RIGHT)
    assert not record([1.0, 5.0, *[nan] * 3], **wild).may_be_of(RIGHT)


@pytest.mark.parametrize("place", range(5))
@pytest.mark.parametrize("sign", [1, -1])
def test_a_record_may_be_of_a_program_whose_exact_losses_it_has_each_within_its_room(place: int, sign: int) -> None:
    room = list(record().rooms(RIGHT))[place]
    assert record(off(place, sign * room * 0.999)).may_be_of(RIGHT)
    assert not record(off(place, sign * room * 1.001)).may_be_of(RIGHT)
    assert not record(off(place, sign * room * 3)).may_be_of(RIGHT)


def test_a_record_is_of_the_lesson_from_its_own_bias() -> None:
    quadruple = [4 * loss for loss in LOSSES]
    assert record(quadruple, b=F(1)).may_be_of(RIGHT)
    assert not record(quadruple).may_be_of(RIGHT)
    assert not record(LOSSES, b=F(1)).may_be_of(RIGHT)
    assert record(LOSSES[::2], every=2).may_be_of(RIGHT)
    assert not record().may_be_of(FROZEN)
    assert record([(9 / 16) ** epoch for epoch in range(5)]).may_be_of(FROZEN)
