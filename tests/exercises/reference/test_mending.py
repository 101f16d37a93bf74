"""Whether an exercise is wrong only because of the student's own earlier steps, found by running it with right ones."""

import numpy as np
import pytest

from compare.exercises.course import read
from compare.exercises.judge import examine
from compare.exercises.kernel import Kernel
from compare.exercises.reference import prepared
from compare.exercises.reference.mending import Mended, mended, with_right
from compare.sandbox.calls import CRASHED, ERROR, MISSING, OUT_OF_MEMORY, TIMED_OUT, Answer, Results
from tests.answers import CALLING, RIGHT, found_in_all, found_in_course, one, source

NOTHING = Results((), [])  # type: ignore[arg-type]


def _answer(reason: str | None, name: str = "train", line: int | None = None, detail: str = "") -> Answer:
    return Answer(name, reason, detail, line, 0 if reason else None, NOTHING, ())


def _is_right(answer: Answer) -> bool:
    return answer.detail == "right"


STEPS = [_answer(ERROR, name) for name in ("predict", "mse", "sgd_step")]
NAMES = ("predict", "mse", "sgd_step")


def _mended_if(needed: set[str], then: Answer, never_run: tuple[tuple[str, ...], ...] = ()) -> Mended | None:
    """What is found where `train` becomes `then` once the needed steps are right, and some choices cannot be run."""

    def rerun(steps: tuple[str, ...]) -> Answer | None:
        return None if steps in never_run else then if needed <= set(steps) else _answer(ERROR)

    return mended(_answer(ERROR), STEPS, rerun, _is_right)


RIGHT_THEN, RUNS_THEN = _answer(None, detail="right"), _answer(None, detail="wrong")


@pytest.mark.parametrize(
    ("needed", "steps"),
    [
        ({"predict"}, ("predict",)),
        ({"sgd_step"}, ("sgd_step",)),
        ({"predict", "sgd_step"}, ("predict", "sgd_step")),
        ({"mse", "sgd_step"}, ("mse", "sgd_step")),
        (set(NAMES), NAMES),
        (set(), ("predict",)),  # any step will do: the first in the chain
    ],
)
@pytest.mark.parametrize(("then", "right"), [(RIGHT_THEN, True), (RUNS_THEN, False)], ids=["right", "wrong"])
def test_the_steps_that_must_be_right_are_named(
    needed: set[str], steps: tuple[str, ...], then: Answer, right: bool
) -> None:
    assert _mended_if(needed, then) == Mended(steps, right)


def test_what_is_right_only_with_more_steps_than_it_takes_to_run_names_all_of_those() -> None:
    def rerun(steps: tuple[str, ...]) -> Answer:
        return RIGHT_THEN if {"predict", "mse"} <= set(steps) else RUNS_THEN

    assert mended(_answer(ERROR), STEPS, rerun, _is_right) == Mended(("predict", "mse"), True)


def test_a_step_is_left_out_where_the_others_will_do_and_no_choice_is_tried_twice() -> None:
    asked: list[tuple[str, ...]] = []

    def rerun(steps: tuple[str, ...]) -> Answer:
        asked.append(steps)
        return RIGHT_THEN if "mse" in steps else _answer(ERROR)

    assert mended(_answer(ERROR), STEPS, rerun, _is_right) == Mended(("mse",), True)
    assert asked == [NAMES, ("predict", "mse"), ("predict",), ("mse",)]


def test_what_runs_to_its_end_is_mended_only_where_it_is_right_then() -> None:
    wrong = _answer(None)
    assert mended(wrong, STEPS, lambda _: RIGHT_THEN, _is_right) == Mended(("predict",), True)
    assert mended(wrong, STEPS, lambda _: RUNS_THEN, _is_right) is None
    assert mended(wrong, [], lambda _: RIGHT_THEN, _is_right) is None


def test_a_choice_that_cannot_be_run_is_passed_over() -> None:
    assert _mended_if({"mse"}, RIGHT_THEN, (("mse",),)) == Mended(("predict", "mse"), True)
    assert _mended_if({"mse"}, RIGHT_THEN, (NAMES,)) is None


