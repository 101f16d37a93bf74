"""Right, given a student's own earlier steps: what passes on, what does not, and what the course makes of it."""

import pytest

from compare.exercises import course
from compare.exercises.course import Formulas
from compare.exercises.judge import examine
from compare.exercises.judging import Case
from compare.exercises.kernel import Kernel
from compare.exercises.reference import followed, prepared, text
from compare.exercises.reference.mistakes import explained as explained_by
from compare.exercises.sources import Place
from compare.reports.answer.explained import explained
from compare.reports.language import Messages
from compare.sandbox.calls import Limits
from compare.sandbox.run import Sandbox
from tests.exercises.reference.test_line import LINE

RIGHT = """
import numpy as np
def predict(x, w, b): return w*x + b
def mse(yp, y): return ((yp - y)**2).mean()
def dmse_dyp(yp, y):
    return 2*(yp - y)/len(y)
def gradients(x, y, w, b):
    d = dmse_dyp(predict(x, w, b), y)
    return (d*x).sum(), d.sum()
def sgd_step(w, b, dw, db, lr): return w - lr*dw, b - lr*db
def train(x, y, w, b, lr, epochs):
    losses = []
    for _ in range(epochs + 1):
        losses.append(mse(predict(x, w, b), y))
        dw, db = gradients(x, y, w, b)
        w, b = sgd_step(w, b, dw, db, lr)
    return losses
"""
POINTS = {"predict": 1.0, "mse": 1.0, "dmse_dyp": 1.0, "gradients": 2.0, "sgd_step": 1.0, "train": 2.0}
MSE, SLOPE, PREDICT = "((yp - y)**2).mean()", "2*(yp - y)/len(y)", "return w*x + b"


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox() as one:
        yield one


@pytest.fixture
def judge(sandbox):
    def judged(*changes, follow_through="scaled", source=RIGHT):
        for old, new in changes:
            assert old in source
            source = source.replace(old, new)
        rules = course.read()._replace(formulas=Formulas("line.py", LINE.decode()), points=POINTS)
        finding = examine(source.encode(), rules._replace(follow_through=follow_through), sandbox)
        return {one.name: one for one in finding.exercises}

    return judged


def wrong(found):
    return {name: one.inherited for name, one in found.items() if one.verdict != "right" or one.inherited}


def test_all_right_inherits_nothing(judge):
    assert wrong(judge()) == {}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([(SLOPE, "(yp - y)/len(y)")], {"dmse_dyp": (), "gradients": ("dmse_dyp",), "train": ("dmse_dyp",)}),
        ([(SLOPE, "2*(yp - y)")], {"dmse_dyp": (), "gradients": ("dmse_dyp",), "train": ("dmse_dyp",)}),
        ([(SLOPE, "2*(y - yp)/len(y)")], {"dmse_dyp": (), "gradients": ("dmse_dyp",), "train": ("dmse_dyp",)}),
        ([(MSE, "((yp - y)**2).sum()")], {"mse": (), "train": ("mse",)}),
        ([(MSE, "((yp - y)**2).mean()/2"), (SLOPE, "(yp - y)/len(y)")],
         {"mse": (), "dmse_dyp": ("mse",), "gradients": ("dmse_dyp",), "train": ("mse", "dmse_dyp")}),
        ([(MSE, "((yp - y)**2).sum()/(len(y) - 1)"), (SLOPE, "2*(yp - y)/(len(y) - 1)")],
         {"mse": (), "dmse_dyp": ("mse",), "gradients": ("dmse_dyp",), "train": ("mse", "dmse_dyp")}),
        ([(PREDICT, "return w*x")], {"predict": (), "gradients": ("predict",), "train": ("predict",)}),
    ],
)  # fmt: skip
def test_a_multiple_of_a_loss_or_slope_and_a_known_prediction_pass_on(judge, changes, expected):
    found = judge(*changes)
    assert wrong(found) == expected
    for name, steps in expected.items():
        assert found[name].points == (POINTS[name] if steps else 0.0)
        assert not found[name].confirm


@pytest.mark.parametrize(
    "changes",
    [
        [(MSE, "((yp - y)**2).mean() + yp[0]"), (SLOPE, "2*(yp - y)/len(y) + np.eye(len(y))[0]")],
        [(MSE, "yp[0] + y[0]"), (SLOPE, "np.eye(len(y))[0]")],
        [(MSE, "abs(yp - y).mean()"), (SLOPE, "np.sign(yp - y)/len(y)")],
        [(MSE, "((yp - y)**2).mean()/2"), (SLOPE, "2*(yp - y)")],
        [(MSE, "((yp - y)**2).mean()*2"), (SLOPE, "(yp - y)/len(y)")],
    ],
)
def test_what_is_no_multiple_passes_on_no_point(judge, changes):
    found = judge(*changes)
    assert {name: one.points for name, one in found.items() if one.verdict != "right"}["dmse_dyp"] == 0.0
    assert found["dmse_dyp"].inherited == ()


def test_a_slope_of_another_loss_says_why_it_gives_nothing(judge):
    found = judge((MSE, "((yp - y)**2).mean() + yp[0]"), (SLOPE, "2*(yp - y)/len(y) + np.eye(len(y))[0]"))
    assert found["dmse_dyp"].notes == ("other-loss:mse",)
    for language in ("en", "ko"):
        said = explained(found["dmse_dyp"], Messages("check", language), lambda line: Place(None, line))
        assert any("mse" in part.text for part in said if part.kind == "note")


def test_a_slope_that_is_a_multiple_says_nothing_of_another_loss(judge):
    found = judge((MSE, "((yp - y)**2).mean()/2"), (SLOPE, "2*(yp - y)**2"))
    assert found["dmse_dyp"].notes == ()


