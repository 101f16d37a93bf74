"""Where a bias that never moved stood: solved from the losses of a run whose losses are known in closed form.

Two samples (0, 0) and (1, 0), w = 2 at first, a rate of ½: each update halves w + c, so that the losses are
L(k) = (c² + ((2 + c) / 2ᵏ)²) / 2 with the bias frozen at c, and a change of c changes them by c + (2 + c) / 4ᵏ.
"""

from dataclasses import replace
from fractions import Fraction
from math import nan

import pytest

from compare.exercises.digits import Printed
from compare.exercises.records.runs import Recorded
from compare.exercises.records.starts import Quadratic, _explains, _plausible, _rounded, frozen_biases
from compare.exercises.table.formulas import ABSOLUTE, Formula
from compare.exercises.table.programs import Program, records
from compare.lessons import load

FROZEN = Program(bias_moves=False)
LESSON = replace(
    load("hours-ability"),
    x=(Fraction(0), Fraction(1)),
    y=(Fraction(0), Fraction(0)),
    w=Fraction(2),
    b=Fraction(-7),
    optimizer={"lr": Fraction(1, 2)},
    epochs=3,
    record_every=1,
)
MIRRORED = replace(LESSON, x=(Fraction(1), Fraction(-1)), w=Fraction(0))  # r = c and c: the losses are c² throughout


def _losses(c: float, count: int = 4) -> list[float]:
    return [(c**2 + ((2 + c) / 2**k) ** 2) / 2 for k in range(count)]


def _record(losses: list[float], half: float = 1e-15) -> Recorded:
    return Recorded(tuple(Printed(loss, half) for loss in losses), replace(LESSON, epochs=len(losses) - 1), 1)


@pytest.mark.parametrize("c", [1.0, 0.25, -0.5, -1.0, -3.0, 17.5, 0.0])
@pytest.mark.parametrize("count", [4, 7])
def test_a_frozen_bias_is_found_wherever_it_stood(c: float, count: int) -> None:
    assert frozen_biases(_record(_losses(c, count)), FROZEN) == (c,)


def test_losses_of_every_other_epoch_tell_it_as_well() -> None:
    record = Recorded(tuple(Printed(loss, 1e-15) for loss in _losses(1.25, 7)[::2]), replace(LESSON, epochs=6), 2)
    assert frozen_biases(record, FROZEN) == (1.25,)


def test_a_bias_that_cannot_be_told_from_its_mirror_image_is_either() -> None:
    record = Recorded((Printed(4.0, 1e-9),) * 4, MIRRORED, 1)
    assert frozen_biases(record, FROZEN) == (-2.0, 2.0)


def test_a_bias_at_the_bottom_of_every_loss_is_not_told_by_any() -> None:
    assert frozen_biases(Recorded((Printed(0.0, 1e-9),) * 4, MIRRORED, 1), FROZEN) == ()


def test_losses_with_another_one_among_them_tell_no_bias() -> None:
    assert frozen_biases(_record([*_losses(1.0, 6), 0.6]), FROZEN) == ()
    assert frozen_biases(_record([5.0, 4.0, 3.0, 2.0]), FROZEN) == ()


def test_fewer_than_four_losses_or_another_count_than_the_programs_tell_none() -> None:
    assert frozen_biases(_record(_losses(1.0, 3)), FROZEN) == ()
    assert frozen_biases(_record(_losses(1.0, 5)), FROZEN._replace(more=1)) == ()
    assert frozen_biases(_record(_losses(1.0, 5))._replace(lesson=LESSON), FROZEN._replace(more=1)) == (1.0,)


@pytest.mark.parametrize("part", ["loss", "slope"])
def test_only_a_square_is_solved(part: str) -> None:
    assert frozen_biases(_record(_losses(1.0)), FROZEN._replace(**{part: Formula(error=ABSOLUTE)})) == ()


def test_a_halved_loss_is_solved_as_one() -> None:
    halves = [loss / 2 for loss in _losses(1.5)]
    assert frozen_biases(_record(halves), FROZEN._replace(loss=Formula(halved=True))) == (1.5,)


@pytest.mark.parametrize(("best", "digits"), [(0, 4), (1, 3), (3, 3)])
def test_the_loss_with_the_most_digits_tells_the_bias_and_its_digits(best: int, digits: int) -> None:
    c = 1.23456789
    losses = [Printed(loss + 0.01 * (k != best), 0.02) for k, loss in enumerate(_losses(c))]
    losses[best] = losses[best]._replace(half=0.0006)
    assert frozen_biases(Recorded(tuple(losses), LESSON, 1), FROZEN) == (round(c, digits),)


def test_the_rounding_of_the_run_itself_leaves_six_digits() -> None:
    assert frozen_biases(_record(_losses(1.234567890123)), FROZEN) == (1.23457,)


def test_where_the_lesson_starts_its_bias_does_not_matter() -> None:
    record = _record(_losses(1.234567890123))
    far = record._replace(lesson=replace(LESSON, b=Fraction(10**9)))
    assert frozen_biases(far, FROZEN) == frozen_biases(record, FROZEN)


