"""Numbers from paper: judged to the digits given, explained by the same table."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from compare.errors import InputError
from compare.exercises.course import Course, read
from compare.exercises.digits import printed, printed_list
from compare.exercises.findings import Counterexample, ExerciseFinding
from compare.exercises.records.paper import diagnose_values
from compare.exercises.sources import Place
from compare.exercises.table.programs import OUTPUTS
from compare.lessons import load
from compare.reports.answer.differences import percent
from compare.reports.answer.explained import explained
from compare.reports.language import Messages

COURSE = read()


def _judged(**values: str) -> tuple[ExerciseFinding, ...]:
    return diagnose_values(values, load("height-weight"), COURSE)


def test_the_numbers_of_the_lesson_are_right() -> None:
    recorded = load("height-weight").recorded
    found = _judged(**{name: recorded[name] for name in ("loss", "dw", "db", "w_next", "b_next")})
    assert [finding.name for finding in found] == ["mse", "gradients", "sgd_step"]
    assert all(finding.verdict == "right" for finding in found)


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({"dw": "-9.52", "db": "1"}, ("missing-factor-two",)),
        ({"db": "1.0"}, ("missing-factor-two",)),  # that the loss is not squared would be rare
        ({"dw": "-95.2"}, ("sum-not-mean",)),
        ({"db": "5"}, ()),  # the first row alone would give it, as would much else
        ({"db": "5.40000"}, ("only-first-row",)),
        ({"dw": "-47.6"}, ()),  # a sum, and no 2; but of so few digits pairs explain much
        ({"dw": "-47.6", "db": "5.0"}, ("missing-factor-two", "sum-not-mean")),
        ({"dw": "-9.52"}, ("missing-factor-two",)),
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
    (finding,) = diagnose_values({"loss": "-4"}, alone, COURSE)
    assert (finding.verdict, finding.mistakes) == ("wrong", ("wrong-sign",))


def test_numbers_for_a_lesson_with_several_features_are_refused() -> None:
    with pytest.raises(InputError, match="height-weight: "):
        diagnose_values({"dw": "1"}, replace(load("height-weight"), w=(Fraction(0), Fraction(0))), COURSE)


X, Y = [-5.0, 5.0, 0.0, 2.0, -2.0], [-6.7, 10.3, -3.3, 5.0, -5.3]  # height-weight, centred
STEP = {"w": 1.0, "b": 1.0, "dw": -19.04, "db": 2.0, "lr": 0.001}
LESSON = load("height-weight")
YP = [-4.0, 6.0, 1.0, 3.0, -1.0]
SIZES = [abs(x) + 1 + abs(y) for x, y in zip(X, Y, strict=True)]  # |wx| + |b| + |y|
LARGE = {  # the sums of the absolute monomials; a step's with those of its gradient
    "loss": sum((abs(yp) + abs(y)) ** 2 for yp, y in zip(YP, Y, strict=True)) / 5,
    "dw": 2 / 5 * sum(abs(x) * size for x, size in zip(X, SIZES, strict=True)),
    "db": 2 / 5 * sum(SIZES),
}
LARGE |= {"w_next": 1.0 + 0.001 * LARGE["dw"], "b_next": 1.0 + 0.001 * LARGE["db"]}


@pytest.mark.parametrize(
    ("values", "outputs", "points", "mistakes", "example"),
    [
        (
            {"loss": "66.8"},
            ("loss",),
            0.0,
            ("sum-not-mean",),
            Counterexample({"yp": [-4.0, 6.0, 1.0, 3.0, -1.0], "y": Y}, 66.8, 13.352),
        ),
        (
            {"dw": "-9.5", "db": "2"},
            ("dw",),
            2.0,
            ("missing-factor-two",),
            Counterexample({"x": X, "y": Y, "w": 1.0, "b": 1.0}, [-9.5, 2.0], [-19.04, 2.0]),
        ),
        (
            {"dw": "-9.5"},
            ("dw",),
            0.0,
            ("missing-factor-two",),
            Counterexample({"x": X, "y": Y, "w": 1.0, "b": 1.0}, [-9.5, None], [-19.04, 2.0]),
        ),
        (
            {"db": "-2.0", "dw": "19.0"},
            ("dw", "db"),
            0.0,
            ("wrong-sign",),
            Counterexample({"x": X, "y": Y, "w": 1.0, "b": 1.0}, [19.0, -2.0], [-19.04, 2.0]),
        ),
        (
            {"b_next": "1.002"},
            ("b",),
            0.0,
            ("uphill",),
            Counterexample(STEP, [None, 1.002], [1.01904, 0.998]),
        ),
        (
            {"w_next": "1.01904", "b_next": "1.0000"},
            ("b",),
            0.0,
            ("bias-not-updated",),
            Counterexample(STEP, [1.01904, 1.0], [1.01904, 0.998]),
        ),
    ],
)
def test_a_wrong_number_is_shown_with_its_inputs_its_truth_and_its_name(
    values: dict[str, str],
    outputs: tuple[str, ...],
    points: float,
    mistakes: tuple[str, ...],
    example: Counterexample,
) -> None:
    (finding,) = _judged(**values)
    assert (finding.verdict, finding.reason, finding.tries) == ("wrong", "value", 1)
    assert (finding.outputs, finding.output, finding.points, finding.mistakes) == (
        *(outputs, outputs[0], points, mistakes),
    )
    assert finding.counterexample == example


@pytest.mark.parametrize(
    ("name", "text", "truth"),
    [
        ("loss", "13.4521", 13.352),
        ("dw", "-19.14", -19.04),
        ("db", "1.9", 2.0),
        ("w_next", "1.11904", 1.01904),
        ("b_next", "1.098000", 0.998),
    ],
)
def test_a_number_may_be_off_by_its_last_digit_and_by_the_rounding_of_float32(
    name: str, text: str, truth: float
) -> None:
    """Some ten roundings of all monomials, and any other order of them: between 2⁻²⁴ and 2⁻¹⁸ of their sum."""
    (finding,) = _judged(**{name: text})
    assert (finding.got, finding.truth) == (float(text), truth)
    assert finding.off == abs(float(text) - truth)
    assert finding.allowance is not None
    assert 2.0**-24 < (finding.allowance - printed(text).half) / LARGE[name] < 2.0**-18


def test_right_numbers_have_all_the_points_of_their_exercises() -> None:
    found = _judged(loss="13.352", db="2", b_next="0.998")
    assert found == tuple(
        ExerciseFinding(name, "right", of, of, tries=1, names=OUTPUTS[name])
        for name, of in (("mse", 2.0), ("gradients", 4.0), ("sgd_step", 2.0))
    )


@pytest.mark.parametrize(
    ("values", "follows"),
    [
        ({"dw": "-9.5", "w_next": "1.0095"}, True),
        ({"dw": "-9.5", "w_next": "1.009549"}, True),
        ({"dw": "-9.5", "w_next": "1.0095505"}, True),
        ({"dw": "-9.5", "w_next": "1.009560"}, False),
        ({"dw": "-9.5", "w_next": "1.009440"}, False),
        ({"dw": "-9.5", "w_next": "0.9905"}, False),
        ({"dw": "1000000000.0", "w_next": "-999999.03"}, True),
        ({"dw": "1000000000.0", "w_next": "-999989.00"}, False),
        ({"db": "1.0", "b_next": "0.9990"}, True),
        ({"db": "1.0", "b_next": "1.0010"}, False),
        ({"dw": "-9.5", "b_next": "0.9990"}, False),
        ({"dw": "-9.5", "db": "1.0", "w_next": "1.0095", "b_next": "0.9990"}, True),
        ({"dw": "-9.5", "db": "1.0", "w_next": "1.0095", "b_next": "0.5"}, False),
        ({"dw": "-9.5", "db": "1.0", "w_next": "1.5", "b_next": "0.9990"}, False),
        ({"dw": "-9.5", "w_next": "1.0095", "b_next": "0.9980"}, True),
    ],
)
def test_a_step_follows_the_gradients_that_are_written_to_their_digits(values: dict[str, str], follows: bool) -> None:
    finding = _judged(**values)[-1]
    assert (finding.verdict, finding.inherited, finding.points) == (
        ("right", ("gradients",), 2.0) if follows else ("wrong", (), 0.0)
    )


def test_every_parameter_follows_from_its_own_start() -> None:
    lesson = replace(LESSON, b=Fraction(5))
    found = diagnose_values({"dw": "-9.5", "db": "1.0", "w_next": "1.0095", "b_next": "4.9990"}, lesson, COURSE)
    assert [finding.inherited for finding in found] == [(), ("gradients",)]


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({"w_next": "20.0"}, ("missing-learning-rate",)),
        ({"w_next": "20.0400009155", "b_next": "-1.0"}, ("missing-learning-rate",)),
        ({"w_next": "-18.04"}, ("missing-learning-rate", "uphill")),
        ({"w_next": "1.01904", "b_next": "1.0000"}, ("bias-not-updated",)),
        ({"loss": "3.65404"}, ("root-mean-square",)),
        ({"dw": "2e1"}, ()),  # a wrong sign, or no target, or …
        ({"w_next": "1.00952"}, ("missing-factor-two",)),  # in the gradient that it followed
        ({"w_next": "1.00952", "b_next": "0.999"}, ("missing-factor-two",)),
        ({"w_next": "1.0952", "b_next": "0.99"}, ("sum-not-mean",)),
        ({"db": "10"}, ("sum-not-mean",)),  # an array that was spread out would give it, too
    ],
)
def test_the_only_mistake_that_gives_a_number_is_named(values: dict[str, str], names: tuple[str, ...]) -> None:
    (finding,) = _judged(**values)
    assert (finding.verdict, finding.mistakes) == ("wrong", names)


def test_two_mistakes_of_the_very_same_numbers_are_both_told() -> None:
    (finding,) = _judged(dw="2.000")
    assert {finding.mistakes, finding.also} == {("missing-x",), ("swapped",)}


def test_a_step_along_a_wrong_gradient_is_said_to_have_a_wrong_gradient() -> None:
    (finding,) = _judged(w_next="1.00952")
    assert (finding.name, finding.fault) == ("sgd_step", "gradient")
    assert _judged(w_next="0.98096")[0].fault is None


@pytest.mark.parametrize("text", ["inf", "-nan", "1e999", "", "1,5", "0x10"])
def test_only_a_finite_number_is_judged(text: str) -> None:
    with pytest.raises(InputError, match=rf"^db: '{text}' is not a finite number; write it like db=-9\.52$"):
        _judged(db=text)


def test_a_name_that_no_exercise_has_is_answered_with_those_that_are_known() -> None:
    with pytest.raises(InputError, match=r"^w: not a value of a lesson; give one of loss, dw, db, w_next, b_next$"):
        _judged(w="1")


def test_a_zero_that_is_written_beyond_all_digits_is_read() -> None:
    assert _judged(db="0e999")[0].verdict == "wrong"  # no less than a 0
    assert _judged(db="1e-9999999999999999999")[0].got == 0.0


def test_the_points_are_those_of_the_course_which_asks_for_no_more_numbers() -> None:
    rules = COURSE._replace(points={"gradients": 7.0})
    (finding,) = diagnose_values({"dw": "-19.04", "db": "1"}, LESSON, rules)
    assert (finding.name, finding.of, finding.points) == ("gradients", 7.0, 3.5)
    with pytest.raises(InputError, match=r"^loss: not a value of a lesson; give one of dw, db$"):
        diagnose_values({"loss": "13.352"}, LESSON, rules)


HALVES = """
def half_loss(x: n, y: n, w: one, b: one):
    cost = mean((w*x + b - y)**2)/2
    return cost

