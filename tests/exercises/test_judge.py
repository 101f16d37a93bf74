"""No right answer fails, however unusual; no wrong one passes, however nearly right."""

from array import array
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compare.exercises import judge
from compare.exercises.course import Course, read
from compare.exercises.findings import Counterexample, ExerciseFinding, Failure, Finding
from compare.exercises.judge import MOST, Reruns, examine
from compare.exercises.kernel import Kernel
from compare.exercises.reference.judge import questions
from compare.sandbox.calls import (
    CRASHED,
    ERROR,
    MISSING,
    TIMED_OUT,
    Answer,
    Exercise,
    Limits,
    Results,
    SourceFailure,
)
from compare.sandbox.run import Sandbox as RealSandbox
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


@pytest.mark.parametrize("seed", range(1, 5))
@pytest.mark.parametrize("h", [2.0, 1.0, 0.1, 1e-3, 1e-5, 1e-6])
def test_a_central_difference_is_right_whatever_its_step(h: float, seed: int) -> None:
    gradients = (
        "def gradients(x, y, w, b):\n    L = lambda w, b: sum((w*p + b - q)**2 for p, q in zip(x, y)) / len(x)\n"
        f"    h = {h}; return (L(w + h, b) - L(w - h, b)) / (2*h), (L(w, b + h) - L(w, b - h)) / (2*h)\n"
    )
    rules = read()._replace(points={"gradients": 4.0}, seed=seed)
    assert examine(source(gradients=gradients), rules, Kernel({})).all_right


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


class Sandbox(Kernel):
    """A kernel that notes what it is asked, and whose answers can be changed."""

    def __init__(self, change: Callable[[Answer], Answer] | SourceFailure | None = None) -> None:
        super().__init__({})
        self.change = change
        self.asked: list[tuple[bytes, tuple[Exercise, ...], Limits]] = []

    def run(self, source: bytes, exercises: Sequence[Exercise], limits: Limits) -> Any:
        self.asked.append((source, tuple(exercises), limits))
        if isinstance(self.change, SourceFailure):
            return self.change
        answers = super().run(source, exercises, limits)
        return tuple(map(self.change, answers)) if self.change else answers


def _course(**points: float) -> Course:
    return read()._replace(points=points, seed=3, seconds=1.5, memory=5 << 20)


WRONG_MSE = source(mse="def mse(yp, y): return ((yp - y) ** 2).sum()")


def test_every_run_asks_for_the_exercises_of_the_course_within_its_limits() -> None:
    sandbox = Sandbox()
    finding = examine(WRONG_MSE, _course(sgd_step=1.0, mse=3.0), sandbox)
    assert (finding.points, finding.of) == (1.0, 4.0)
    first, *later = sandbox.asked
    assert first[:2] == (WRONG_MSE, questions(_course(sgd_step=1.0, mse=3.0)))
    assert later
    assert {limits for _, _, limits in sandbox.asked} == {Limits(1.5, 5 << 20)}


@pytest.mark.parametrize(
    ("reason", "detail", "told"), [(TIMED_OUT, "", "1.5"), (CRASHED, "SIGSEGV", "SIGSEGV"), (ERROR, "slip", "slip")]
)
def test_an_answer_whose_top_level_fails_has_no_points_and_no_exercises(reason: str, detail: str, told: str) -> None:
    finding = examine(b"", _course(mse=2.0, train=3.0), Sandbox(SourceFailure(reason, detail, 7)))
    assert finding == Finding(0.0, 5.0, (), Failure(reason, told, 7))


@pytest.mark.parametrize(("reason", "detail", "told"), [(TIMED_OUT, "", "1.5"), (CRASHED, "SIGSEGV", "SIGSEGV")])
def test_an_exercise_that_ends_without_an_answer_is_wrong_and_tells_why(reason: str, detail: str, told: str) -> None:
    def stop(answer: Answer) -> Answer:
        nothing = Results((None,) * len(answer.results), array("d"))
        return answer._replace(reason=reason, detail=detail, line=4, at=2, results=nothing)

    (mse,) = examine(source(), _course(mse=2.0), Sandbox(stop)).exercises
    assert (mse.verdict, mse.reason, mse.detail, mse.line, mse.points, mse.tries) == ("wrong", reason, told, 4, 0.0, 0)


