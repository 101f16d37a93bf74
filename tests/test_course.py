"""Course files: what a good one says, and what is said of a bad one."""

from pathlib import Path

import pytest

from compare.errors import Fault
from compare.exercises import course
from compare.exercises.tasks import TASKS

WRONG = [
    ("seconds = 0", "seconds"),
    ("seconds = nan", "seconds"),
    ("seconds = true", "seconds"),
    ('seconds = "ten"', "seconds"),
    ("seed = 1.5", "seed"),
    ("seed = -1", "seed"),
    ("memory = 1", "memory"),
    ('reveal = "all"', "reveal"),
    ("reveal = 3", "reveal"),
    ("exercises = 3", "exercises"),
    ("[exercises]", "exercises"),
    ("[exercises]\ngradient = 4", "exercises.'gradient'"),
    ("[exercises]\ngradients = -1", "exercises.gradients"),
    ("[exercises]\ngradients = 0", "exercises"),
    ("[history]\nlesson = 3", "history.lesson"),
    ("[history]\npoint = 3", "history.'point'"),
    ("points = 20", "'points'"),
    ('"답" = 20', "'답'"),
]


def written(folder: Path, text: str) -> Path:
    path = folder / "course.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_bundled_course_asks_for_every_exercise_and_gives_20_points():
    bundled = course.read()
    assert tuple(bundled.points) == tuple(TASKS)
    assert sum(bundled.points.values()) == 20


def test_a_course_keeps_its_own_exercises_in_its_own_order(tmp_path):
    own = course.read(written(tmp_path, "[exercises]\nmse = 1.5\npredict = 1"))
    assert list(own.points.items()) == [("mse", 1.5), ("predict", 1)]


@pytest.mark.parametrize("text", ["", "seed = 7", "[history]\npoints = 5"])
def test_what_a_course_leaves_out_is_as_bundled(tmp_path, text):
    own, bundled = course.read(written(tmp_path, text)), course.read()
    assert own._replace(seed=bundled.seed, history_points=bundled.history_points) == bundled


@pytest.mark.parametrize(("text", "key"), WRONG)
def test_a_wrong_key_is_named_with_its_file_and_the_cure(tmp_path, text, key):
    path = written(tmp_path, text)
    with pytest.raises(Fault) as caught:
        course.read(path)
    assert str(caught.value).startswith(f"{path}: {key} ")
    assert "; " in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.text("ko").startswith(f"{path}: {key}: ")


def test_a_course_that_notepad_saved_with_its_mark_is_read(tmp_path):
    (tmp_path / "course.toml").write_text("seed = 7", encoding="utf-8-sig")
    assert course.read(tmp_path / "course.toml").seed == 7


@pytest.mark.parametrize("data", [b"\xff", b"seed = ", b"[[[", b"seed = 1" + b"0" * 5000, b"a = " + b"[" * 9000])
def test_a_file_that_is_no_toml_is_said_in_one_line(tmp_path, data):
    path = tmp_path / "course.toml"
    path.write_bytes(data)
    with pytest.raises(Fault, match=r"^[^\n]+course\.toml: [^\n]+; [^\n]+$"):
        course.read(path)