@pytest.mark.parametrize(
    ("curve", "value", "roots"),
    [
        (Quadratic(6.0, -5.0, 1.0), 0.0, (2.0, 3.0)),
        (Quadratic(6.0, 5.0, 1.0), 0.0, (-3.0, -2.0)),
        (Quadratic(7.0, -5.0, 1.0), 1.0, (2.0, 3.0)),
        (Quadratic(-6.0, -1.0, 2.0), 0.0, (-1.5, 2.0)),
        (Quadratic(6.0, 0.5, -1.0), 0.0, (-2.2122, 2.7122)),
        (Quadratic(-4.0, 0.0, 1.0), 0.0, (-2.0, 2.0)),
        (Quadratic(0.25, 1.0, 1.0), 0.0, (-0.5, -0.5)),
        (Quadratic(5.0, 0.0, 3.0), 5.0, (0.0,)),
        (Quadratic(1.0, 0.5, 0.25), 0.9, (-1.7746, -0.2254)),
        (Quadratic(1.0, 0.0, 1.0), 0.9, ()),
        (Quadratic(1.0, 2.0, 0.0), 2.0, ()),
    ],
)
def test_the_roots_of_a_quadratic(curve: Quadratic, value: float, roots: tuple[float, ...]) -> None:
    assert sorted(curve.roots(value)) == pytest.approx(roots, abs=1e-4)
    assert [curve.at(root) for root in curve.roots(value)] == pytest.approx([value] * len(roots))


@pytest.mark.parametrize("sign", [1, -1])
def test_the_small_root_beside_a_large_one_is_as_exact(sign: int) -> None:
    small, large = sorted(Quadratic(1.0, sign * 1e9, 1.0).roots(0.0), key=abs)
    assert (small, large) == pytest.approx((-sign * 1e-9, -sign * 1e9), rel=1e-12, abs=0)


def test_a_quadratic_has_a_value_and_a_slope_everywhere() -> None:
    assert (Quadratic(3.0, 5.0, 7.0).at(2.0), Quadratic(3.0, 5.0, 7.0).slope(3.0)) == (41.0, 47.0)


@pytest.mark.parametrize(("value", "plausible"), [(513.0, True), (511.0, True), (513.25, False), (510.75, False)])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_first_loss_may_be_off_by_a_512th_of_the_largest_so_far(value: float, plausible: bool, sign: int) -> None:
    record = _record([8.0, sign * 512.0, 4096.0])
    assert _plausible(record, [8.0, sign * value]) is plausible
    assert _plausible(record, [8.0, sign * 512.0, 4096.0 + 9.0]) is False


def test_a_loss_that_is_no_number_is_one_too_large_for_any_and_what_comes_after_it_tells_nothing() -> None:
    record = _record([8.0, nan, 5.0])
    assert _plausible(record, [8.0, 2.0**129, 4.0]) is True
    assert _plausible(record, [8.0, 3.0, 5.0]) is False
    assert _plausible(record, [9.0, 2.0**129, 5.0]) is False


def test_a_run_that_diverges_from_a_distant_bias_is_told_from_the_others_before_the_rooms_are_reckoned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lesson = load("height-weight-training")
    right = Program(bias_moves=False, rate=False)
    given = Recorded((), lesson, 1).in_floats(1e6)
    record = Recorded(tuple(Printed(loss, 0.0) for _, loss in records(right, given)), lesson, 1)
    reckoned = []
    monkeypatch.setattr(Recorded, "rooms", lambda *asked: reckoned.append(asked) or [0.0] * len(record.losses))
    for program in (right, FROZEN, right._replace(direction=1), right._replace(sequential=True, before=1)):
        frozen_biases(record, program)
    assert {program for _, program, _ in reckoned} == {right}


@pytest.mark.parametrize(("loss", "explained"), [(9.5, True), (20.5, True), (9.25, False), (20.75, False)])
def test_what_the_uncertainty_of_the_bias_does_to_a_loss_is_room_for_it(loss: float, explained: bool) -> None:
    """15 at c = 1 with a slope of 8: ½ more or less of c makes 4 + ¾, beside ¼ of rounding and ½ of the last digit."""
    record = _record([loss], half=0.5)
    assert _explains(record, [Quadratic(10.0, 2.0, 3.0)], [0.25], 1.0, 0.5) is explained
    mirrored = Quadratic(10.0, -2.0, 3.0)
    assert _explains(record, [mirrored], [0.25], -1.0, 0.5) is explained


@pytest.mark.parametrize(
    ("c", "uncertain", "text"),
    [
        (1.23456, 0.2, "1.2"),
        (1.23456, 0.3, "1.0"),
        (1.23456, 0.02, "1.23"),
        (1.23456, 0.0024, "1.235"),
        (1.23456, 0.0026, "1.23"),
        (123.456, 3.0, "123.0"),
        (123.456, 0.0, "123.0"),
        (-0.0004, 0.01, "0.0"),
        (-0.004, 0.01, "0.0"),
    ],
)
def test_a_bias_is_given_to_the_digits_that_are_certain(c: float, uncertain: float, text: str) -> None:
    assert repr(_rounded(c, uncertain)) == text


def test_a_program_that_has_no_losses_tells_no_bias() -> None:
    single = _record([1.0] * 4)._replace(lesson=replace(LESSON, x=(Fraction(1),), y=(Fraction(0),)))
    assert frozen_biases(single, FROZEN._replace(slope=Formula(divisor="n-1"))) == ()


def test_losses_whose_squares_are_beyond_all_doubles_tell_no_bias() -> None:
    """A rate of 10⁴⁰ + 1 makes w + c −10⁴⁰ times as large: at c = 1, L(k) is 4½ · 10⁸⁰ᵏ."""
    losses = (Printed(5.0, 0.5), Printed(4.5e80, 1e79), Printed(4.5e160, 1e154), Printed(4.5e240, 1e239))
    steep = Recorded(losses, replace(LESSON, optimizer={"lr": Fraction(10**40 + 1)}), 1)
    assert frozen_biases(steep, FROZEN) == ()
