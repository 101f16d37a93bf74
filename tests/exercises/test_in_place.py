"""Functions that change their arrays: judged by their values, their callers on copies; named where they fail by it."""

from array import array
from math import inf, nan

from compare.exercises.findings import EVERY_TRIAL, RIGHT, WRONG, ExerciseFinding
from compare.exercises.formulas.arrays import Array
from compare.exercises.in_place import _filled, because_of_it, changing
from compare.exercises.sources import Place
from compare.reports.answer.explained import explained
from compare.reports.language import Messages
from compare.sandbox.calls import Answer, Results, SourceFailure
from tests.answers import found, found_in_all, one

SQUARES = "def mse(yp, y):\n    yp -= y\n    return (yp*yp).mean()"
PREDICTS = "def predict(x, w, b):\n    x *= w\n    x += b\n    return x"
CALLS = "def gradients(x, y, w, b):\n    r = predict(x, w, b) - y\n    return 2*(r*x).mean(), 2*r.mean()"
CENTRES = "def gradients(x, y, w, b):\n    y -= y.mean()\n    r = w*x + b - y\n    return 2*(r*x).mean(), 2*r.mean()"
TRAINS = """
    def train(x, y, w, b, lr, epochs):
        losses = []
        for _ in range(epochs + 1):
            p = w*x + b
            losses.append(mse(p, y))
            w, b = w - lr*2*((p - y)*x).mean(), b - lr*2*(p - y).mean()
        return losses
"""


def never(*asked: object) -> SourceFailure:
    raise AssertionError(asked)


def said(finding: ExerciseFinding) -> str:
    return "\n".join(part.text for part in explained(finding, Messages("check", "en"), lambda line: Place(None, line)))


def test_a_function_that_changes_its_arrays_is_judged_by_its_values_with_a_note() -> None:
    finding = found("mse", SQUARES)
    assert (finding.verdict, finding.equal, finding.notes) == (RIGHT, EVERY_TRIAL, ("changed-input:yp",))
    assert "it changes the array yp" in said(finding)


def test_what_calls_it_is_judged_on_copies() -> None:
    finding = found_in_all(predict=PREDICTS, mse=SQUARES, gradients=CALLS, train=TRAINS)
    assert {exercise.verdict for exercise in finding.exercises} == {RIGHT}
    assert one(finding, "gradients").equal == one(finding, "train").equal == EVERY_TRIAL
    assert [exercise.name for exercise in finding.exercises if exercise.notes] == ["predict", "mse"]


def test_a_caller_that_is_wrong_by_itself_stays_wrong() -> None:
    finding = found_in_all(mse=SQUARES, train=TRAINS.replace("lr*2*((p", "lr*((p"))
    assert one(finding, "train").verdict == WRONG
    assert one(finding, "mse").verdict == RIGHT


def test_where_the_values_are_right_for_what_is_left_behind_that_is_the_reason() -> None:
    finding = found("gradients", CENTRES)
    assert (finding.verdict, finding.mistakes) == (WRONG, ("changes-its-inputs",))
    assert "It changes y itself" in said(finding)
    assert "r = y - … in the place of y -= …" in said(finding)
    other = found("mse", "def mse(yp, y):\n    yp -= 0.25\n    return ((yp - y)**2).mean() + y[0]")
    assert other.mistakes == ()  # right for nothing that it leaves behind
    assert "it changes the array yp" in said(other)
    twice = found("dmse_dyp", "def dmse_dyp(yp, y):\n    yp -= y\n    return 2*(yp - y)/len(y)")
    assert twice.mistakes == ("changes-its-inputs",)


def test_another_mistake_in_a_function_that_changes_its_arrays_is_named() -> None:
    finding = found("mse", SQUARES.replace(".mean()", ".sum()"))
    assert finding.mistakes == ("sum-not-mean",)


def test_nothing_is_asked_where_nothing_changes_or_nothing_is_wrong() -> None:
    assert because_of_it(b"", {}, {}, never, never) == set()
    answers = [Answer(name, None, "", None, None, Results((), array("d")), notes) for name, notes in (
        ("mse", ("changed-input:yp",)), ("predict", ("count:3",)), ("train", ()),
    )]  # fmt: skip
    assert changing(answers) == ["mse"]


def test_what_is_left_behind_is_read_back_number_by_number() -> None:
    trial = {"x": (1.0, 2.0), "w": 3.0, "epochs": 2}
    assert _filled(trial, array("d", [5.0, 6.0, 7.0, 2.0])) == {"x": (5.0, 6.0), "w": 7.0, "epochs": 2}
    matrix = _filled({"X": Array((1, 2), [1.0, 2.0]), "w": 3.0}, array("d", [5.0, 6.0, 7.0]))
    assert (matrix["X"].shape, matrix["X"].entries, matrix["w"]) == ((1, 2), [5.0, 6.0], 7.0)
    for entries in ([5.0, 6.0, 7.0], [5.0, 6.0, 7.0, 2.0, 1.0], [5.0, inf, 7.0, 2.0], [nan, 6.0, 7.0, 2.0]):
        assert _filled(trial, array("d", entries)) == {}
