"""The lesson page as text: complete in both languages, self-contained, escaped, and aligned with the code it shows."""

import html
import json
import os
import re
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from compare.__main__ import main
from compare.agreement.records import AGREE, DIFFER, DIFFERS, IDENTICAL, SIDES, Comparison, Difference, Epoch, Quantity
from compare.commands import page as command
from compare.exercises import course
from compare.exercises.table import mistakes, programs
from compare.lessons import load
from compare.reports import templating
from compare.reports.language import LANGUAGES, Messages
from compare.reports.page import editors, evidence, page, play
from compare.reports.page import python as kit
from compare.reports.page.play import WINDOWS, play_set
from manual.sgd import SGD
from manual.training import train

HOSTILE = "<script>alert(1)</script>"
ROOT = Path(__file__).parents[3]


def each(value):
    return dict.fromkeys(SIDES, value)


def row(quantity="dw", exact=Fraction(-476, 25), value=-19.04, **changes) -> Quantity:
    return Quantity(quantity, exact, each(value), "-19.0400", each(True), 0, 3.8e-5, IDENTICAL)._replace(**changes)


def comparison(**changes) -> Comparison:
    curves = {side: {"loss": [4.0, 1.0], "w": [0.0, 1.0], "b": [0.0, 0.0], "ulp": [0.0, 1.0]} for side in SIDES}
    epochs = [Epoch(0, 4.0, each(4.0), "4.0000", each(True), 0, 0.1, IDENTICAL, None)]
    made = Comparison(
        "mine", {"en": "Mine", "ko": "내 예제"}, "float32", AGREE, [row()], epochs, None, None, [1.0, 2.0], [1.0, 2.0],
        {"lr": 0.01}, curves,
    )  # fmt: skip
    return made._replace(**changes)


def render(*comparisons: Comparison) -> str:
    code = [evidence.aligned("regression.py", "a = 1\nb = 2\n", "a = 1\nb = 3\n")]
    sets = [play_set("hours-ability", (1, 2, 3), (200, 400, 600), (0, 0, 0.01))]
    asked = course.read(), "", kit.Python("", None)
    return page.render(page.Material(comparisons, {}, {}, code, sets, *asked))


def test_every_section_has_its_heading_in_both_languages():
    text, words = render(comparison()), templating.Words("page")
    assert all(str(words(f"{section}.heading")) in text for section in page.SECTIONS)


def test_the_page_asks_for_nothing_outside_itself():
    text = render(comparison())
    assert not re.findall(r"""(?:src|href)=["'](?!#|data:)""", text)
    assert "@import" not in text
    assert "default-src 'none'" in text


def test_the_page_says_when_something_differs():
    text = render(comparison(), comparison(name="other", verdict=DIFFER, rows=[row(verdict=DIFFERS)]))
    assert "Something differs: in 1 of 2 lessons" in text
    assert 'class="verdict bad"' in text


def test_a_hostile_title_is_text():
    text = render(comparison(name="mine", title=dict.fromkeys(LANGUAGES, HOSTILE), rows=[row(quantity=HOSTILE)]))
    assert HOSTILE not in text
    assert html.escape(HOSTILE) in text


def test_what_the_script_reads_is_json_that_ends_no_script():
    text = render(comparison())
    data = re.search(r'<script type="application/json" id="play-data">(.*?)</script>', text)
    assert json.loads(data[1])["words"]["epoch"] == {"en": "Epoch", "ko": "에포크"}


def test_the_first_bits_that_differ_stand_with_their_cause():
    first = Difference(1, "b", 15.0933342, 15.0933332, "fused update")
    assert "torch rounds p - lr·g once, NumPy twice" in render(comparison(first_difference=first))


def test_the_record_counts_the_losses_alone():
    assert "reproduces the record: 1 of 1 losses" in render(comparison(name="hours-ability-recorded"))


