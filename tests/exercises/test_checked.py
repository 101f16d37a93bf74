"""An answer is checked as what it is by its name: code in a sandbox, losses of a lesson, or numbers from paper."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from compare.errors import InputError
from compare.exercises.checked import Checked, in_file, on_paper
from compare.exercises.kernel import Kernel
from compare.exercises.sources import Place

MSE = "def mse(yp, y):\n    return ((yp - y) ** 2).{}()\n"
LESSON = 'title = "Mine"\nx = [1]\ny = [2]\nw = 0\nb = 0\nepochs = 1\n[optimizer]\nlr = 0.25\n'  # two losses: 4 and 0


@contextmanager
def _opened(stack: list[str]) -> Iterator[Kernel]:
    stack.append("open")
    yield Kernel({})
    stack.append("closed")


def _no_sandbox() -> Any:
    raise AssertionError("there is no code to run")


def _check(
    folder: Path,
    name: str,
    text: str,
    lesson: str | None = None,
    course: str = "",
    start: Callable[[], Any] = _no_sandbox,
) -> Checked:
    """What is found in a file with that text, for a course of `mse` alone, or of a lesson of one step."""
    (folder / name).write_text(text, encoding="utf-8")
    (folder / "mine.toml").write_text(LESSON, encoding="utf-8")
    (folder / "course.toml").write_text(f"{course}\n[exercises]\nmse = 3\n", encoding="utf-8")
    return in_file(str(folder / name), str(folder / "course.toml"), lesson, start)


@pytest.mark.parametrize("name", ["mine.py", "MINE.PY"])
def test_functions_are_run_in_a_sandbox_that_is_closed_again(tmp_path: Path, name: str) -> None:
    states: list[str] = []
    checked = _check(tmp_path, name, MSE.format("mean"), start=lambda: _opened(states))
    assert states == ["open", "closed"]
    assert (checked.answer, checked.lesson) == (str(tmp_path / name), None)
    assert (checked.finding.points, checked.finding.of, checked.finding.all_right) == (3.0, 3.0, True)
    assert checked.where(4) == Place(None, 4)


def test_the_lines_of_a_notebook_stand_in_its_cells(tmp_path: Path) -> None:
    cells = [{"cell_type": "code", "source": text} for text in ("a = 1\n", MSE.format("sum"))]
    checked = _check(tmp_path, "mine.ipynb", json.dumps({"cells": cells}), start=lambda: _opened([]))
    assert [exercise.mistakes for exercise in checked.finding.exercises] == [("sum-not-mean",)]
    starts = [line for line in range(1, 20) if checked.where(line) == Place(2, 1)]
    assert len(starts) == 1
    assert [line.strip() for line in checked.lines if line.startswith("a")] == ["a = 1"]
    assert checked.lines[starts[0] - 1] == MSE.format("sum").split("\n")[0]


def test_the_lines_of_an_answer_are_kept_for_whoever_shows_them(tmp_path: Path) -> None:
    checked = _check(tmp_path, "mine.py", "a = 1\n" + MSE.format("sum"), start=lambda: _opened([]))
    assert "\n".join(checked.lines) == "a = 1\n" + MSE.format("sum")


@pytest.mark.parametrize(("reveal", "shown"), [("values", True), ("hints", False)])
def test_the_course_says_how_much_of_code_and_losses_is_shown(tmp_path: Path, reveal: str, shown: bool) -> None:
    course = f'reveal = "{reveal}"'
    code = _check(tmp_path, "mine.py", MSE.format("sum"), course=course, start=lambda: _opened([]))
    losses = _check(tmp_path, "mine.json", "[4, 1]", str(tmp_path / "mine.toml"), course)
    for checked in (code, losses):
        (exercise,) = checked.finding.exercises
        assert (exercise.verdict, exercise.counterexample is not None) == ("wrong", shown)


@pytest.mark.parametrize(("name", "text"), [("a.csv", "4\n0\n"), ("b.CSV", "4\n0\n"), ("c.json", "[4, 0]")])
def test_losses_are_judged_by_the_lesson_and_for_the_points_of_the_course(tmp_path: Path, name: str, text: str) -> None:
    checked = _check(tmp_path, name, text, str(tmp_path / "mine.toml"), "history = {points = 5}")
    (exercise,) = checked.finding.exercises
    assert (exercise.name, exercise.verdict) == ("history", "right")
    assert (checked.finding.points, checked.finding.of) == (5.0, 5.0)
    assert (checked.answer, checked.lesson) == (str(tmp_path / name), "mine")
    assert checked.where(2) == Place(None, 2)


def test_the_losses_are_those_of_the_courses_lesson_where_no_other_is_named(tmp_path: Path) -> None:
    course = 'history = {lesson = "height-weight-training"}'
    assert _check(tmp_path, "a.csv", "nan", None, course).lesson == "height-weight-training"
    assert in_file(str(tmp_path / "a.csv"), None, None, _no_sandbox).lesson == "hours-ability"


def test_what_is_in_the_way_of_losses_is_said_by_the_name_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"^a\.csv: records every 2th epoch"):
        _check(tmp_path, "a.csv", "0,4\n2,0\n", str(tmp_path / "mine.toml"))


def test_a_file_of_another_kind_is_told_the_kinds_there_are(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        _check(tmp_path, "mine.pdf", "")
    assert str(caught.value).startswith(f"{tmp_path / 'mine.pdf'}: ")
    assert str(caught.value).endswith(" .py .ipynb .csv .txt .log .json .npy")


def test_numbers_from_paper_get_the_points_of_the_exercises_that_they_belong_to() -> None:
    checked = on_paper(["dw=-19.04", "db=1", "loss=13.352"], None, "height-weight")
    assert [(exercise.name, exercise.points, exercise.of) for exercise in checked.finding.exercises] == [
        ("mse", 2.0, 2.0),
        ("gradients", 2.0, 4.0),
    ]
    assert (checked.finding.points, checked.finding.of) == (4.0, 6.0)
    assert (checked.answer, checked.lesson) == ("values", "height-weight")
    assert checked.where(7) == Place(None, 7)


@pytest.mark.parametrize(
    ("values", "lesson", "words"),
    [
        (["dw=1"], None, "--values needs a lesson"),
        (["dw=1"], "", "--values needs a lesson"),
        (["db=1", "dw"], "height-weight", "dw: not NAME=NUMBER"),
        (["dw="], "height-weight", "dw=: not NAME=NUMBER"),
        (["=1"], "height-weight", "=1: not NAME=NUMBER"),
        (["dw=1=2"], "height-weight", "dw: '1=2' is not a finite number"),
        (["dw=1="], "height-weight", "dw: '1=' is not a finite number"),
    ],
)  # fmt: skip
def test_what_is_no_name_and_number_is_refused_by_what_is_wrong_with_it(
    values: list[str], lesson: str | None, words: str
) -> None:
    with pytest.raises(InputError) as caught:
        on_paper(values, None, lesson)
    assert str(caught.value).startswith(words)
