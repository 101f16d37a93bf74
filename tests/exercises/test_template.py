"""The template: every task in both languages, true examples, no solution, and nothing overwritten."""

import ast
import inspect
import tomllib
from pathlib import Path

import numpy as np
import pytest

from compare.__main__ import main
from compare.exercises.tasks import TASKS
from compare.exercises.template import EXAMPLES, template
from manual.regression import dmse_dyp, gradients, mse, predict
from manual.sgd import SGD
from manual.training import train

ROOT = Path(__file__).parents[2]
LANGUAGES = ("en", "ko")


def functions(language: str) -> dict:
    scope: dict = {}
    exec(template(language, "python -m compare check answers.py"), scope)
    return {name: value for name, value in scope.items() if inspect.isfunction(value)}


def losses(x, y, w, b, lr, momentum, epochs):
    return train(x, y, w, b, SGD(lr=lr, momentum=momentum), epochs).loss


RIGHT = {
    "np": np,
    "predict": lambda x, w, b: predict(x, w, b),
    "mse": mse,
    "dmse_dyp": dmse_dyp,
    "gradients": gradients,
    "sgd_step": lambda w, b, dw, db, lr: (SGD(lr=lr).step(w, dw)[0], SGD(lr=lr).step(b, db)[0]),
    "train": lambda x, y, w, b, lr, epochs: losses(x, y, w, b, lr, 0.0, epochs),
    "momentum_step": lambda p, v, dp, lr, momentum: SGD(lr=lr, momentum=momentum).step(p, dp, v),
    "train_momentum": losses,
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_exercise_has_a_function_with_its_parameters(language):
    signatures = {name: tuple(inspect.signature(function).parameters) for name, function in functions(language).items()}
    assert signatures == {name: task.parameters for name, task in TASKS.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_functions_state_their_task_and_solve_nothing(language):
    for function in ast.parse(template(language, "")).body[2:]:
        docstring, only_statement = function.body
        assert len(docstring.value.value.splitlines()) > 3
        assert ast.unparse(only_statement) == "raise NotImplementedError"


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_docstring_is_the_task_and_then_the_example(language):
    texts = (ROOT / f"compare/exercises/template.{language}.toml").read_text(encoding="utf-8")
    tasks = tomllib.loads(texts)["exercises"]
    for name, function in functions(language).items():
        task, _, example = inspect.getdoc(function).rpartition("\n\n")
        call, result = EXAMPLES[name]
        assert task == tasks[name].strip()
        assert call in example
        assert result in example.replace(call, "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_template_is_laid_out_as_formatters_do(language):
    text = template(language, "python -m compare check answers.py")
    assert text.count("\n\n\ndef ") == len(TASKS)
    assert text.endswith("\n    raise NotImplementedError\n")
    assert [line.rstrip() for line in text.split("\n")] == text.split("\n")


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_are_true(name):
    call, result = EXAMPLES[name]
    given, shown = (np.array(eval(text, RIGHT), dtype=float) for text in (call, result))
    assert given == pytest.approx(shown, abs=1e-12)


@pytest.mark.parametrize("language", LANGUAGES)
def test_lines_are_short_enough_to_read(language):
    assert all(len(line) <= 120 for line in template(language, "python -m compare check answers.py").splitlines())


def test_a_course_may_ask_for_fewer_exercises():
    assert "def mse" not in template("en", "", ["predict"])


@pytest.mark.parametrize("command", ['check "my answers.py"', "check a\\b.py", 'check """.py'])
def test_any_file_name_leaves_the_template_whole(command):
    assert command in ast.get_docstring(ast.parse(template("en", command)))


@pytest.mark.parametrize(("language", "words"), [("en", "fill in"), ("ko", "채운")])
def test_the_template_is_written_in_the_language_asked_for(tmp_path, monkeypatch, capsys, language, words):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "answers.py"
    assert main(["new", str(path), "--lang", language]) == 0
    assert words in capsys.readouterr().out
    assert path.read_text(encoding="utf-8") == template(language, f"python -m compare check {path}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_that_is_there_is_left_as_it_is(tmp_path, capsys, language):
    path = tmp_path / "answers.py"
    path.write_text("mine")
    assert main(["new", str(path), "--lang", language]) == 2
    assert str(path) in capsys.readouterr().err
    assert path.read_text() == "mine"


def test_a_place_where_nothing_can_be_written_is_said(tmp_path, capsys):
    assert main(["new", str(tmp_path / "none" / "answers.py"), "--lang", "en"]) == 2
    assert "cannot be written" in capsys.readouterr().err
