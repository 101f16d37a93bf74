"""What may explain a wrong answer: one mistake, or two of different names that leave each other's fields alone."""

from compare.exercises.findings import GRADIENT
from compare.exercises.table.formulas import Formula
from compare.exercises.table.hypotheses import of, of_one, of_two, two_of
from compare.exercises.table.mistakes import Mistake, Variant, singles
from compare.exercises.table.programs import Program


def _mistake(name: str, **fields: dict[str, object]) -> Mistake:
    return Mistake(name, Variant(**fields), GRADIENT)


HALVED = _mistake("halved", slope={"halved": True})
NO_BIAS = _mistake("no-bias", loss={"bias": False}, slope={"bias": False})
NO_BIAS_IN_LOSS = _mistake("no-bias", loss={"bias": False})
NO_TARGET = _mistake("a-target", loss={"target": False})
UPHILL = _mistake("uphill", loop={"direction": 1})
UPHILL_TOO = _mistake("up", loop={"direction": 1, "more": 1})


def test_a_hypothesis_is_the_right_program_with_its_mistakes_in_it() -> None:
    found = of([UPHILL, HALVED, NO_TARGET])
    assert found.mistakes == (UPHILL, HALVED, NO_TARGET)
    assert found.names == ("a-target", "halved", "uphill")
    assert found.program == Program(loss=Formula(target=False), slope=Formula(halved=True), direction=1)


def test_a_name_that_two_of_them_have_is_said_once() -> None:
    assert of(iter([NO_BIAS, NO_BIAS_IN_LOSS])).names == ("no-bias",)


def test_mistakes_can_be_put_into_another_program_than_the_right_one() -> None:
    start = Program(before=1, slope=Formula(sign=-1))
    assert of([HALVED], start).program == Program(before=1, slope=Formula(sign=-1, halved=True))
    assert of([], start) == ((), (), start, ())


def test_two_have_different_names_and_share_no_field() -> None:
    known = [HALVED, NO_BIAS, NO_BIAS_IN_LOSS, NO_TARGET, UPHILL, UPHILL_TOO]
    together = {(one.name, other.name) for one, other in two_of([UPHILL, UPHILL_TOO])}
    assert together == set()
    assert list(two_of(known)) == [
        *((HALVED, other) for other in known[1:]),
        *((NO_BIAS, other) for other in known[3:]),
        *((NO_BIAS_IN_LOSS, other) for other in known[3:]),
        *((NO_TARGET, other) for other in known[4:]),
    ]


def test_an_exercise_has_every_coding_of_its_mistakes_and_every_two_of_them() -> None:
    assert [one.mistakes for one in of_one("sgd_step")] == [(mistake,) for mistake in singles("sgd_step")]
    assert [one.names for one in of_two("sgd_step")][:4] == [
        ("missing-learning-rate", "uphill"),
        ("learning-rate-twice", "uphill"),
        ("bias-not-updated", "uphill"),
        ("swapped-slopes", "uphill"),
    ]
    assert of_two("sgd_step")[0].program == Program(direction=1, rate=0)
