"""Numbers as they were written: how far the last digit reaches, alone and in a list."""

from math import inf, isnan, nan

import pytest

from compare.exercises.digits import HALF, Printed, plain, printed, printed_list


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("-9.52", -9.52, 1e-2),
        ("9.520", 9.52, 1e-3),
        ("7", 7.0, 1.0),
        ("700", 700.0, 1.0),
        ("7e2", 700.0, 1e2),
        ("1.5E-7", 1.5e-7, 1e-8),
        ("0e-500", 0.0, 0.0),
        ("0.00", 0.0, 1e-2),
        ("0.000e+00", 0.0, 1e-3),
        ("0e308", 0.0, 1.0),
        ("0e999", 0.0, 1.0),
        ("0e9999999999999999999", 0.0, 0.1),
        ("1e-9999999999999999999", 0.0, 0.1),
    ],
)
def test_a_number_stands_for_half_a_unit_of_its_last_digit_either_way(text: str, value: float, unit: float) -> None:
    assert printed(text) == Printed(value, HALF * unit)
    assert HALF == 0.5 + 2.0**-40


@pytest.mark.parametrize("text", ["nan", "inf", "-Infinity"])
def test_what_is_not_finite_is_no_number_and_near_to_none(text: str) -> None:
    for found in (printed(text), *printed_list([text])):
        assert isnan(found.value)
        assert found.half == 0.0
        assert not found.is_near(1.0, 1e300)


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="could not convert"):
        printed("9,52")


def test_near_is_within_the_last_digit_and_the_room_together() -> None:
    number = Printed(10.0, 0.5)
    assert [number.is_near(value, 0.25) for value in (10.75, 9.25, 10.76, 9.24)] == [True, True, False, False]
    assert all(number.is_near(*far) for far in ((99.0, inf), (99.0, nan), (inf, 0.0), (nan, 0.0)))


def test_a_typeset_minus_is_a_minus() -> None:
    assert plain("\u22129.5 - \u2212") == "-9.5 - -"


def test_a_list_to_one_decimal_place_is_taken_number_by_number() -> None:
    assert printed_list(["21530.7207", "0.1423"]) == (printed("21530.7207"), printed("0.1423"))
    assert printed_list([]) == ()


def test_a_list_to_several_places_has_as_many_digits_throughout_as_its_longest() -> None:
    found = printed_list(["4.0", "0.30000000000000004", "-120.5", "nan", "0"])
    assert [number.value for number in found[:3]] == [4.0, 0.30000000000000004, -120.5]
    assert isnan(found[3].value)
    assert [number.half / HALF for number in found] == pytest.approx([1e-16, 1e-17, 1e-14, 0.0, 1e-16], rel=1e-9, abs=0)


def test_a_list_that_was_rounded_to_some_places_has_those_throughout() -> None:
    assert [number.half / HALF for number in printed_list(["4.0", "12.345"])] == pytest.approx([1e-3, 1e-3])
    assert [number.half / HALF for number in printed_list(["297.66", "0.1", "0.0"])] == pytest.approx([1e-2] * 3)
    assert [number.half / HALF for number in printed_list(["297.66", "0.012345"])] == pytest.approx([1e-2, 1e-6])


def test_a_list_with_a_zero_beyond_all_doubles_is_read() -> None:
    zero, one = printed_list(["0e999", "1.5"])
    assert (zero.value, zero.half / HALF) == (0.0, 0.1)
    assert (one.value, one.half / HALF) == (1.5, 0.1)


def test_a_list_without_one_number_is_near_to_none() -> None:
    first, second = printed_list(["inf", "nan"])
    assert not first.is_near(1.0, 1e300)
    assert not second.is_near(1.0, 1e300)