def test_what_stops_in_any_case_is_not_mended() -> None:
    assert _mended_if({"another"}, RIGHT_THEN) is None
    assert _mended_if(set(), _answer(TIMED_OUT)) is None


MAY_BE = [  # where the exercise and its step end, and whether it may have ended inside the step
    (_answer(ERROR), _answer(ERROR), True),
    (_answer(ERROR, line=3), _answer(MISSING, line=9), True),
    (_answer(ERROR), _answer(TIMED_OUT), True),
    (_answer(OUT_OF_MEMORY), _answer(CRASHED), True),
    (_answer(ERROR), _answer(None), True),  # a wrong value may be what it stops at
    (_answer(None), _answer(None), True),
    (_answer(None), _answer(ERROR), True),
    (_answer(TIMED_OUT), _answer(TIMED_OUT), True),
    (_answer(TIMED_OUT), _answer(ERROR), False),
    (_answer(TIMED_OUT), _answer(None), False),
    (_answer(MISSING, line=3), _answer(MISSING, line=3), True),  # one `NotImplementedError` for both
    (_answer(MISSING, line=3), _answer(MISSING, line=4), False),
    (_answer(MISSING, line=3), _answer(ERROR, line=3), False),
    (_answer(MISSING), _answer(MISSING), False),
]


@pytest.mark.parametrize(("answer", "step", "may_be"), MAY_BE)
def test_an_exercise_is_run_again_only_where_it_may_have_stopped_in_a_step(
    answer: Answer, step: Answer, may_be: bool
) -> None:
    asked: list[tuple[str, ...]] = []

    def rerun(steps: tuple[str, ...]) -> Answer:
        asked.append(steps)
        return RIGHT_THEN

    right = _answer(None, "right-step")
    found = mended(answer, [right, step._replace(name="step")], rerun, _is_right)
    assert (found is not None, bool(asked)) == (may_be, may_be)


CALLS_PREDICT = {
    "gradients": """
        def gradients(x, y, w, b):
            dyp = 2 * (predict(x, w, b) - y) / len(y)
            return (dyp * x).sum(), dyp.sum()
    """,
    "train": CALLING["train"],
    "train_momentum": CALLING["train_momentum"],
}
HEIRS = ["gradients", "train", "train_momentum"]
SLIPS = [
    ("predict", "def predict(x, w, b): return W * x + b", HEIRS),
    ("predict", "def predict(x, w, b): print(w * x + b)", HEIRS),
    ("predict", "def predict(x, w): return w * x", HEIRS),
    ("predict", "def predict(x, w, b): raise NotImplementedError", HEIRS),
    ("predict", "", HEIRS),
    ("mse", "def mse(yp, y): return sqaure(yp - y).mean()", HEIRS[1:]),
    ("gradients", "def gradients(x, y, w, b): return dw, db", HEIRS[1:]),
    ("momentum_step", "def momentum_step(p, v, dp, lr): return p - lr * v, v + dp", HEIRS[2:]),
]


@pytest.mark.parametrize(("task", "coding", "heirs"), SLIPS)
def test_what_stops_only_inside_an_earlier_step_is_for_the_instructor_to_confirm(
    task: str, coding: str, heirs: list[str]
) -> None:
    codings = {**CALLS_PREDICT, task: coding}
    finding, paid = found_in_all(**codings), found_in_course("any", **codings)
    for heir in heirs:
        found = one(finding, heir)
        assert (found.verdict, found.points, found.inherited) == ("unchecked", 0.0, (task,))
        assert (found.mended, found.confirm) == (True, True)
        right = found._replace(verdict="right", points=found.of, reason=None, line=None, detail="")
        assert one(paid, heir) == right
    assert paid.points == paid.of - one(paid, task).of
    assert not any(one(found_in_course("none", **codings), heir).confirm for heir in heirs)


