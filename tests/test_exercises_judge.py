"""No right answer fails, however unusual; no wrong one passes, however nearly right."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compare.exercises.course import read
from compare.exercises.judge import examine
from compare.exercises.kernel import Kernel
from compare.sandbox.calls import TIMED_OUT, Exercise, Limits, SourceFailure
from tests.answers import RIGHT, found, found_in_all, source
from tests.right_codings import OTHERS, UNUSUAL

ALL_UNUSUAL = [("gradients", coding) for coding in UNUSUAL.values()] + OTHERS


@pytest.mark.parametrize(("task", "coding"), ALL_UNUSUAL)
def test_an_unusual_right_answer_passes(task: str, coding: str) -> None:
    finding = found(task, coding)
    assert (finding.verdict, finding.points) == ("right", finding.of), finding


def test_there_are_thirty_unusual_answers() -> None:
    assert len({coding for _, coding in ALL_UNUSUAL}) >= 30


def test_a_right_answer_gets_every_point() -> None:
    finding = found_in_all()
    assert finding.all_right
    assert finding.points == finding.of == 20


SLIGHTLY = [
    ("predict", "return w * x + b", ["1.0005 * w * x + b", "w * x + 1.0005 * b", "w * x * 0.9995 + b"]),
    ("mse", "return ((yp - y) ** 2).mean()", ["((1.0005 * yp - y) ** 2).mean()", "((yp - 0.9995 * y) ** 2).mean()",
                                              "1.0005 * ((yp - y) ** 2).mean()"]),
    ("dmse_dyp", "return 2 * (yp - y) / len(y)", ["2.001 * (yp - y) / len(y)", "2 * (yp - 1.0005 * y) / len(y)",
                                                  "2 * (yp - y) / len(y) * np.where(np.arange(len(y)), 1, 1.0005)"]),
    ("gradients", "dyp = 2 * (w * x + b - y) / len(y)", [
        "dyp = 2 * (1.0005 * w * x + b - y) / len(y)", "dyp = 2 * (w * x + 1.0005 * b - y) / len(y)",
        "dyp = 2 * (w * x + b - 1.0005 * y) / len(y)", "dyp = 1.999 * (w * x + b - y) / len(y)",
        "dyp = 2 * (w * x + b - y) / len(y) * np.where(np.arange(len(y)), 1, 1.0005)"]),
    ("gradients", "(dyp * x).sum(), dyp.sum()", [
        "1.0005 * (dyp * x).sum(), dyp.sum()", "(dyp * x).sum(), 0.9995 * dyp.sum()"]),
    ("sgd_step", "return w - lr * dw, b - lr * db", [
        "w - 1.0005 * lr * dw, b - lr * db", "w - lr * dw, 1.0005 * b - lr * db", "1.0005 * w - lr * dw, b - lr * db",
        "w - lr * dw, b - 1.0005 * lr * db"]),
    ("train", "lr * 2 * (r * x)", ["lr * 2.001 * (r * x)", "lr * 1.999 * (r * x)"]),
    ("train", "lr * 2 * r", ["lr * 2.001 * r"]),
    ("train", "append((r * r).mean())", ["append(1.0005 * (r * r).mean())"]),
    ("momentum_step", "momentum * v + dp", ["1.0005 * momentum * v + dp", "momentum * v + 1.0005 * dp"]),
    ("train_momentum", "momentum * vw", ["1.0005 * momentum * vw"]),
    ("train_momentum", "momentum * vb", ["1.0005 * momentum * vb"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("task", "coding"),
    [
        (task, RIGHT[task].replace(part, ("return " if part.startswith("return") else "") + other))
        for task, part, others in SLIGHTLY
        for other in others
    ],
)
def test_an_error_of_a_twentieth_of_a_percent_in_any_one_term_never_passes(task: str, coding: str) -> None:
    assert coding != RIGHT[task]
    finding = found(task, coding)
    assert (finding.verdict, finding.mistakes) == ("wrong", ())


FORMS = [  # equal ways to write each part of dw = 2/n Σ (w x + b − y) x
    [
        *("w * x + b - y", "b - (y - w * x)", "-(y - b - w * x)", "(w * x - y) + b"),
        "w * (x + (b - y) / w) if w else b - y",
    ],
    [
        *("2 * (r @ x) / n", "(2 / n) * sum(r * x)", "sum(x * (r / n) * 2)", "(r * x + x * r).mean()"),
        *("2 * np.dot(r / n, x)", "((r + x) @ (r + x) - (r - x) @ (r - x)) / (2 * n)"),
    ],
    ["2 * r.mean()", "sum(r + r) / n", "np.sum(2 / n * r)", "(r @ np.full(n, 2.0)) / n"],
    ["float", "np.float32", "np.array", "np.float64"],
]


@settings(max_examples=60)
@given(*(st.sampled_from(forms) for forms in FORMS))
def test_no_right_answer_of_random_algebraic_form_is_failed(r: str, dw: str, db: str, kind: str) -> None:
    coding = f"def gradients(x, y, w, b): n = len(x); r = {r}; return {kind}({dw}), {kind}({db})"
    assert found("gradients", coding).verdict == "right"


@settings(max_examples=60)
@given(st.floats(-6, 6).filter(lambda a: abs(a) > 1e-3), st.floats(-3, 3))
def test_no_shift_or_stretch_of_the_data_makes_a_right_answer_wrong(stretch: float, shift: float) -> None:
    """dw from the gradients of other parameters: u = (x − shift) / stretch is another x."""
    coding = (
        f"def gradients(x, y, w, b): u = (x - {shift}) / {stretch}; W, B = w * {stretch}, b + w * {shift}\n"
        f"    r = W * u + B - y; return {stretch} * 2 * (r * u).mean() + {shift} * 2 * r.mean(), 2 * r.mean()"
    )
    assert found("gradients", coding.replace(": u", ":\n    u")).verdict == "right"


SHAPES = [
    ("mse", "def mse(yp, y): return np.array([((yp - y) ** 2).mean()])", "shape"),
    ("predict", "def predict(x, w, b): return (w * x + b)[:, None]", "shape"),
    ("predict", "def predict(x, w, b): return (w * x + b)[None]", "shape"),
    ("dmse_dyp", "def dmse_dyp(yp, y): return 2 * (yp - y[:, None]) / len(y)", "shape"),
    ("gradients", "def gradients(x, y, w, b): r = w * x + b - y; return [2 * (r * x).mean()], [2 * r.mean()]", "shape"),
    ("predict", "def predict(x, w, b): return w * x[0] + b", "shape"),
    ("train", RIGHT["train"].replace("(r * r).mean()", "[(r * r).mean()]"), "shape"),
    ("train", RIGHT["train"].replace("epochs + 1", "epochs + 5"), "count"),
    ("mse", "def mse(yp, y): return float('nan')", "not-finite"),
    ("mse", "def mse(yp, y): return float('inf')", "not-finite"),
    ("predict", "def predict(x, w, b): return w * x + b + np.nan", "not-finite"),
    ("mse", "def mse(yp, y): return 'a lot'", "wrong-form"),
    ("gradients", "def gradients(x, y, w, b): return 1.0", "wrong-form"),
    ("mse", "def mse(yp, y): return 1 / 0", "error"),
    ("mse", "k = [0]\ndef mse(yp, y): k[0] += 1; return ((yp - y) ** 2).mean() + (k[0] > 9)", "changes"),
    ("mse", "seen = set()\ndef mse(yp, y):\n    again = yp.tobytes() in seen\n    seen.add(yp.tobytes())\n"
            "    return ((yp - y) ** 2).mean() + again", "changes"),
]  # fmt: skip


@pytest.mark.parametrize(("task", "coding", "reason"), SHAPES)
def test_another_shape_or_kind_of_value_never_passes(task: str, coding: str, reason: str) -> None:
    finding = found(task, coding)
    assert (finding.verdict, finding.points) == ("wrong", 0.0)
    assert finding.reason == reason


def test_an_input_that_is_changed_in_place_is_reported() -> None:
    finding = found("mse", "def mse(yp, y): yp -= y; return (yp * yp).mean()")
    assert finding.verdict == "right"
    assert finding.notes == ("changed-input:yp",)


@pytest.mark.parametrize("coding", ["", "def train(x, y, w, b, lr, epochs): raise NotImplementedError"])
def test_an_exercise_that_is_left_out_is_unchecked(coding: str) -> None:
    finding = found("train", coding)
    assert (finding.verdict, finding.reason, finding.points) == ("unchecked", "missing", 0.0)


def test_all_exercises_of_the_course_are_listed_in_its_order() -> None:
    rules = read()._replace(points={"train": 5.0, "mse": 1.0})
    finding = examine(source(train=""), rules, Kernel({}))
    assert [(one.name, one.verdict, one.of) for one in finding.exercises] == [
        ("train", "unchecked", 5.0),
        ("mse", "right", 1.0),
    ]
    assert (finding.points, finding.of) == (1.0, 6.0)


def test_the_same_answer_always_gives_the_same_finding() -> None:
    wrong = {"gradients": RIGHT["gradients"].replace("2 *", "3 *")}
    assert found_in_all(**wrong) == found_in_all(**wrong)


def test_an_error_on_single_samples_only_still_names_the_mistake() -> None:
    finding = found("mse", "def mse(yp, y): return float(((yp - y) ** 2).sum()) / (len(y) - 1)")
    assert finding.reason == "error"
    assert finding.mistakes == ("wrong-denominator",)


class Once(Kernel):
    """Runs a source once; whatever is appended to it hangs."""

    runs = 0

    def run(self, source: bytes, exercises: Sequence[Exercise], limits: Limits) -> Any:
        self.runs += 1
        failure = SourceFailure(TIMED_OUT, "", None)
        return super().run(source, exercises, limits) if self.runs == 1 else failure


def test_an_answer_that_runs_only_once_is_judged_on_that_run() -> None:
    mse = "def mse(yp, y): return ((yp - y) ** 2).sum()"
    (finding,) = examine(source(mse=mse), read()._replace(points={"mse": 2.0}), Once({})).exercises
    assert (finding.verdict, finding.mistakes) == ("wrong", ("sum-not-mean",))
    assert finding.counterexample is not None
    assert finding.counterexample != found("mse", mse).counterexample
