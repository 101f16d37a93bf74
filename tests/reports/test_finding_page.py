"""A student's finding as a page: everything that was found, in the kit's look, escaped."""

import pytest
from markupsafe import escape

from compare.__main__ import main
from compare.exercises.findings import Counterexample, ExerciseFinding, Finding
from compare.exercises.sources import Place
from compare.reports.explained import explained, summary
from compare.reports.finding_page import page
from compare.reports.language import LANGUAGES, Messages

HOSTILE = "<script>alert('you')</script>"
WRONG = ExerciseFinding(
    "mse", "wrong", 2.0, reason="value", mistakes=("sum-not-mean",), tries=8,
    counterexample=Counterexample({"yp": [1.0, 0.0], "y": [0.0, 0.0]}, 1.0, 0.5), outputs=("loss",), output="loss",
    got=1.0, truth=0.5, off=0.5, allowance=1e-6,
)  # fmt: skip
RIGHT = ExerciseFinding("predict", "right", 2.0, points=2.0, tries=200)
MISSING = ExerciseFinding("train", "unchecked", 3.0, reason="missing")
FAILED = ExerciseFinding("gradients", "unchecked", 4.0, reason="error", detail=f"ValueError: {HOSTILE}", line=3)
FINDING = Finding(2.0, 11.0, (RIGHT, WRONG, MISSING, FAILED))


def where(line: int) -> Place:
    return Place(None, line)


def shown(heading: str = "answers.py", language: str = "en") -> str:
    return page(heading, FINDING, Messages("check", language), where)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_of_the_finding_is_on_the_page(language):
    text, say = shown(language=language), Messages("check", language)
    for exercise in FINDING.exercises:
        sentences = [part.text for part in explained(exercise, say, where)] + [summary(exercise, say)]
        assert all(escape(sentence) in text for sentence in sentences)


def test_verdicts_look_as_on_every_page_of_the_kit():
    text = shown()
    assert text.count('class="verdict good"') == 1
    assert text.count('class="verdict bad"') == 1
    assert text.count('class="verdict unsure"') == 2


def test_the_page_names_its_language():
    assert '<html lang="ko">' in shown(language="ko")


def test_a_hostile_name_and_a_hostile_message_are_text():
    text = shown(heading=HOSTILE)
    assert "<script" not in text
    assert text.count(str(escape(HOSTILE))) == 3  # the title, the heading, and the message of the error


def test_the_page_may_load_and_run_nothing():
    assert "default-src 'none'; style-src 'unsafe-inline'" in shown()


@pytest.fixture
def answer(tmp_path):
    path = tmp_path / "answers.py"
    path.write_text("def mse(yp, y):\n    return ((yp - y) ** 2).sum()\n", encoding="utf-8")
    return str(path)


def test_check_writes_the_page_beside_what_it_prints(tmp_path, answer):
    file = tmp_path / "finding.html"
    assert main(["check", answer, "--lang", "ko", "--page", str(file)]) == 1
    assert '<span class="verdict bad">' in file.read_text(encoding="utf-8")


def test_a_page_that_cannot_be_written_gets_one_line_and_exit_code_2(tmp_path, answer, capsys):
    assert main(["check", answer, "--page", str(tmp_path)]) == 2
    assert str(tmp_path) in capsys.readouterr().err