def test_what_calls_a_step_that_passes_nothing_on_is_run_with_a_right_one(judge):
    found = judge((SLOPE, "(yp - y)**2"))
    assert wrong(found) == {"dmse_dyp": (), "gradients": ("dmse_dyp",), "train": ("dmse_dyp",)}
    assert [(found[name].verdict, found[name].confirm) for name in ("gradients", "train")] == [("wrong", True)] * 2
    assert (found["gradients"].points, found["gradients"].mistakes) == (0.0, ())


def test_a_course_may_give_that_its_marks_or_follow_nothing(judge):
    found = judge((SLOPE, "(yp - y)/len(y) + 1"), follow_through="any")
    assert [(found[name].verdict, found[name].points) for name in ("gradients", "train")] == [("right", 2.0)] * 2
    found = judge((SLOPE, "(yp - y)/len(y)"), follow_through="none")
    assert [(found[name].verdict, found[name].inherited) for name in ("gradients", "train")] == [("wrong", ())] * 2
    assert not any(one.confirm or one.mended for one in found.values())


def test_a_step_that_is_not_written_yet_makes_what_calls_it_unchecked(judge):
    found = judge((PREDICT, "raise NotImplementedError"))
    assert wrong(found) == {"predict": (), "gradients": ("predict",), "train": ("predict",)}
    assert {one.verdict for name, one in found.items() if name in wrong(found)} == {"unchecked"}
    assert found["gradients"].points == 0.0


def test_an_exercise_with_a_mistake_of_its_own_inherits_nothing(judge):
    found = judge((SLOPE, "(yp - y)/len(y)"), ("(d*x).sum(), d.sum()", "(d*x).sum(), d.mean()"))
    assert wrong(found)["gradients"] == ()
    assert not found["gradients"].confirm


def test_a_step_that_gives_two_values_for_one_input_passes_nothing_on(judge):
    changes = (SLOPE, "(1 + len(C) % 2)*(yp - y)/len(y) + 0*len(C.append(1) or C)"), ("import", "C = []\nimport")
    found = judge(*changes)
    assert found["dmse_dyp"].reason == "changes"
    assert found["gradients"].inherited == () or found["gradients"].confirm


def test_right_steps_bring_what_they_call_and_hide_no_name_of_the_answer():
    reference = text.parse("line.py", LINE)
    source = followed.with_right(b"sum = 5\ntrain = 7\n", reference, ("gradients",)).decode()
    names = {}
    exec(source, names)
    assert (names["sum"], names["train"]) == (5, 7)
    assert names["gradients"].__name__ == "gradients"
    assert {"predict", "mse", "sigmoid", "np"} & set(names) == set()
    assert "def train(" not in source
    assert "def predict(" in source


def test_what_calls_a_function_that_changes_its_arrays_is_judged_on_copies(judge):
    in_place = f"def mse(yp, y): return {MSE}", "def mse(yp, y):\n    yp -= y\n    return (yp**2).mean()"
    calls = "d = dmse_dyp(predict(x, w, b), y)", "p = predict(x, w, b); mse(p, y); d = dmse_dyp(p, y)"
    found = judge(in_place, calls)
    assert {name: one.verdict for name, one in found.items()} == dict.fromkeys(POINTS, "right")


def test_what_is_right_for_the_arrays_that_it_leaves_behind_is_named_so(judge):
    found = judge((f"return {SLOPE}", "y -= y.mean()\n    return 2*(yp - y)/len(y)"))
    assert (found["dmse_dyp"].verdict, found["dmse_dyp"].mistakes) == ("wrong", ("changes-its-inputs",))


def test_an_own_step_is_asked_once_for_each_input(judge, monkeypatch):
    asked, learn = [], followed.Own.learn

    def noted(self, needed):
        asked.extend((id(self), key) for key in needed)
        return learn(self, needed)

    monkeypatch.setattr(followed.Own, "learn", noted)
    assert judge((SLOPE, "(yp - y)/len(y)"))["train"].inherited == ("dmse_dyp",)
    assert len(set(asked)) == len(asked) > 100


def test_what_a_run_has_computed_of_its_steps_is_not_computed_again(monkeypatch):
    rules = course.read()._replace(formulas=Formulas("line.py", LINE.decode()), points=POINTS)
    exercises, names = prepared.of_course(rules), {}
    exec(RIGHT, names)
    kernel = Kernel({"gradients": names["gradients"]})
    own = followed.Own(exercises, lambda asked: kernel.run(b"", asked, Limits()))
    train = exercises["train"]
    cases = [Case(one.trial, followed.as_values(one.truth)) for one in train.trials if one.kind == "ordinary"]
    runs, call = [], followed.Run.call
    monkeypatch.setattr(followed.Run, "call", lambda self, name, given: runs.append(name) or call(self, name, given))
    assert followed.follows(train, cases, ("gradients",), own)
    losses = sum(case.trial["epochs"] + 1 for case in (*cases[: followed.FIRST], *cases))
    assert runs.count("mse") == 2 * losses  # the call, and the run that answers it
    assert runs.count("train") > 2 * len(cases)  # taken up again with each answer


def test_a_mistake_that_was_seen_once_is_not_computed_again(judge, monkeypatch):
    again = SLOPE, "2*(yp + y)/len(y)"
    first = judge(again)["dmse_dyp"]

    def never(*_):
        raise AssertionError("an edit was run once more")

    monkeypatch.setattr(explained_by, "Run", never)
    found = judge(again)["dmse_dyp"]
    assert found.mistakes == first.mistakes != ()
