"""What is kept of a reference from one run to the next: the same as what is found anew, and never in the way."""

import os
import pickle
import subprocess
import sys

import pytest

from compare.exercises import course
from compare.exercises.course import Formulas
from compare.exercises.draws import drawn
from compare.exercises.formulas import text
from compare.exercises.reference import kept, prepared
from tests.references import RIDGE, TRAIN


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Where bytecode goes, and what is kept; empty."""
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    forget()
    yield tmp_path
    forget()


def forget():
    prepared.known_of.cache_clear()
    prepared._polynomial.cache_clear()
    prepared.parsed.cache_clear()


LINE = course.read()


def of(text=RIDGE, name="ridge", seed=1):
    asked = LINE._replace(formulas=Formulas("own.py", text), points={name: 1.0}, seed=seed)
    one = prepared.of_course(asked)[name]
    return one.question, one.bounds, one.outputs, [tried.truth for tried in one.trials]


def files(folder):
    return sorted(folder.rglob("*.kept"))


def unread(*_):
    raise AssertionError("the formulas were read once more")


def test_what_was_prepared_is_prepared_once(folder, monkeypatch):
    first = of()
    forget()
    monkeypatch.setattr(text, "parse", unread)
    assert of() == first
    assert len(files(folder)) == 1


def test_the_names_and_outputs_of_a_known_reference_are_known(monkeypatch):
    formulas = Formulas("own.py", RIDGE)
    names, outputs = prepared.functions(formulas), prepared.outputs(formulas, "ridge")
    of()
    forget()
    monkeypatch.setattr(text, "parse", unread)
    assert (prepared.functions(formulas), prepared.outputs(formulas, "ridge")) == (names, outputs)
    assert names == (("ridge_loss", "ridge", "bias_regularized"), ("ridge_loss", "ridge"))
    assert outputs == ("dw", "db")


def test_an_exercise_that_was_not_asked_before_is_added():
    of(TRAIN, "gradients")
    of(TRAIN, "mse")
    forget()
    assert set(prepared.known_of(Formulas("own.py", TRAIN)).prepared) == {"gradients", "mse"}


def test_of_two_seeds_the_last_ones_trials_are_kept():
    first, second = of(seed=1), of(seed=2)
    assert first != second
    forget()
    known = prepared.known_of(Formulas("own.py", RIDGE))
    assert (known.seed, known.prepared["ridge"].question) == (2, second[0])


def test_what_was_drawn_for_one_answer_is_not_kept():
    of(seed=drawn(5, 1))
    forget()
    assert not prepared.known_of(Formulas("own.py", RIDGE)).prepared


def test_another_text_is_another_reference(folder):
    of()
    assert kept.load(RIDGE + "\n") is None
    changed = RIDGE.replace("2*mean(r)", "mean(r) + mean(r)")
    kept.save(changed, "of the other")
    next(file for file in files(folder)).rename(folder / "x")  # as if both had one hash
    other = files(folder)[0]
    (folder / "x").replace(other)
    assert kept.load(changed) is None


@pytest.mark.parametrize("data", [b"", b"nothing", pickle.dumps(None), pickle.dumps((1, 2, 3)), b"cos\nabort\n("])
def test_a_file_that_is_not_ours_counts_for_nothing(folder, data):
    first = of()
    files(folder)[0].write_bytes(data)
    forget()
    assert of() == first
    forget()
    assert kept.load(RIDGE) is not None


def test_another_build_finds_it_anew(monkeypatch):
    of()
    modules = kept.build()
    assert {"run.py", "draws.py", "calls.py"} <= {name for name, _time, _size in modules}
    monkeypatch.setattr(kept, "build", lambda: modules[1:])
    assert kept.load(RIDGE) is None


def test_a_folder_that_cannot_be_written_stops_nothing(folder, monkeypatch):
    file = folder / "a file"
    file.write_text("")
    monkeypatch.setattr(sys, "pycache_prefix", str(file))
    assert of()
    assert kept.load(RIDGE) is None


def test_of_many_references_the_last_are_kept(folder, monkeypatch):
    monkeypatch.setattr(kept, "MOST_FILES", 3)
    for i in range(5):
        kept.save(str(i), i)
        os.utime(max(files(folder), key=lambda file: file.stat().st_mtime_ns), ns=(i, i))
    assert [kept.load(str(i)) for i in range(5)] == [None, None, 2, 3, 4]
    assert {file.suffix for file in folder.rglob("*") if file.is_file()} == {".kept"}


def test_a_right_answer_to_a_known_course_needs_nothing_that_reads_formulas(folder):
    program = (
        "import sys; from pathlib import Path; from compare.exercises import course;"
        "from compare.exercises.reference.judge import questions;"
        "questions(course.read(Path('logistic'))); print(*sys.modules)"
    )
    environment = os.environ | {"PYTHONPYCACHEPREFIX": str(folder)}
    for _ in range(2):
        command = [sys.executable, "-c", program]
        run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert not loaded & {"ast", "compare.exercises.formulas.run", "compare.truth.exact", "numpy"}


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """What the bundled courses' trials follow from, made for a wheel; nothing beside the bytecode."""
    monkeypatch.setattr(kept, "COURSES", tmp_path / "courses")
    kept.COURSES.mkdir()
    prepared.of_bundled(kept.ship)
    for file in tmp_path.rglob("*.cpython*.kept"):
        file.unlink()
    forget()
    return kept.COURSES


def test_what_a_wheel_brings_along_is_not_prepared_once_more(shipped, monkeypatch):
    assert len(list(shipped.glob("*.kept"))) == len(course.bundled())
    monkeypatch.setattr(text, "parse", unread)
    for path in course.bundled().values():
        asked = course.read(path)
        assert set(prepared.of_course(asked)) == set(asked.points)


@pytest.mark.usefixtures("shipped")
def test_what_another_version_brought_along_counts_for_nothing(monkeypatch):
    monkeypatch.setattr(kept, "VERSION", "0.0")
    assert kept.load(course.LINE.read_text(encoding="utf-8")) is None


def test_bundled_courses_are_prepared_where_the_kit_is_installed(folder):
    prepared.of_bundled()
    assert len(files(folder)) == len(course.bundled())


def test_the_hash_of_a_reference_is_known_with_it(monkeypatch):
    formulas = Formulas("own.py", RIDGE)
    of()
    forget()
    monkeypatch.setattr("hashlib.sha256", None)
    assert len(prepared.digest(formulas)) == 64