def test_what_is_noted_of_the_top_level_is_said_once_and_not_of_any_exercise() -> None:
    def note(answer: Answer) -> Answer:
        return answer._replace(notes=("left-out:3:error:a: b", *answer.notes, "left-out:9:timed-out:"))

    changing = source(predict="def predict(x, w, b): x *= w; return x + b")
    finding = examine(changing, _course(predict=1.0, mse=1.0), Sandbox(note))
    assert finding.notes == ("left-out:3:error:a: b", "left-out:9:timed-out:")
    assert [one.notes for one in finding.exercises] == [("changed-input:x",), ()]
    assert finding.all_right


def test_only_the_calls_that_were_made_are_judged() -> None:
    stops = "calls = []\ndef mse(yp, y): calls.append(1); assert len(calls) < 4; return ((yp - y) ** 2).mean() / 2"
    (mse,) = examine(source(mse=stops), _course(mse=2.0), Kernel({})).exercises
    assert (mse.tries, mse.reason, mse.mistakes) == (3, ERROR, ())  # nothing explains the stop


CALLS_PREDICT = """
    def gradients(x, y, w, b):
        r = predict(x, w, b) - y
        return 2 * (r * x).mean(), 2 * r.mean()
"""
CALLS_BOTH = """
    def gradients(x, y, w, b):
        dyp = dmse_dyp(predict(x, w, b), y)
        return (dyp * x).sum(), dyp.sum()
"""
NO_BIAS = "def predict(x, w, b): return w * x"
SLIP = "def predict(x, w, b): return W * x + b"
SUMMED = "def dmse_dyp(yp, y): return 2 * (yp - y)"


def _examined(course: Course, **codings: str) -> tuple[ExerciseFinding, ...]:
    return examine(source(**codings), course, Kernel({})).exercises


def test_a_wrong_step_is_explained_and_shown_small_and_its_heir_is_right() -> None:
    gradients, predict = _examined(_course(gradients=4.0, predict=2.0), predict=NO_BIAS, gradients=CALLS_PREDICT)
    assert (predict.verdict, predict.points, predict.mistakes) == ("wrong", 0.0, ("no-bias",))
    assert predict.counterexample == Counterexample({"x": [1.0], "w": 0.0, "b": 1.0}, [0.0], [1.0])
    assert (gradients.verdict, gradients.points, gradients.inherited) == ("right", 4.0, ("predict",))
    assert not gradients.mended


def test_a_slope_of_the_same_mistake_as_its_loss_inherits_it_whatever_the_order_of_the_course() -> None:
    loss = "def mse(yp, y): return ((yp - y) ** 2).sum()"
    dmse_dyp, mse = _examined(_course(dmse_dyp=2.0, mse=2.0), mse=loss, dmse_dyp=SUMMED)
    assert (mse.mistakes, dmse_dyp.verdict, dmse_dyp.inherited) == (("sum-not-mean",), "right", ("mse",))


@pytest.mark.parametrize(
    ("predict", "gradients", "verdict", "points"),
    [
        (SLIP, CALLS_PREDICT, "right", 4.0),
        ("", CALLS_PREDICT, "right", 4.0),
        (SLIP, CALLS_PREDICT.replace("2 *", "3 *"), "unchecked", 0.0),
    ],
    ids=["slip", "missing", "wrong besides"],
)
def test_what_stops_in_a_step_is_run_once_more_with_a_right_one(
    predict: str, gradients: str, verdict: str, points: float
) -> None:
    course = _course(gradients=4.0, predict=2.0)._replace(follow_through="any")
    one, _ = _examined(course, predict=predict, gradients=gradients)
    assert (one.verdict, one.points, one.inherited, one.mended) == (verdict, points, ("predict",), True)


def test_a_step_that_is_only_wrong_is_mended_beside_the_one_that_stops() -> None:
    course = _course(predict=2.0, dmse_dyp=2.0, gradients=4.0)._replace(follow_through="any")
    gradients = _examined(course, predict=SLIP, dmse_dyp=SUMMED, gradients=CALLS_BOTH)[2]
    assert (gradients.verdict, gradients.inherited, gradients.mended) == ("right", ("predict", "dmse_dyp"), True)


