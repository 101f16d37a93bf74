"""What is said of one number: each verdict at its very edge."""

from fractions import Fraction as F
from math import inf, nan, nextafter

import pytest

from compare.agreement.records import DIFFERS, IDENTICAL, UNCHECKED, WITHIN_ROUNDING
from compare.agreement.verdicts import distance, is_printed_as, listed, matches, spread, verdict, whole_run_verdict

NEXT = nextafter(1.0, 2.0)  # 1 + 2⁻⁵²


def of_two(manual: object, torch: object, exact: object = 1, bound: object = 0.5) -> str:
    exacts, bounds = [[F(each) for each in listed(exact)], [float(each) for each in listed(bound)]]
    return verdict({"manual": manual, "torch": torch}, exacts, bounds, "float64")


@pytest.mark.parametrize(
    ("manual", "torch", "said"),
    [
        (1.0, 1.0, IDENTICAL),
        (1.0, NEXT, WITHIN_ROUNDING),
        (1.5, 1.5, IDENTICAL),  # at the bound itself
        (0.5, 1.5, WITHIN_ROUNDING),
        (1.5, nextafter(1.5, 2.0), DIFFERS),
        (0.5 - 2.0**-50, 1.0, DIFFERS),
        (None, 1.0, UNCHECKED),
        (1.0, None, UNCHECKED),
    ],
)
def test_one_number_is_judged_by_its_distance_from_the_truth(manual: object, torch: object, said: str) -> None:
    assert of_two(manual, torch) == said


def test_what_one_dtype_tells_apart_is_one_number_in_a_shorter_one() -> None:
    sides, exact = {"manual": 1.0, "torch": NEXT}, [F(1)]
    for judge in (verdict, whole_run_verdict):
        assert [judge(sides, exact, [0.5], dtype) for dtype in ("float32", "float64")] == [IDENTICAL, WITHIN_ROUNDING]


def test_of_several_numbers_the_worst_decides() -> None:
    exact, bounds = [1, 2], [0.5, 0.25]
    assert of_two([1.0, 2.0], [1.0, 2.0], exact, bounds) == IDENTICAL
    assert of_two([1.5, 2.25], [1.0, 2.0], exact, bounds) == WITHIN_ROUNDING
    assert of_two([1.0, 2.5], [1.0, 2.5], exact, bounds) == DIFFERS
    assert of_two([1.0, None], [1.0, 2.5], exact, bounds) == UNCHECKED
    with pytest.raises(ValueError, match="argument 2"):
        of_two([1.0], [1.0], exact, bounds)


@pytest.mark.parametrize("bound", [inf, nan])
def test_without_a_bound_there_is_no_verdict(bound: float) -> None:
    assert of_two(1.0, 7.0, bound=bound) == UNCHECKED
    assert of_two([1.0, 1.0], [1.0, 7.0], [1, 1], [0.5, bound]) == UNCHECKED


@pytest.mark.parametrize(
    ("value", "exact", "bound", "said"),
    [
        (8.0, 8, 7.5, IDENTICAL),
        (8.0, 8, 8.0, UNCHECKED),  # zero, too, would be inside
        (-8.0, -8, 8.0, UNCHECKED),
        (8.0, 8, 9.0, UNCHECKED),
        (17.5, 8, 9.0, DIFFERS),
        (0.0, 0, 0.0, IDENTICAL),  # exactly zero, and no room
        (None, 8, 1.0, UNCHECKED),
    ],
)
def test_after_many_updates_a_bound_as_large_as_the_value_says_nothing(
    value: object, exact: int, bound: float, said: str
) -> None:
    assert whole_run_verdict({"manual": value, "torch": value}, [F(exact)], [bound], "float64") == said


def test_a_distance_is_exact_and_has_no_sign() -> None:
    assert (distance(0.5, F(2)), distance(2.0, F(1, 2)), distance(0.1, F(1, 10))) == (1.5, 1.5, 2.0**-54 * 0.1)


def test_the_spread_is_the_largest_between_any_two_sides_that_have_a_number() -> None:
    two = nextafter(NEXT, 2.0)
    assert spread({"a": 1.0, "b": NEXT, "c": two, "d": None}, "float64") == 2
    assert spread({"a": [1.0, 1.0], "b": [NEXT, two], "c": [None, 5.0]}, "float64") == 2
    assert spread({"a": 1.0, "b": NEXT}, "float32") == 0
    assert spread({"a": 1.0, "b": None}, "float64") == 0


@pytest.mark.parametrize(
    ("value", "text", "same"),
    [
        (13.3520021, "13.3520", True),
        (13.35206, "13.3520", False),
        (-19.0400009, "-19.0400", True),
        (2.0, "2", True),
        (2.4, "2", True),
        (2.6, "2", False),
        (1.23456e-7, "1.235e-07", True),
        (1.23456e-7, "1.235E-07", True),
        (1.23456e-7, "1.234e-07", False),
        (None, "1", False),
    ],
)
def test_a_record_is_matched_to_the_digits_that_it_shows(value: float | None, text: str, same: bool) -> None:
    assert is_printed_as(value, text) is same


def test_each_side_is_held_against_the_record_by_itself() -> None:
    sides = {"manual": [1.04, 2.0], "torch": [1.06, 2.0], "engine": [None, 2.0]}
    assert matches(sides, ["1.0", "2"]) == {"manual": True, "torch": False, "engine": False}
    assert matches({"manual": 1.04}, "1.0") == {"manual": True}
    assert matches(sides, None) == {"manual": None, "torch": None, "engine": None}
    with pytest.raises(ValueError, match="argument 2"):
        matches({"manual": [1.0]}, ["1.0", "2"])


def test_a_number_is_a_list_of_one() -> None:
    assert (listed(1.0), listed([1.0]), listed((1.0, 2.0)), listed("ab")) == ([1.0], [1.0], (1.0, 2.0), ["ab"])
