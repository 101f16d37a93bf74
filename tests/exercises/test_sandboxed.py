"""The judge and the sandbox together: answers that hang, exit or fail end in a finding."""

from collections.abc import Iterator

import pytest

from compare.exercises.course import read
from compare.exercises.findings import Failure, Finding
from compare.exercises.judge import MOST, examine
from compare.sandbox.run import Sandbox
from compare.sandbox.worker import GRACE
from tests.answers import one, source
from tests.wrong_codings import CODINGS


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as started:
        yield started


def _examined(answer: bytes, sandbox: Sandbox, follow_through: str = "scaled") -> Finding:
    return examine(answer, read()._replace(seconds=0.5, follow_through=follow_through), sandbox)


def test_a_right_answer_is_right_in_the_sandbox(sandbox: Sandbox) -> None:
    assert _examined(source(), sandbox).all_right


def test_endings_of_all_kinds_are_findings_and_the_others_keep_their_points(sandbox: Sandbox) -> None:
    finding = _examined(
        source(
            mse="def mse(yp, y):\n    while True: pass",
            dmse_dyp="def dmse_dyp(yp, y): raise SystemExit",
            sgd_step="def sgd_step(w, b, dw, db, lr): return w / 0, b",
        ),
        sandbox,
    )
    reasons = {exercise.name: exercise.reason for exercise in finding.exercises if exercise.reason}
    assert reasons == {"mse": "timed-out", "dmse_dyp": "exited", "sgd_step": "error"}
    assert finding.points == 14
    assert all(one(finding, task).counterexample for task in reasons)


@pytest.mark.parametrize(("answer", "reason"), [(b"def f(:", "bad-source"), (b"return 0", "bad-source")])
def test_a_top_level_that_fails_is_a_failure_with_the_students_line(
    answer: bytes, reason: str, sandbox: Sandbox
) -> None:
    finding = _examined(answer, sandbox)
    assert finding.exercises == ()
    assert isinstance(finding.failure, Failure)
    assert (finding.failure.reason, finding.failure.line) == (reason, 1)


def test_wrong_steps_are_named_and_followed_in_the_sandbox_too(sandbox: Sandbox) -> None:
    train = """
        def train(x, y, w, b, lr, epochs):
            losses = []
            for _ in range(epochs + 1):
                losses.append(((w * x + b - y) ** 2).mean())
                dw, db = gradients(x, y, w, b)
                w, b = w - lr * dw, b - lr * db
            return losses
    """
    finding = _examined(source(gradients=CODINGS["gradients"]["missing-factor-two"][0], train=train), sandbox)
    assert one(finding, "gradients").mistakes == ("missing-factor-two",)
    assert one(finding, "train").inherited == ("gradients",)
    assert finding.points == 16


def test_a_library_that_is_missing_at_the_top_is_noted_once_and_costs_nothing(sandbox: Sandbox) -> None:
    finding = _examined(b"import matplotlib.pyplot as plt\n" + source() + b"\nplt.plot([1, 2])\nplt.show()\n", sandbox)
    assert (finding.all_right, finding.notes) == (
        True, ("left-out:1:error:ModuleNotFoundError: No module named 'matplotlib'",),
    )  # fmt: skip
    assert not any(exercise.notes for exercise in finding.exercises)


def test_a_function_that_uses_the_missing_library_is_unchecked_and_says_which(sandbox: Sandbox) -> None:
    mse = "def mse(yp, y): return torch.mean((torch.tensor(yp) - torch.tensor(y)) ** 2).item()"
    found = one(_examined(b"import torch\n" + source(mse=mse), sandbox), "mse")
    assert (found.verdict, found.reason, found.line) == ("unchecked", "unset", 1)
    assert found.detail == "ModuleNotFoundError: No module named 'torch'"


def test_one_slip_costs_its_own_step_in_the_sandbox_too_where_the_course_follows_any(sandbox: Sandbox) -> None:
    slip = {"predict": "def predict(x, w, b): return W * x + b",
            "gradients": "def gradients(x, y, w, b):\n    r = predict(x, w, b) - y\n    return 2 * (r * x).mean(), 2 * r.mean()"}  # fmt: skip  # noqa: E501
    finding = _examined(source(**slip), sandbox, "any")
    assert (finding.points, one(finding, "gradients").inherited) == (18, ("predict",))


def test_no_exercise_is_taken_for_another(sandbox: Sandbox) -> None:
    for task in read().points:
        found = one(_examined(source(**{task: ""}) + b"\ndef gradient(x): return x\n", sandbox), task)
        assert (found.reason, bool(found.notes)) == ("missing", task == "gradients")


@pytest.mark.parametrize("hang", ["while True: pass", "while len(x) > 2: pass\n    return 0", "str(7 ** 10**8)"])
def test_what_never_ends_is_answered_within_the_seconds_of_each_function_and_ten_times_that_once_more(
    hang: str, sandbox: Sandbox
) -> None:
    """Of processor time, so that nothing hangs on how busy this machine is."""
    rules, seconds = read(), 0.2
    functions = {"mse": "yp, x", "gradients": "x, y, w, b", "train": "x, y, w, b, lr, epochs"}
    hanging = {task: f"def {task}({given}):\n    {hang}" for task, given in functions.items()}
    begun = sandbox.computed
    finding = examine(source(**hanging), rules._replace(seconds=seconds), sandbox)
    assert {one(finding, task).reason for task in functions} == {"timed-out"}
    assert sandbox.computed - begun <= (len(rules.points) + 1) * (seconds + GRACE) + MOST * seconds
