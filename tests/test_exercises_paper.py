"""Numbers from paper: judged to the digits given, explained by the same table."""

from dataclasses import replace
from fractions import Fraction

import pytest

from compare.errors import InputError
from compare.exercises.digits import printed, printed_list
from compare.exercises.findings import ExerciseFinding
from compare.exercises.paper import diagnose_values
from compare.exercises.sources import Place
from compare.lessons import load
from compare.reports.explained import explained
from compare.reports.language import Messages
from compare.reports.numbers import percent


def _judged(**values: str) -> tuple[ExerciseFinding, ...]:
    return diagnose_values(values, load("height-weight"))


def test_the_numbers_of_the_lesson_are_right() -> None:
    recorded = load("height-weight").recorded
    found = _judged(**{name: recorded[name] for name in ("loss", "dw", "db", "w_next", "b_next")})
    assert [finding.name for finding in found] == ["mse", "gradients", "sgd_step"]
    assert all(finding.verdict == "right" for finding in found)


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({"dw": "-9.52", "db": "1"}, ("missing-factor-two",)),
        ({"db": "1.0"}, ("missing-factor-two",)),
        ({"dw": "19.04", "db": "-2"}, ("wrong-sign",)),
        ({"dw": "9.52", "db": "-1.00"}, ("missing-factor-two", "wrong-sign")),
        ({"dw": "-95.2", "db": "10.0"}, ("sum-not-mean",)),
        ({"dw": "2.00", "db": "-19.04"}, ("swapped",)),
        ({"dw": "-23.80", "db": "2.50"}, ("wrong-denominator",)),
        ({"dw": "-17.1", "db": "1.3"}, ()),
    ],
)
def test_wrong_gradients_are_named(values: dict[str, str], names: tuple[str, ...]) -> None:
    (finding,) = _judged(**values)
    assert (finding.verdict, finding.mistakes) == ("wrong", names)


def test_a_loss_is_judged_and_named() -> None:
    assert _judged(loss="66.76")[0].mistakes == ("sum-not-mean",)


def test_half_the_marks_are_for_half_the_gradients() -> None:
    (finding,) = _judged(dw="-19.0", db="1")
    assert (finding.points, finding.outputs, finding.got, finding.truth) == (2.0, ("db",), 1.0, 2.0)


def test_only_the_digits_given_are_judged() -> None:
    assert [_judged(dw=dw)[0].verdict for dw in ("-19", "-19.0", "-19.04", "-19.1", "-18.96")] == [
        *("right", "right", "right", "wrong", "wrong"),
    ]


def test_a_step_along_wrong_gradients_keeps_its_marks() -> None:
    gradients, step = _judged(dw="-9.52", db="1", w_next="1.00952", b_next="0.999")
    assert (gradients.verdict, step.verdict, step.inherited) == ("wrong", "right", ("gradients",))


def test_an_uphill_step_is_named() -> None:
    assert _judged(w_next="0.98096", b_next="1.002")[0].mistakes == ("uphill",)


@pytest.mark.parametrize(("values", "word"), [({"dx": "1"}, "dx"), ({"dw": "two"}, "two"), ({"dw": "nan"}, "finite")])
def test_what_is_no_value_is_refused_by_name(values: dict[str, str], word: str) -> None:
    with pytest.raises(InputError, match=word):
        _judged(**values)


@pytest.mark.parametrize(
    ("text", "half"), [("-9.52", 0.005), ("1", 0.5), ("1.50e+03", 5.0), ("2e-3", 5e-4), ("0.1423", 5e-5)]
)
def test_a_printed_number_stands_for_half_a_unit_of_its_last_digit(text: str, half: float) -> None:
    assert printed(text).half == pytest.approx(half, rel=1e-9)


def test_a_list_of_doubles_is_exact_however_short_some_of_them_look() -> None:
    four, other = printed_list(["4.0", "0.30000000000000004"])
    assert four.half < 1e-15
    assert other.half < 1e-16


def test_a_list_to_four_places_is_exact_to_four_places() -> None:
    assert {number.half for number in printed_list(["152792.8281", "0.1423"])} == {printed("0.0001").half}


@pytest.mark.parametrize(
    "values",
    [
        {"dw": "-19.0400009", "db": "2.00000024", "loss": "13.3520021"},
        {"db": "2.000000238418579", "w_next": "1.0190399885177612"},
        {"b_next": "0.9980000257492065", "w_next": "1.01904"},
    ],
)
def test_the_digits_that_torch_prints_are_right(values: dict[str, str]) -> None:
    assert [finding.verdict for finding in _judged(**values) if finding.verdict != "right"] == []


def test_a_difference_beyond_the_rounding_of_float32_is_wrong_however_many_digits_are_given() -> None:
    assert [_judged(db=db)[0].verdict for db in ("2.00100000", "1.99900000")] == ["wrong", "wrong"]


def test_wrong_digits_of_float32_are_named_like_those_of_paper() -> None:
    assert _judged(dw="-9.52000046", db="1.00000012")[0].mistakes == ("missing-factor-two",)
    found = _judged(dw="-9.52000046", db="1.00000012", w_next="1.0095200538635254", b_next="0.9990000128746033")
    assert found[1].inherited == ("gradients",)


def test_a_minus_sign_out_of_a_document_is_a_minus_sign() -> None:
    assert _judged(dw="−19.04")[0].verdict == "right"


@pytest.mark.parametrize(
    ("values", "words"), [({"dw": "-17.1", "db": "1.3"}, "each r, r² and r·x"), ({"w_next": "7"}, "on paper")]
)
def test_numbers_from_paper_are_sent_back_to_paper(values: dict[str, str], words: str) -> None:
    parts = explained(_judged(**values)[0], Messages("check", "en"), lambda line: Place(None, line))
    (cure,) = (part.text for part in parts if part.kind == "try")
    assert words in cure
    assert "function" not in cure


@pytest.mark.parametrize(("value", "text"), [(1150.0, "1150"), (12.345, "12.3"), (0.05, "0.05"), (123456.0, "123000")])
def test_a_percentage_is_written_without_an_exponent(value: float, text: str) -> None:
    assert percent(value) == text


def test_only_the_numbers_that_are_written_are_shown() -> None:
    parts = explained(_judged(dw="200")[0], Messages("check", "en"), lambda line: Place(None, line))
    assert [part.text for part in parts if part.kind in ("given", "expected")] == ["dw = 200", "dw = -19.04"]


def test_a_step_that_does_not_follow_the_gradients_that_are_written_is_wrong() -> None:
    _, step = _judged(dw="-9.52", db="1", w_next="7")
    assert (step.verdict, step.inherited, step.points) == ("wrong", (), 0.0)


def test_a_mistake_that_divides_by_zero_in_the_lesson_explains_nothing() -> None:
    alone = replace(load("height-weight"), x=(Fraction(2),), y=(Fraction(5),))
    (finding,) = diagnose_values({"loss": "-4"}, alone)
    assert (finding.verdict, finding.mistakes) == ("wrong", ("wrong-sign",))


def test_numbers_for_a_lesson_with_several_features_are_refused() -> None:
    with pytest.raises(InputError, match="height-weight: "):
        diagnose_values({"dw": "1"}, replace(load("height-weight"), w=(Fraction(0), Fraction(0))))
