"""Whether an exercise is wrong only because of the student's own earlier steps, found by running it with right ones."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from compare.exercises.mending import CALLED, Mended, mended, with_right
from compare.sandbox.calls import CRASHED, ERROR, MISSING, OUT_OF_MEMORY, TIMED_OUT, Answer, Results

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


ONE, TWO = np.array([1.0, 3.0]), np.zeros(2)
CALLS: dict[str, tuple[tuple[Any, ...], Any]] = {
    "predict": ((ONE, 3.0, 1.0), [4.0, 10.0]),
    "mse": ((ONE, TWO), 5.0),
    "dmse_dyp": ((ONE, TWO), [1.0, 3.0]),
    "gradients": ((ONE, TWO, 1.0, 0.0), (10.0, 4.0)),
    "sgd_step": ((1.0, 0.0, 10.0, 4.0, 0.5), (-4.0, -2.0)),
    "momentum_step": ((1.0, 2.0, 10.0, 0.5, 0.5), (-4.5, 11.0)),
}
SOURCE = b"def predict(x, w, b): return W\nmse = sgd_step = predict"  # without an end of its last line


def _executed(source: bytes) -> dict[str, Callable[..., Any]]:
    names: dict[str, Any] = {}
    exec(source, names)
    return names


def test_every_step_that_an_exercise_may_call_can_be_mended() -> None:
    assert {step for steps in CALLED.values() for step in steps} == set(CALLS)
    assert CALLED["gradients"] == ("predict", "mse", "dmse_dyp")
    assert CALLED["dmse_dyp"] == ("mse",)
    assert {"train", "train_momentum"} < CALLED.keys()


@pytest.mark.parametrize(
    "steps", [*((step,) for step in CALLS), ("gradients", "predict", "dmse_dyp"), ("mse", "gradients")]
)
def test_the_steps_below_an_answer_are_right_and_no_others_are_there(steps: tuple[str, ...]) -> None:
    source = with_right(SOURCE, steps)
    assert source.startswith(SOURCE)
    names = _executed(source)
    for step in steps:
        arguments, expected = CALLS[step]
        np.testing.assert_allclose(names[step](*arguments), expected, rtol=1e-15)
    assert re.findall(r"def _given_(\w+)", source.decode()) == list(steps)


def test_a_step_that_is_not_mended_stays_the_students() -> None:
    names = _executed(with_right(SOURCE, ["mse"]))
    assert names["predict"].__code__.co_names == ("W",)
    assert names["sgd_step"] is names["predict"]