@gradient_of(half_loss, w, b)
def slopes(x: n, y: n, w: one, b: one):
    r = w*x + b - y
    dj_dw, dj_db = mean(r*x), mean(r)
    return dj_dw, dj_db

def move(w: one, b: one, dj_dw: one, dj_db: one, lr: rate):
    w, b = w - lr*dj_dw, b - lr*dj_db
    return w, b
"""


@pytest.fixture(scope="module")
def halves(tmp_path_factory: pytest.TempPathFactory) -> Course:
    folder = tmp_path_factory.mktemp("course")
    (folder / "halves.py").write_text(HALVES)
    (folder / "week.toml").write_text('reference = "halves.py"\n[exercises]\nhalf_loss = 1\nslopes = 4\nmove = 2\n')
    return read(folder / "week.toml")


def test_a_course_of_ones_own_formulas_has_its_own_numbers(halves: Course) -> None:
    right = {"cost": "6.676", "dj_dw": "-9.52", "dj_db": "1", "w_next": "1.00952", "b_next": "0.999"}
    found = diagnose_values(right, LESSON, halves)
    assert [(one.name, one.verdict, one.points) for one in found] == [
        *(("half_loss", "right", 1.0), ("slopes", "right", 4.0), ("move", "right", 2.0)),
    ]
    with pytest.raises(InputError, match="dw: not a value of a lesson; give one of cost, dj_dw, dj_db, w_next, b_next"):
        diagnose_values({"dw": "1"}, LESSON, halves)


@pytest.mark.parametrize(
    ("values", "names", "points"),
    [
        ({"dj_dw": "-19.040", "dj_db": "1.000"}, ("factor-two-too-many(dj_dw)",), 2.0),
        ({"dj_dw": "9.5200", "dj_db": "-1.0000"}, ("turned(w * x + b - y)",), 0.0),
        ({"cost": "13.352"}, ("doubled(cost)",), 0.0),
        ({"dj_dw": "-7.7", "dj_db": "1.000"}, (), 2.0),
        ({"w_next": "0.99048"}, ("wrong-sign(lr * dj_dw)",), 0.0),
    ],
)
def test_its_slips_are_named_and_told(
    halves: Course, values: dict[str, str], names: tuple[str, ...], points: float
) -> None:
    (finding,) = diagnose_values(values, LESSON, halves)
    assert (finding.verdict, finding.mistakes, finding.points) == ("wrong", names, points)
    for language in ("en", "ko"):
        assert explained(finding, Messages("check", language), lambda line: Place(None, line))


def test_its_steps_follow_the_slopes_that_are_written(halves: Course) -> None:
    slopes, step = diagnose_values({"dj_dw": "-19.04", "w_next": "1.01904"}, LESSON, halves)
    assert (slopes.verdict, step.verdict, step.inherited) == ("wrong", "right", ("slopes",))


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"dj_dw": "-9"}, "the loss is 21.996 at w = 0 and 2.956 at w = 2"),
        ({"cost": "13"}, "= 6.676"),
        ({"w_next": "2.0"}, "w = 1 - 0.001*(-9.52) = 1.00952"),
    ],
)
def test_the_right_number_is_found_by_hand_from_the_courses_formulas(
    halves: Course, values: dict[str, str], line: str
) -> None:
    (finding,) = diagnose_values(values, LESSON, halves)
    parts = explained(finding, Messages("check", "en"), lambda where: Place(None, where))
    assert line in " ".join(part.text for part in parts if part.kind == "hand")


def test_a_course_that_asks_for_nothing_of_a_lessons_is_refused() -> None:
    with pytest.raises(InputError, match=r"^height-weight: no exercise of this course gives numbers"):
        diagnose_values({"dw": "1"}, LESSON, read(Path("logistic")))