def test_what_is_not_finished_is_unchecked_whatever_it_gave_before() -> None:
    begun = "calls = []\ndef gradients(x, y, w, b):\n    calls.append(1)\n    if len(calls) < 3: return 0.0, 0.0\n"
    gradients, _ = _examined(
        _course(gradients=4.0, predict=2.0),
        predict="def predict(x, w, b): raise NotImplementedError",
        gradients=begun + "    r = predict(x, w, b) - y; return 2 * (r * x).mean(), 2 * r.mean()",
    )
    assert (gradients.verdict, gradients.reason, gradients.inherited) == ("unchecked", MISSING, ("predict",))


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("def forward(x): 1\ndef backward(x): 1\ndef f(): 1\ndef g(): 1", ("another:forward, backward, f",)),
        ("x = 1", ()),
        ("class Net:\n    def forward(self): return 1", ()),
        ("def forward(x): return x\ndef mse(yp, y): raise NotImplementedError", ()),
        ("def forward(x): return x\ndef gradient(x, y, w, b): return 1, 1", ()),
    ],
    ids=["others", "none", "methods", "not written", "misspelt"],
)
def test_an_answer_with_other_functions_only_looks_like_another_assignments(text: str, notes: tuple[str, ...]) -> None:
    with RealSandbox() as sandbox:
        finding = examine(text.encode(), read(), sandbox)
    assert finding.notes == notes
    assert {one.reason for one in finding.exercises} == {"missing"}


class Clock:
    """A clock that each run puts forward, and the limits that each was given."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, takes: float) -> None:
        self.now, self.takes, self.given = 5.0, takes, list[Limits]()
        monkeypatch.setattr(judge, "monotonic", lambda: self.now)

    def run(self, _source: bytes, exercises: Sequence[Exercise], limits: Limits) -> tuple[Answer, ...]:
        self.given.append(limits)
        self.now += self.takes
        return tuple(Answer(exercise.name, None, "", None, None, [], ()) for exercise in exercises)  # type: ignore[arg-type]


ONE = list(questions(read()._replace(points={"mse": 1.0})))


def test_all_that_is_asked_again_has_ten_times_the_seconds_together(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch, takes=9.0)
    again = Reruns(clock.run, Limits(2.0, 7, patience=6.0))
    assert MOST == 10
    assert [answer.name for answer in again(b"", ONE)] == ["mse"]  # type: ignore[union-attr]
    again(b"", ONE * 2)
    again(b"", ONE * 4)
    # 11 s are left for two of them, 2 s for four, each with its top level, and by the wall clock no more in all
    assert clock.given == [Limits(2.0, 7, 6.0), Limits(2.0, 7, 5.5), Limits(0.25, 7, 6.0)]
    assert again(b"", ONE) == SourceFailure(TIMED_OUT, "", None)
    assert len(clock.given) == 3


def test_what_fails_to_run_has_used_its_time_too(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch, takes=0.0)

    def fails(*_: object) -> tuple[Answer, ...]:
        clock.now += 20.0
        raise OSError("gone")

    again = Reruns(fails, Limits(2.0))
    with pytest.raises(OSError, match="gone"):
        again(b"", ONE)
    assert again(b"", ONE) == SourceFailure(TIMED_OUT, "", None)


def test_an_answer_whose_steps_hang_is_given_up_when_its_time_is_spent() -> None:
    hang = "    while True: pass\n"
    steps = {task: RIGHT[task].split(":")[0].strip() + ":\n" + hang for task in ("predict", "mse", "dmse_dyp")}
    calls = "    return predict(x, w, b), dmse_dyp(y, y), mse(y, y)\n"
    with RealSandbox() as sandbox:
        taken: list[float] = []
        rules = read()._replace(seconds=0.1)
        run = sandbox.run

        def timed(given: bytes, asked: Sequence[Exercise], limits: Limits) -> tuple[Answer, ...] | SourceFailure:
            started = monotonic()
            answers = run(given, asked, limits)
            taken.append(monotonic() - started)
            return answers

        sandbox.run = timed  # type: ignore[method-assign]
        examine(source(**steps, gradients="def gradients(x, y, w, b):\n" + calls), rules, sandbox)
    assert len(taken) > 2
    assert sum(taken[1:-1]) < MOST * rules.seconds


class Counting(Kernel):
    """A kernel that notes how many calls each run makes."""

    def __init__(self) -> None:
        super().__init__({})
        self.calls: list[int] = []

    def run(self, source, exercises, limits):  # type: ignore[no-untyped-def]
        self.calls.append(sum(len(exercise.calls) for exercise in exercises))
        return super().run(source, exercises, limits)


def test_a_mistake_that_shows_at_once_is_looked_for_no_further() -> None:
    kernel = Counting()
    examine(source(dmse_dyp="def dmse_dyp(yp, y): return (yp - y) / len(y)"), read(), kernel)
    assert kernel.calls[1:] == [1]

