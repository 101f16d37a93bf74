"""The kit as it travels in the page judges as the command does, and a Python that is not the pinned one is refused."""

import gzip
import json
import subprocess
import sys
from base64 import b64decode
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from compare.__main__ import main
from compare.errors import Fault
from compare.exercises import course
from compare.reports.language import LANGUAGES
from compare.reports.page import python as page_python

RIGHT = Path(__file__).parents[2] / "right_answers.py"
ANSWERS = {
    "right": RIGHT.read_text(encoding="utf-8"),
    "wrong": RIGHT.read_text(encoding="utf-8").replace(
        "2 * np.mean(r * x), 2 * np.mean(r)", "np.mean(r * x), np.mean(r)"
    ),
    "stops": "import nothing\ndef mse(yp, y):\n    return 1 / 0\ndef predict(x, w, b):\n    return x\n",
    "unreadable": "def mse(yp, y:\n",
    "empty": "",
}
GRADIENT = (
    "def gradient(X, y, w, b):\n    r = 1 / (1 + 2.718281828459045 ** -(X @ w + b)) - y\n    return r.sum(), X.T @ r\n"
)
# A Python that has the kit as the page has it, and NumPy: nothing else of ours can be imported.
PROGRAM = """
import sys
sys.path[:0] = sys.argv[1:3]
from compare.reports.page.in_browser import check
print(check("answers.py", sys.argv[3] or None, "[]", lambda told: None))
"""


def in_the_page(folder: Path, source: str, named: str = "") -> dict:
    file = Path(named) if named else None
    made = page_python.python(course.read(file) if file else course.read(), file)
    for name, text in json.loads(gzip.decompress(b64decode(made.kit))).items():
        (folder / "kit" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "kit" / name).write_text(text, encoding="utf-8")
    (folder / "answers.py").write_text(source, encoding="utf-8")
    place = f"kit/{made.course}" if made.course else ""
    packages = str(Path(np.__file__).parents[1])
    command = [sys.executable, "-I", "-S", "-c", PROGRAM, str(folder / "kit"), packages, place]
    return json.loads(subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout)


@pytest.mark.parametrize(("answer", "named"), [*((answer, "") for answer in ANSWERS), ("logistic", "logistic")])
def test_the_kit_in_the_page_says_to_the_letter_what_the_command_prints(tmp_path, monkeypatch, capsys, answer, named):
    found = in_the_page(tmp_path, ANSWERS.get(answer, GRADIENT), named)
    monkeypatch.chdir(tmp_path)
    for language in LANGUAGES:
        main(["check", "answers.py", "--lang", language, *(["--course", named] if named else [])])
        printed = capsys.readouterr()
        assert found[language]["text"] + "\n" == printed.out + printed.err


def test_a_page_carries_no_more_of_the_kit_than_functions_may_need(tmp_path):
    in_the_page(tmp_path, "")
    assert (tmp_path / "kit/compare/courses/line.py").exists()
    for room in ("grading", "lessons", "exercises/records"):
        assert not (tmp_path / "kit/compare" / room).exists()


def test_a_finding_comes_in_parts_that_the_page_can_place(tmp_path):
    exercises = {one["name"]: one for one in in_the_page(tmp_path, ANSWERS["wrong"])["en"]["exercises"]}
    assert (exercises["predict"]["verdict"], exercises["predict"]["points"]) == ("right", "2 of 2")
    assert ["mistake", "the factor 2 is missing (missing-factor-two)"] in exercises["gradients"]["parts"]


def test_an_answer_that_cannot_be_read_says_the_line_that_the_page_marks(tmp_path):
    assert in_the_page(tmp_path, "import numpy\n\ndef f(:\n")["ko"]["line"] == 3


def test_a_course_of_ones_own_travels_with_its_reference(tmp_path):
    (tmp_path / "ridge.py").write_text("def double(w: one):\n    v = 2*w\n    return v\n", encoding="utf-8")
    mine = tmp_path / "mine.toml"
    mine.write_text('reference = "ridge.py"\n[exercises]\ndouble = 3\n', encoding="utf-8")
    found = in_the_page(tmp_path, "def double(w):\n    return 2 * w\n", str(mine))
    assert found["en"]["heading"].startswith("answers.py: 3 of 3 points")


@pytest.fixture
def distribution(tmp_path, monkeypatch):
    """A made-up one, pinned."""
    for name in page_python.FILES:
        (tmp_path / name).write_bytes(name.encode())
    pinned = {name: page_python.Pinned(sha256(name.encode()).hexdigest(), len(name)) for name in page_python.FILES}
    monkeypatch.setattr(page_python, "FILES", pinned)
    return tmp_path


def test_a_distribution_is_embedded_whole_and_the_page_knows_no_address_then(distribution):
    made = page_python.python(course.read(), None, distribution)
    assert {name: gzip.decompress(b64decode(data)) for name, data in made.embedded.items()} == {
        name: name.encode() for name in page_python.FILES
    }
    assert made.address is None


def test_another_file_than_the_pinned_one_is_refused(distribution):
    (distribution / "pyodide.js").write_bytes(b"another")
    with pytest.raises(Fault, match=r"pyodide\.js: not the file of Pyodide 0\.27\.7 whose hash is known"):
        page_python.python(course.read(), None, distribution)


def test_a_distribution_that_lacks_a_file_is_said_in_one_line(tmp_path, capsys):
    assert main(["page", "--out", str(tmp_path), "--python", str(tmp_path)]) == 2
    assert "full distribution of Pyodide 0.27.7" in capsys.readouterr().err


def test_the_hash_of_numpy_is_one_and_the_same_in_the_lock():
    [package] = page_python.LOCK["packages"].values()
    assert package["sha256"] == page_python.FILES[package["file_name"]].hash
