"""The file of answers: every task in both languages, true examples that teach, no solution, and nothing overwritten."""

import ast
import inspect
import re
from pathlib import Path

import numpy as np
import pytest

from compare.__main__ import main
from compare.exercises import course
from compare.exercises.reference import prepared, tasks

COURSES = course.bundled()
LANGUAGES = ("en", "ko")
EXERCISES = [(name, exercise) for name, path in COURSES.items() for exercise in course.read(path).points]
each_exercise = pytest.mark.parametrize(("name", "exercise"), EXERCISES)
in_each_language = pytest.mark.parametrize("language", LANGUAGES)


def written(name, language="en", command="python -m compare check answers.py"):
    return tasks.template(course.read(COURSES[name]), language, command)


def functions(name, language="en"):
    scope: dict = {}
    exec(written(name, language), scope)
    return {name: value for name, value in scope.items() if inspect.isfunction(value)}


def example(name, exercise):
    """The call of an exercise's example, with its arguments, and what it is said to give."""
    told = " ".join(functions(name)[exercise].__doc__.split()).partition("Example: ")[2]
    call, gives = told.split(" gives ")
    return call, [eval(ast.unparse(each), {"np": np}) for each in ast.parse(call).body[0].value.args], eval(gives)


def entries(value):
    return np.concatenate([np.ravel(each) for each in (value if isinstance(value, tuple) else (value,))])


@in_each_language
@pytest.mark.parametrize("name", COURSES)
def test_every_exercise_has_a_function_that_takes_what_the_reference_takes(name, language):
    own = prepared.parsed(course.read(COURSES[name]).formulas).functions
    for exercise, function in functions(name, language).items():
        assert list(inspect.signature(function).parameters) == [each.name for each in own[exercise].parameters]
    assert list(functions(name, language)) == list(course.read(COURSES[name]).points)


@in_each_language
@pytest.mark.parametrize("name", COURSES)
def test_the_functions_state_their_task_and_solve_nothing(name, language):
    for function in ast.parse(written(name, language)).body[2:]:
        docstring, only_statement = function.body
        assert len(docstring.value.value.splitlines()) > 3
        assert ast.unparse(only_statement) == "raise NotImplementedError"


@in_each_language
@pytest.mark.parametrize("name", COURSES)
def test_the_file_is_laid_out_as_formatters_do_in_lines_short_enough_to_read(name, language):
    text = written(name, language)
    assert text.count("\n\n\ndef ") == len(course.read(COURSES[name]).points)
    assert text.endswith("\n    raise NotImplementedError\n")
    assert [line.rstrip() for line in text.split("\n")] == text.split("\n")
    assert max(map(len, text.split("\n"))) <= 120


@each_exercise
def test_an_example_is_true(name, exercise):
    scope: dict = {}
    exec(tasks.solution(course.read(COURSES[name])), scope)
    call, _, gives = example(name, exercise)
    assert entries(eval(call, scope)) == pytest.approx(entries(gives), rel=1e-5)


@each_exercise
def test_an_example_teaches_two_samples_no_zeros_no_column_of_one_and_a_run_of_two_epochs(name, exercise):
    own = prepared.parsed(course.read(COURSES[name]).formulas).functions[exercise].parameters
    _, given, gives = example(name, exercise)
    assert {len(value) for value in given if np.ndim(value)} <= {2, 3}
    assert 1 not in {size for value in given for size in np.shape(value)}
    assert all(np.all(value) for each, value in zip(own, given, strict=True) if each.kind not in ("binary", "onehot"))
    assert np.all(entries(gives))
    assert len({*entries(gives)}) == len(entries(gives))
    assert [value for each, value in zip(own, given, strict=True) if each.kind == "whole"] in ([], [2])


def test_the_losses_of_an_example_fall():
    for exercise in ("train", "train_momentum"):
        losses = example("line", exercise)[2]
        assert losses == sorted(losses, reverse=True)


def test_a_long_example_breaks_between_its_arguments_only():
    text = written("two-layers")
    assert not re.search(r"\[[^\]]*\n", text.partition("import numpy")[2])
    assert re.search(r"\]\),\n {8}np\.array", text)


@in_each_language
def test_the_course_line_says_what_a_derivative_is(language):
    told = ast.get_docstring(ast.parse(written("line", language)))
    assert "0.001" in told
    assert "0.003" in told
    assert not re.search("no other text|다른 글이 없", told)


def test_a_course_may_ask_for_fewer_exercises(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text("[exercises]\npredict = 1", encoding="utf-8")
    assert "def mse" not in tasks.template(course.read(path), "en", "")


@pytest.mark.parametrize("command", ['check "my answers.py"', "check a\\b.py", 'check """.py'])
def test_any_file_name_leaves_the_file_whole(command):
    assert command in ast.get_docstring(ast.parse(written("line", command=command)))


@pytest.mark.parametrize(("language", "words"), [("en", "fill in"), ("ko", "채운")])
def test_new_writes_it_in_the_language_asked_for(tmp_path, monkeypatch, capsys, language, words):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "answers.py"
    assert main(["new", str(path), "--lang", language]) == 0
    assert words in capsys.readouterr().out
    assert path.read_text(encoding="utf-8") == written("line", language, f"python -m compare check {path}")


@in_each_language
def test_a_file_that_is_there_is_left_as_it_is(tmp_path, capsys, language):
    path = tmp_path / "answers.py"
    path.write_text("mine")
    assert main(["new", str(path), "--lang", language]) == 2
    assert str(path) in capsys.readouterr().err
    assert path.read_text() == "mine"


def test_a_place_where_nothing_can_be_written_is_said(tmp_path, capsys):
    assert main(["new", str(Path(tmp_path, "none", "answers.py")), "--lang", "en"]) == 2
    assert "cannot be written" in capsys.readouterr().err
