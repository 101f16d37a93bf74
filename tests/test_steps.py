"""The chain rule's steps, and their renderings."""

import io

import pytest

from compare.agreement.records import SIDES
from compare.agreement.steps import forward, steps
from compare.errors import InputError
from compare.lessons import load, names
from compare.reports import graph
from compare.reports import steps as report
from compare.reports.language import LANGUAGES
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
    report.render([first], language, stream)
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
