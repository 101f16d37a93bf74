"""A student's finding as a page: everything that was found, in the kit's look, escaped."""

import html
import re

import pytest
from markupsafe import escape

from compare.__main__ import main
from compare.exercises.findings import Counterexample, ExerciseFinding, Finding
from compare.exercises.sources import Place
from compare.reports.answer.explained import explained, summary
from compare.reports.answer.page import page, picture
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


def test_what_is_wrong_comes_first_and_what_is_right_last():
    names = re.findall(r"<h2><code>(\w+)</code>", shown())
    assert names == ["mse", "train", "gradients", "predict"]


def test_the_example_is_drawn_what_came_out_beside_what_should_have():
    text = shown()
    assert text.count('<svg class="example"') == 1
    assert "× 1  ○ 0.5" in text


def test_points_are_drawn_with_the_line_that_the_example_gives():
    example = Counterexample({"x": [1.0, 2.0], "y": [0.0, 3.0], "w": 1.0, "b": 0.0}, [1.0, 1.0], [2.0, 2.0])
    finding = ExerciseFinding("gradients", "wrong", 4.0, counterexample=example, names=("dw", "db"))
    text = str(picture(finding, Messages("check", "en")))
    assert (text.count("<svg"), text.count('class="point"'), text.count('class="expected"')) == (2, 2, 2)
    assert re.findall(r">(dw|db)<", text) == ["dw", "db"]


@pytest.mark.parametrize(
    ("inputs", "given", "expected"),
    [
        ({"x": [float("inf")], "y": [1.0], "w": 1.0, "b": 1.0}, float("nan"), 1.0),
        ({"x": [[1.0]], "y": [1.0], "w": [1.0], "b": 1.0}, None, [1.0]),
        ({"x": [], "y": [], "w": None, "b": 1.0}, [1.0], [1.0, 2.0]),
        ({"w": HOSTILE}, [0.0] * 7, [1.0] * 7),
    ],
)
def test_what_has_no_numbers_to_draw_has_no_picture(inputs, given, expected):
    finding = ExerciseFinding("gradients", "wrong", 4.0, counterexample=Counterexample(inputs, given, expected))
    assert picture(finding, Messages("check", "en")) == ""


def test_a_point_alone_and_a_right_number_beside_a_wrong_one_are_drawn_too():
    example = Counterexample({"x": [0.0], "y": [0.0], "w": 0.0, "b": 0.0}, [0.0, 1.0], [0.0, 2.0])
    text = picture(
        ExerciseFinding("mine", "wrong", 4.0, counterexample=example, names=("<u>", "v")), Messages("check", "ko")
    )
    assert "nan" not in text
    assert "&lt;u&gt;" in text


LINES = ("import x", "def gradients(x):", "    if x:", *["        pass"] * 20, "def mse(yp, y): return 0")


def test_the_students_function_stands_there_with_the_line_at_fault():
    finding = Finding(0.0, 6.0, (FAILED._replace(line=22), WRONG))
    text = html.unescape(
        re.sub("</?(span|code|mark)[^>]*>", "", page("a", finding, Messages("check", "en"), where, lines=LINES))
    )
    assert " 22          pass" in text
    assert "  2  def gradients" not in text  # too far from it
    assert " 24  def mse(yp, y): return 0" in text


def test_of_an_answer_that_python_cannot_read_the_line_alone_is_shown():
    text = page("a", Finding(0.0, 4.0, (FAILED,)), Messages("check", "en"), where, lines=("(", "", "x = <b>1"))
    assert "<mark>x = &lt;b&gt;1</mark>" in text
    assert "mark" not in page("a", Finding(0.0, 4.0, (FAILED,)), Messages("check", "en"), where).partition("<body>")[2]


def test_the_page_of_an_answer_has_its_name_for_a_title_and_its_lines(tmp_path, answer):
    file = tmp_path / "finding.html"
    main(["check", answer, "--lang", "en", "--page", str(file)])
    text = file.read_text(encoding="utf-8")
    assert "<h1>answers.py: 0 of 20 points" in text
    assert "return ((yp - y) ** 2).sum()" in text