@pytest.mark.parametrize("follow_through", ["scaled", "any"])
def test_what_stops_in_an_earlier_step_and_is_wrong_besides_is_unchecked(follow_through: str) -> None:
    own = CALLS_PREDICT["gradients"].replace("2 *", "3 *")
    finding = found_in_course(follow_through, predict="def predict(x, w, b): return W * x", gradients=own)
    found = one(finding, "gradients")
    assert (found.verdict, found.points, found.inherited) == ("unchecked", 0.0, ("predict",))
    assert (found.mended, found.confirm) == (True, False)


def test_what_stops_by_itself_is_wrong_whatever_else_stops() -> None:
    codings = {"predict": "def predict(x, w, b): return W * x", "gradients": "def gradients(x, y, w, b): return dw, db"}
    found = one(found_in_all(**codings), "gradients")
    assert (found.verdict, found.reason, found.inherited) == ("wrong", "error", ())


def test_what_inherits_is_not_run_with_right_steps_and_what_has_a_mistake_of_its_own_is_not_right_with_them() -> None:
    half = "def dmse_dyp(yp, y): return (yp - y) / len(y)"
    assert not one(found_in_all(**CALLING, dmse_dyp=half), "gradients").mended
    mixed = {**CALLING, "gradients": CALLING["gradients"].replace("dyp.sum()", "dyp.mean()")}
    own = one(found_in_all(**mixed, dmse_dyp=half), "gradients")
    assert (own.verdict, own.inherited, own.mended, own.confirm) == ("wrong", (), False, False)


STEALING = """
    def gradients(x, y, w, b):
        return {}(x, y, w, b)
"""


@pytest.mark.parametrize("name", ["_given_steps", "_given_gradients", "_given_steps()[0]"])
@pytest.mark.parametrize("predict", ["def predict(x, w, b): return W", "def predict(x, w, b): return w * x - b"])
def test_the_right_steps_cannot_be_taken_for_an_answer(predict: str, name: str) -> None:
    found = one(found_in_course("any", predict=predict, gradients=STEALING.format(name)), "gradients")
    assert (found.verdict, found.points) == ("wrong", 0.0)


def predict(x, w, b):  # type: ignore[no-untyped-def]
    return W + w * x + b  # type: ignore[name-defined]  # noqa: F821


def gradients(x, y, w, b):  # type: ignore[no-untyped-def]
    r = predict(x, w, b) - y
    return 2 * (r * x).mean(), 2 * r.mean()


def test_in_a_notebook_too_a_slip_costs_its_own_step_only_and_nothing_there_is_changed() -> None:
    rules = read()
    asked = rules._replace(points={"predict": 2.0, "gradients": 4.0}, follow_through="any")
    before = predict, gradients, dict(globals())
    finding = examine(b"", asked, Kernel({"predict": predict, "gradients": gradients}))
    assert (one(finding, "gradients").inherited, finding.points) == (("predict",), 4)
    assert (predict, gradients, dict(globals())) == before


def test_right_steps_bring_what_they_call_and_hide_no_name_of_the_answer() -> None:
    reference = prepared.parsed(read().formulas)
    given = with_right(b"sum = 5\ntrain = 7\ndef mse(yp, y): return W", reference, ("gradients", "predict")).decode()
    names: dict[str, object] = {}
    exec(given, names)
    assert (names["sum"], names["train"]) == (5, 7)
    assert names["mse"].__code__.co_names == ("W",)  # type: ignore[attr-defined]
    x, y = np.array([1.0, 3.0]), np.zeros(2)
    assert names["gradients"](x, y, 1.0, 0.0) == (10.0, 4.0)  # type: ignore[operator]
    assert list(names["predict"](x, 3.0, 1.0)) == [4.0, 10.0]  # type: ignore[operator]
    assert {"dmse_dyp", "sigmoid", "np"} & set(names) == set()
    assert "def train(" not in given


@pytest.mark.parametrize("step", list(RIGHT)[:-1])
def test_every_step_of_the_course_has_a_right_one(step: str) -> None:
    assert one(examine(with_right(source(**{step: ""}), prepared.parsed(read().formulas), (step,)), read(), Kernel({})),
               step).verdict == "right"  # fmt: skip
