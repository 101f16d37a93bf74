"""The chain rule's steps, and their renderings."""

import io

import numpy as np
import pytest

from compare.agreement.records import SIDES
from compare.agreement.steps import Step, forward, steps
from compare.errors import InputError
from compare.lessons import Lesson, load, names
from compare.reports.language import LANGUAGES
from compare.reports.lesson import graph, tables
from manual.autograd import tensor

INPUTS = {
    "x": (), "y": (), "w": (), "b": (),
    "w·x": ("w", "x"), "yp": ("w·x", "b"), "r": ("yp", "y"), "r²": ("r",), "loss": ("r²",),
}  # fmt: skip


@pytest.fixture(scope="module")
def first():
    return steps(load("height-weight"), "float64")


@pytest.mark.parametrize("name", names())
def test_every_side_sends_the_same_gradients_back(name):
    for step in steps(load(name), "float64").steps:
        assert set(step.value) == set(SIDES)
        for values in (step.value, step.gradient or dict.fromkeys(SIDES, 0.0)):
            assert values["manual"] == pytest.approx(values["autograd"], rel=1e-13) == values["torch"]


def test_the_steps_are_the_chain_rule_of_the_notebook(first):
    named = {step.name: step for step in first.steps}
    assert {name: step.inputs for name, step in named.items()} == INPUTS
    assert named["loss"].value["autograd"] == pytest.approx(13.352, rel=1e-15)
    assert named["w"].gradient["autograd"] == pytest.approx(-19.04, rel=1e-15)
    assert named["r²"].gradient["manual"] == [1 / 5] * 5
    assert named["x"].gradient is None


def test_the_steps_take_rows_of_features_too():
    values = forward(*map(tensor, ([[1.0, 2.0], [3.0, 4.0]], [1.0, 2.0], [1.0, 1.0], 0.5)))
    assert values["yp"].tolist() == [3.5, 7.5]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_shows_every_step_in_eighty_columns(first, language):
    stream = io.StringIO()
    tables.render_steps([first], language, stream)
    for step in first.steps:
        assert step.name in stream.getvalue()
    assert "-19.04" in stream.getvalue()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tree_leads_from_the_loss_to_every_step(first, language):
    tree = graph.text(first, language)
    assert all(f"{step.name}" in tree for step in first.steps)
    assert tree.count("-19.04") == 1


@pytest.mark.parametrize("form", [".svg", ".png", ".txt"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_graph_is_drawn_in_every_form(first, form, language, tmp_path):
    graph.write(first, tmp_path / f"graph{form}", language)
    content = (tmp_path / f"graph{form}").read_bytes()
    assert content.startswith({".svg": b"<?xml", ".png": b"\x89PNG"}.get(form, graph.text(first, language).encode()))


def test_another_form_is_refused_with_the_forms_there_are(first, tmp_path):
    with pytest.raises(InputError, match=r"\.txt, \.svg, \.png"):
        graph.write(first, tmp_path / "graph.gif", "en")


def given(x, y, w, b, dtype="float64"):
    """A lesson that nobody trains."""
    title = {"en": "A title", "ko": "제목"}
    return Lesson("given", title, dtype, x, y, w, b, ("w", "b"), {"lr": 0.1}, None, 1, 0, {}, "given.toml")


def by_every_side(value):
    return dict.fromkeys(SIDES, value)


def test_every_step_of_two_rows_is_the_one_derived_on_paper():
    """yp = (3, 5) beside (1, 5); with n = 2 the loss moves with a prediction by its residual."""
    found = steps(given((1, 2), (1, 5), 2, 1))
    assert found[:3] == ("given", {"en": "A title", "ko": "제목"}, "float64")
    assert found.steps == [
        Step("x", "", (), by_every_side([1.0, 2.0]), None),
        Step("y", "", (), by_every_side([1.0, 5.0]), None),
        Step("w", "", (), by_every_side(2.0), by_every_side(2.0)),
        Step("b", "", (), by_every_side(1.0), by_every_side(2.0)),
        Step("w·x", "w * x", ("w", "x"), by_every_side([2.0, 4.0]), by_every_side([2.0, 0.0])),
        Step("yp", "w·x + b", ("w·x", "b"), by_every_side([3.0, 5.0]), by_every_side([2.0, 0.0])),
        Step("r", "yp - y", ("yp", "y"), by_every_side([2.0, 0.0]), by_every_side([2.0, 0.0])),
        Step("r²", "r * r", ("r",), by_every_side([4.0, 0.0]), by_every_side([0.5, 0.5])),
        Step("loss", "mean(r²)", ("r²",), by_every_side(2.0), by_every_side(1.0)),
    ]


def test_every_step_of_two_features_is_the_one_derived_on_paper():
    named = {step.name: step for step in steps(given(((1, 2), (3, 4)), (1, 2), (1, 1), 0.5)).steps}
    assert (named["w·x"].formula, named["w·x"].inputs) == ("x @ w", ("w", "x"))
    values = {name: step.value for name, step in named.items()}
    assert values == {
        "x": by_every_side([[1.0, 2.0], [3.0, 4.0]]), "y": by_every_side([1.0, 2.0]),
        "w": by_every_side([1.0, 1.0]), "b": by_every_side(0.5),
        "w·x": by_every_side([3.0, 7.0]), "yp": by_every_side([3.5, 7.5]), "r": by_every_side([2.5, 5.5]),
        "r²": by_every_side([6.25, 30.25]), "loss": by_every_side(18.25),
    }  # fmt: skip
    assert {name: step.gradient for name, step in named.items() if step.gradient} == {
        "w": by_every_side([19.0, 27.0]), "b": by_every_side(8.0),
        **dict.fromkeys(("w·x", "yp", "r"), by_every_side([2.5, 5.5])),
        "r²": by_every_side([0.5, 0.5]), "loss": by_every_side(1.0),
    }  # fmt: skip


def test_the_steps_are_computed_in_the_lessons_own_dtype_unless_another_is_asked_for():
    lesson = given((1,), (0,), 0.1, 0, dtype="float32")
    own, asked = steps(lesson), steps(lesson, "float64")
    assert (own.dtype, own.steps[2].value) == ("float32", by_every_side(0.10000000149011612))  # nearest to 0.1
    assert (asked.dtype, asked.steps[2].value) == ("float64", by_every_side(0.1))


def test_without_torch_the_other_sides_are_the_same():
    for step in steps(given((1, 2), (1, 5), 2, 1), with_torch=False).steps:
        assert set(step.value) == {"manual", "autograd"}


@pytest.mark.filterwarnings("ignore:overflow")
def test_what_leaves_the_finite_numbers_has_no_value_there():
    """1e30 squared is beyond float32, and 1 is not."""
    named = {step.name: step for step in steps(given((1e30, 1), (0, 0), 1, 0, dtype="float32")).steps}
    assert named["r²"].value == by_every_side([None, 1.0])
    assert named["loss"].value == by_every_side(None)
    assert named["r"].gradient == by_every_side([float(np.float32(1e30)), 1.0])