def test_the_paper_table_repeats_the_first_step_exactly():
    x, y = [-5, 5, 0, 2, -2], [Fraction(number, 10) for number in (-67, 103, -33, 50, -53)]
    yp = [Fraction(value + 1) for value in x]
    r = [p - t for p, t in zip(yp, y, strict=True)]
    exact = {"yp": yp, "r": r, "loss": Fraction(1669, 125), "dw": Fraction(-476, 25), "db": Fraction(2)}
    rows = [row(quantity, value) for quantity, value in exact.items()]
    text = render(comparison(name="height-weight", x=[float(v) for v in x], y=[0.0] * 5, rows=rows))
    assert "<mn>476</mn><mn>25</mn>" in text
    assert "<strong>66.76</strong>" in text
    assert "<strong>−19.04</strong>" in text


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_numbers_told_of_the_code_as_written_are_those_it_gives(language, dtype):
    hours, told = load("hours-ability"), templating.Words("page").plain(language, "hidden.written")
    x, y = (np.array([float(value) for value in values], dtype) for values in (hours.x, hours.y))
    plain, momentum = (train(x, y, 0, 0, SGD(lr=0.01, momentum=value), 200) for value in (0.0, 0.9))
    numbers = (f"W = {plain.w[-1]:.4f}", f"b = {plain.b[-1]:.3f}", f"{plain.loss[-1]:.3f}")
    faster = (f"W = {momentum.w[-1]:.3f}", f"b = {momentum.b[-1]:.4f}")
    assert all(number in told for number in numbers + faster)


def test_code_and_stress_are_marked_and_everything_else_is_escaped():
    marked = templating.marked("`a < b` is *true*, 2 * 3 * 4 and <b>")
    assert marked == "<code>a &lt; b</code> is <em>true</em>, 2 * 3 * 4 and &lt;b&gt;"


def test_a_message_that_no_area_has_is_an_error():
    with pytest.raises(KeyError, match="no_such_key"):
        templating.Words("page")("no_such_key")


def test_equal_lines_face_each_other_and_no_line_is_lost():
    left, right = "import numpy\n\na = 1\nb = 2\n", "import torch\nx = 0\n\na = 1\nc = 3\n"
    pair = evidence.aligned("file.py", left, right)
    assert [chunk.same for chunk in pair.chunks] == [False, True, False]
    assert (pair.equal, pair.total) == (2, 5)
    assert plain(line for chunk in pair.chunks for line in chunk.left) == left.splitlines()
    assert plain(line for chunk in pair.chunks for line in chunk.right) == right.splitlines()


def plain(lines) -> list[str]:
    return [html.unescape(re.sub("<[^>]+>", "", line)) for line in lines]


def test_every_line_of_the_mirrored_files_is_shown():
    for name in ("regression.py", "sgd.py", "training.py"):
        left, right = ((ROOT / side / name).read_text(encoding="utf-8") for side in ("manual", "torch_impl"))
        pair = evidence.aligned(name, left, right)
        assert plain(line for chunk in pair.chunks for line in chunk.left) == left.splitlines()
        assert plain(line for chunk in pair.chunks for line in chunk.right) == right.splitlines()


@pytest.mark.parametrize("side", [0, 1], ids=["manual", "torch_impl"])
def test_the_lines_told_beside_each_link_stand_in_the_two_programs(side):
    lines = (ROOT / ("manual", "torch_impl")[side] / "regression.py").read_text(encoding="utf-8").splitlines()
    told = [line[side] for line in page.LINKS.values() if line]
    assert len(told) == 9
    assert set(told) <= {line.split("  #")[0].strip() for line in lines}


EDITORS = {
    field["key"]: {**exercise, **field} for exercise in editors.editors(course.read()) for field in exercise["fields"]
}


