"""`from compare import check`: functions and losses where they are, as a table in Jupyter and as text elsewhere."""

import subprocess
import sys

import numpy as np
import pytest

from compare import check
from compare.errors import InputError
from compare.interactive import Check
from compare.lessons import load
from tests import right_answers as right

CELLS = [
    "from compare import check; check.language = 'en'",
    "def gradients(x, y, w, b):\n    r = w * x + b - y\n    return (r * x).mean(), r.mean()",
    "check(gradients)",
    "def mse(yp, y):\n    raise ValueError('<script>')",
    "check.language = 'ko'\ncheck(mse=mse, gradients=gradients)",
]


def half(x, y, w, b):
    dw, db = right.gradients(x, y, w, b)
    return dw / 2, db / 2


def english() -> Check:
    made = Check()
    made.language = "en"
    return made


def names(result) -> list[str]:
    return [exercise.name for exercise in result.finding.exercises]


def test_a_function_is_known_by_its_own_name():
    result = check(right.gradients)
    assert (names(result), result.finding.all_right) == (["gradients"], True)


def test_functions_of_other_names_are_given_by_their_exercises():
    result = check(right.mse, gradients=half)
    assert names(result) == ["mse", "gradients"]
    assert result.finding.exercises[1].mistakes == ("missing-factor-two",)


def test_functions_of_another_course_are_judged_by_its_reference():
    def predict(X, w, b):
        return 1 / (1 + np.exp(-X @ w - b))

    def gradient(X, y, w, b):
        r = predict(X, w, b) - y
        return r.mean(), X.T @ r

    made = english()
    result = made(predict, gradient, course="logistic")
    assert [one.verdict for one in result.finding.exercises] == ["right", "wrong"]
    assert "a sum stands in place of a mean: dj_dw" in " ".join(repr(result).split())
    assert "a sum stands in place of a mean: dj_dw" in result._repr_html_()


@pytest.mark.parametrize(("course", "said"), [("logistics", "line-half"), ("none.toml", "none.toml")])
def test_a_course_that_is_none_is_said(course, said):
    with pytest.raises(InputError, match=said):
        check(right.mse, course=course)


def test_an_exercise_of_another_course_is_none_of_this_one():
    with pytest.raises(InputError, match="predict, cost, gradient"):
        check(right.mse, course="logistic")


def test_what_follows_from_a_wrong_step_keeps_its_marks():
    def train(x, y, w, b, lr, epochs):
        losses = []
        for _ in range(epochs + 1):
            losses.append(right.mse(w * x + b, y))
            w, b = right.sgd_step(w, b, *half(x, y, w, b), lr)
        return losses

    gradients, trained = check(gradients=half, train=train).finding.exercises
    assert (gradients.verdict, trained.verdict, trained.inherited) == ("wrong", "right", ("gradients",))


def test_a_function_may_fail_or_leave():
    def predict(*_):
        raise SystemExit(3)

    def mse(yp, _):
        return yp.nothing

    found = {exercise.name: exercise for exercise in check(predict, mse).finding.exercises}
    assert found["predict"].reason == "exited"
    assert "no attribute 'nothing'" in found["mse"].detail
    assert found["mse"].line == mse.__code__.co_firstlineno + 1


def test_an_interrupt_stops_the_check():
    def predict(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check(predict)


def test_the_result_is_a_table_in_jupyter_and_text_elsewhere():
    result = english()(gradients=half)
    assert result._repr_html_().startswith("<table")
    assert "missing-factor-two" in result._repr_html_()
    assert "the factor 2 is missing" in repr(result)


@pytest.mark.parametrize("call", [lambda: check(), lambda: check(print), lambda: check(gradients=3), lambda: check(3)])
def test_what_is_no_exercise_is_said(call):
    with pytest.raises(InputError, match="check"):
        call()


@pytest.mark.parametrize("columns", [slice(None), 1])
def test_a_notebooks_own_losses_show_its_hidden_state(columns):
    losses = [float(loss) for loss in load("hours-ability-recorded").recorded["losses"]]
    hist = np.column_stack([np.arange(0, 201, 10), losses])[:, columns]
    result = english().history(hist, lesson="hours-ability")
    assert set(result.finding.exercises[0].mistakes) == {"bias-frozen", "extra-step-before"}
    assert "b stays at 0.998" in repr(result)


@pytest.mark.parametrize(
    ("hist", "lesson"), [("abc", "hours-ability"), ([1.0], "none"), ([[0, 1], [700, 1]], "hours-ability")]
)
def test_what_is_no_history_is_said(hist, lesson):
    with pytest.raises(InputError, match="; "):
        check.history(hist, lesson=lesson)


def test_nothing_heavy_is_imported_until_check_is_asked_for():
    heavy = "{'numpy', 'tomllib', 'compare.interactive'} & (set(sys.modules) - there)"
    code = f"import sys; there = set(sys.modules); import compare; print({heavy})"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


@pytest.fixture(scope="module")
def outputs():
    nbclient, v4 = pytest.importorskip("nbclient"), pytest.importorskip("nbformat.v4")
    notebook = v4.new_notebook(cells=[v4.new_code_cell(cell) for cell in CELLS])
    nbclient.NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    return [cell.outputs[0].data if cell.outputs else {} for cell in notebook.cells]


def test_a_real_notebook_shows_a_table_that_names_the_mistake(outputs):
    assert "missing-factor-two" in outputs[2]["text/html"]
    assert "the factor 2 is missing" in outputs[2]["text/plain"]


def test_a_real_notebook_shows_a_students_words_as_text_and_in_korean(outputs):
    assert "&lt;script&gt;" in outputs[4]["text/html"]
    assert "<script" not in outputs[4]["text/html"]
    assert "2를 곱하는 것이 빠짐" in outputs[4]["text/html"]


def test_what_cannot_be_checked_is_said_in_korean_too():
    korean = english()
    korean.language = "ko"
    with pytest.raises(InputError, match="아닙니다"):
        korean(print)
