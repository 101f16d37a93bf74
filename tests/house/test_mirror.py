"""`manual/` and `torch_impl/` mirror each other: reading the two side by side is the lesson."""

import ast
import importlib
import inspect
from dataclasses import fields
from pathlib import Path

import pytest

import manual.sgd
import manual.training
import torch_impl.sgd
import torch_impl.training

ROOT = Path(__file__).parents[2]
FILES = ("adam.py", "inputs.py", "regression.py", "sgd.py", "training.py")


def public(side, name):
    """Every public function and class of a module, in the order of the file, with its parameters."""
    module = importlib.import_module(f"{side}.{name.removesuffix('.py')}")
    tree = ast.parse((ROOT / side / name).read_text(encoding="utf-8"))
    defined = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    return [(one, list(inspect.signature(getattr(module, one)).parameters)) for one in defined if one[0] != "_"]


@pytest.mark.parametrize("name", FILES)
def test_the_same_names_with_the_same_parameters_in_the_same_order(name):
    assert public("manual", name) == public("torch_impl", name)


def test_each_file_of_the_mirror_has_its_other_side():
    assert {path.name for path in (ROOT / "torch_impl").glob("*.py")} == {*FILES, "__init__.py"}
    assert all((ROOT / "manual" / name).exists() for name in FILES)


@pytest.mark.parametrize("name", ["regression.py", "training.py"])
def test_each_function_says_the_same_of_its_shapes(name):
    sides = [importlib.import_module(f"{side}.{name[:-3]}") for side in ("manual", "torch_impl")]
    for function in sides[0].__all__:
        first, second = (inspect.getdoc(getattr(side, function)).split(".")[0].split(":")[0] for side in sides)
        assert first.split(",")[0] == second.split(",")[0], function


def test_both_optimizers_have_torchs_options_and_defaults():
    sides = (manual.sgd.SGD, torch_impl.sgd.SGD)
    by_hand, mirrored = ([(field.name, field.default) for field in fields(side)] for side in sides)
    assert by_hand == mirrored
    import torch

    theirs = inspect.signature(torch.optim.SGD).parameters
    assert all(theirs[f.name].default == f.default for f in fields(manual.sgd.SGD))


@pytest.mark.parametrize("name", ["Run", "_batches"])
def test_what_the_two_training_loops_share_is_one_text(name):
    assert inspect.getsource(getattr(manual.training, name)) == inspect.getsource(getattr(torch_impl.training, name))


def test_both_training_loops_are_called_and_documented_in_the_same_lines():
    ours, theirs = (inspect.getsource(side.train).split('"""')[:2] for side in (manual.training, torch_impl.training))
    assert len(ours[1]) > 500
    assert ours == theirs