@pytest.mark.parametrize("field", EDITORS)
def test_an_editor_knows_the_truth_and_what_each_of_the_judges_mistakes_gives(field):
    editor = EDITORS[field]
    task, output = editor["name"], [one["output"] for one in editor["fields"]].index(editor["output"])
    trials = [{name: read(trial[name]) for name in editor["parameters"]} for trial in editor["trials"]]
    assert [read(value) for value in editor["expected"]] == [
        programs.results(task, programs.Program(), trial)[output] for trial in trials
    ]
    named = {mistake["name"] for mistake in editor["mistakes"]}
    assert named <= {one.name for one in mistakes.singles(task)}
    assert all(mistake["gives"] != editor["expected"] for mistake in editor["mistakes"])


@pytest.mark.parametrize("name", course.bundled())
def test_a_formula_is_asked_for_wherever_one_of_fractions_answers(name):
    fields = {one["name"]: len(one["fields"]) for one in editors.editors(course.read(course.bundled()[name]))}
    assert {name for name, count in fields.items() if count} == TYPED.get(name, set())


TYPED = {
    "line": {"predict", "mse", "dmse_dyp", "gradients", "sgd_step", "momentum_step"},
    "line-half": {"predict", "compute_cost", "compute_gradient"},
    "line-sum": {"loss", "gradients", "update"},
    "line-theta": {"step"},
}  # fmt: skip


def test_a_star_within_code_stresses_nothing():
    assert templating.marked("`a*b` and `c*d`, *now*") == "<code>a*b</code> and <code>c*d</code>, <em>now</em>"


def test_the_truths_of_another_course_are_its_own():
    half = course.read(course.bundled()["line-half"])
    (cost,) = next(one["fields"] for one in editors.editors(half) if one["name"] == "compute_cost")
    for trial, expected in zip(cost["trials"], cost["expected"], strict=True):
        assert Fraction(expected) == sum(r * r for r in read(trial["r"])) / (2 * Fraction(trial["n"]))


def test_the_slips_of_another_course_are_those_of_its_formulas_and_its_authors():
    half = {one["name"]: one["fields"] for one in editors.editors(course.read(course.bundled()["line-half"]))}
    said = {one["name"]: one for one in half["compute_gradient"][0]["mistakes"]}
    assert "half-forgotten" in said
    assert {"en", "ko"} == said["half-forgotten"]["see"].keys()
    named = {one["name"].partition("(")[0] for field in half["compute_gradient"] for one in field["mistakes"]}
    assert {"missing-factor", "factor-two-missing"} <= named
    assert "outputs-exchanged" not in named  # one output alone does not tell it from a missing x
    for field in (each for fields in half.values() for each in fields):
        gives = [one["gives"] for one in field["mistakes"]]
        assert field["expected"] not in gives
        assert all(one not in gives[at + 1 :] for at, one in enumerate(gives))


def read(text):
    return [Fraction(entry) for entry in text] if isinstance(text, list) else Fraction(text)


def test_the_editors_know_the_commonest_slips():
    named = {field: {mistake["name"] for mistake in editor["mistakes"]} for field, editor in EDITORS.items()}
    assert {"missing-factor-two", "sum-not-mean", "wrong-sign"} <= named["dmse_dyp-dyp"]
    assert {"missing-x", "extra-x", "product-of-means"} <= named["gradients-dw"]
    assert "swapped" not in named["gradients-dw"]  # one output alone does not tell it from a missing x
    assert {"uphill", "missing-learning-rate"} <= named["sgd_step-w"]


def test_the_inputs_of_an_editor_tell_all_its_mistakes_apart_from_the_first_rows_on():
    rows = [len(trial["y"]) for trial in EDITORS["mse-loss"]["trials"]]
    assert rows == sorted(rows)
    assert rows[0] == 1


def test_what_is_broken_on_the_page_is_a_mistake_that_the_judge_knows():
    known = {one.name for one in mistakes.singles("gradients")}
    assert set(play.BROKEN) <= known
    assert play.broken_words()["missing-x"]["en"] == Messages("check", "en")("mistake.missing-x.name")


def test_a_live_sentence_has_an_element_for_every_number_in_every_language():
    text = templating.Words("page").live("play.live", w="a-w", b="a-b", loss="a-loss", dw="a-dw", db="a-db")
    assert text.count('<span data-out="a-loss">') == len(LANGUAGES)
    assert "\x01" not in text


def test_a_figure_in_the_page_has_both_languages_and_ids_of_its_own():
    svg = '<svg width="10pt" height="5pt"><g id="a"/><use href="#a"/><text style="fill: #222222">loss</text></svg>'
    inline = evidence.inline(svg, "losses", {"loss": {"en": "loss", "ko": "손실"}})
    assert 'id="losses-0"' in inline
    assert 'href="#losses-0"' in inline
    assert '<text lang="ko" style="fill: var(--ink)">손실</text>' in inline


def test_a_figure_in_the_page_is_written_shortly_and_drawn_the_same():
    use = '<use xlink:href="#m" x="{}" y="2" style="fill: #222222"/>'
    drawn = f'<path d="M 1.23456 -0.98765"/><g>{use.format(1.0004)} {use.format(3)}</g>'
    inline = evidence.inline(f'<svg width="10pt" height="5pt">{drawn}</svg>', "ulp", {})
    assert 'd="M 1.2 -1"' in inline
    marks = '<use href="#ulp-0" x="1" y="2"/> <use href="#ulp-0" x="3" y="2"/>'
    assert f'<g><g style="fill: var(--ink)">{marks}</g></g>' in inline


def test_words_of_a_figure_are_noted_in_every_language():
    words = templating.Noting("figures")
    assert words("axis.epoch") == "epoch"
    assert words.said == {"epoch": {"en": "epoch", "ko": "에포크"}}


def test_numbers_are_shown_with_all_digits_that_tell_them_apart():
    assert evidence.shown(-19.040000915527344, 9) == "-19.0400009"
    assert evidence.shown([1.0, None], 9) == "1\n—"


def test_a_fraction_too_long_to_read_becomes_a_decimal_that_says_so():
    assert evidence.fraction(Fraction(-476, 25)) == "-476/25"
    assert evidence.fraction(Fraction(2**80, 3**50)).endswith("…")


def test_a_lesson_without_a_record_counts_none():
    unrecorded = comparison(rows=[row(recorded=None)], trajectory=[])
    assert evidence.table(unrecorded).tally.recorded == 0


@pytest.mark.parametrize("name", WINDOWS)
def test_the_sliders_start_within_their_range(name):
    ranges = play_set(name, (1, 2, 3), (2, 4, 6), (1.0, 1.0, 0.01))["ranges"]
    assert all(low <= start <= high for low, high, _, start in ranges.values())


def test_the_command_writes_one_page_below_twelve_hundred_kilobytes_with_one_import_of_torch(tmp_path):
    every_process = os.environ | {"PYTHONPROFILEIMPORTTIME": "1"}
    arguments = [sys.executable, "-m", "compare", "page", "--out", str(tmp_path)]
    done = subprocess.run(arguments, capture_output=True, text=True, cwd=ROOT, env=every_process)
    assert done.returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert 100_000 < len(page.encode()) < 1_200_000
    assert len(re.search('<section id="figures".*?</section>', page, re.DOTALL)[0].encode()) < 300_000
    assert len(re.findall(r"\| +torch$", done.stderr, re.MULTILINE)) == 1
    assert not re.search(r"\| +torch\._dynamo$", done.stderr, re.MULTILINE)


def test_a_page_that_cannot_be_written_gets_one_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command, "_compare", list)
    monkeypatch.setenv("LC_ALL", "C")
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert main(["page", "--out", str(tmp_path / "file")]) == 2
    assert "cannot be written (File exists); give another place" in capsys.readouterr().err
