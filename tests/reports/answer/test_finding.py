"""A finding in words: what is said, in which order, in 80 columns, in both languages, and as JSON and HTML."""

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compare.exercises.findings import (
    BOOKKEEPING,
    RIGHT,
    UNCHECKED,
    VALUE,
    WRONG,
    Counterexample,
    ExerciseFinding,
    Failure,
    Finding,
)
from compare.exercises.sources import Place
from compare.exercises.table.programs import OUTPUTS
from compare.reports.answer.differences import shown, told_apart
from compare.reports.answer.explained import explained, failed, noted, summary
from compare.reports.answer.finding import as_json, table, text
from compare.reports.language import LANGUAGES, Messages
from compare.reports.terminal import COLUMNS, columns, width, wrapped
from compare.sandbox.calls import REASONS

OF_NUMBERS = ("value", "shape", "count", "not-finite", "changes")
HALF = Counterexample({"x": [1.0], "y": [0.0], "w": 1.0, "b": 0.0}, [1.0, 1.0], [2.0, 2.0])
HALVED = ExerciseFinding(
    "gradients", WRONG, 4.0, 0.0, VALUE, ("missing-factor-two",), tries=9, counterexample=HALF, outputs=("dw", "db"),
    output="dw", got=1.0, truth=2.0, off=1.0, allowance=2.4e-7,
    moved={"parameter": "w", "entry": None, "at": 1.0, "step": 1.0, "low": 0.0, "high": 4.0}, names=("dw", "db"),
)  # fmt: skip
DONE = ExerciseFinding("predict", RIGHT, 2.0, 2.0, tries=203, names=OUTPUTS["predict"])
LATE = ExerciseFinding(
    "train", WRONG, 3.0, 0.0, VALUE, ("loss-after-update",), ("extra-step-before",), first_wrong_epoch=0,
    fault=BOOKKEEPING, notes=("changed-input:x",), names=OUTPUTS["train"],
)  # fmt: skip
FAILED = ExerciseFinding("mse", WRONG, 2.0, reason="error", detail="<script>alert(1)</script>", line=7, names=("loss",))
TODO = ExerciseFinding("sgd_step", UNCHECKED, 2.0, reason="missing", names=OUTPUTS["sgd_step"])
FINDING = Finding(2.0, 13.0, (DONE, HALVED, LATE, FAILED, TODO))
ENGLISH, KOREAN = Messages("check", "en"), Messages("check", "ko")


def where(line: int) -> Place:
    return Place(None, line)


def in_cell(line: int) -> Place:
    return Place(3, line - 10)


def kinds(finding: ExerciseFinding) -> list[str]:
    return [part.kind for part in explained(finding, ENGLISH, where)]


def said(finding: ExerciseFinding, kind: str, say: Messages = ENGLISH, where=where) -> str:
    return "\n".join(part.text for part in explained(finding, say, where) if part.kind == kind)


def test_what_is_said_comes_in_the_order_of_reading():
    assert kinds(HALVED) == ["input", "given", "expected", "off", "mistake", "see", "hand", "try"]


def test_the_counterexample_is_said_with_its_numbers():
    assert said(HALVED, "input") == "x = [1], y = [0], w = 1, b = 0"
    assert said(HALVED, "given") == "dw = 1, db = 1"
    assert said(HALVED, "expected") == "dw = 2, db = 2"
    assert said(HALVED, "off").startswith("dw is 1 away, 50 %; ")


def test_a_derivative_is_shown_as_the_slope_between_two_losses():
    assert "(4 - 0) / 2 = 2" in said(HALVED, "hand")


def test_else_the_right_number_is_redone_step_by_step():
    redone = HALVED._replace(moved=None, steps=("r = 1 - 0 = 1", "dw = 2*1*1 = 2"))
    assert said(redone, "hand") == "r = 1 - 0 = 1\ndw = 2*1*1 = 2"
    assert said(redone._replace(reason="shape"), "hand") == ""


ERRORS = [
    ("ModuleNotFoundError: No module named 'torch.nn'", "Nothing is wrong with your torch:"),
    ("NameError: name 'W' is not defined", "spelling, capitals"),
    ("EOFError: EOF when reading a line", "delete input()"),
    ("TypeError: unsupported operand type(s) for ^: 'float' and 'int'", "a square is **2"),
    ("TypeError: ufunc 'bitwise_xor' not supported for the input types", "a square is **2"),
    ("RecursionError: maximum recursion depth exceeded", "calls itself"),
    ("FileNotFoundError: [Errno 2] No such file or directory: 'a.csv'", "empty folder"),
    ("PermissionError: [Errno 13] Permission denied: 'a.csv'", "empty folder"),
    ("KeyError: 1", "Look at that line"),
]


@pytest.mark.parametrize(("error", "words"), ERRORS)
def test_an_error_comes_with_what_to_try(error, words):
    assert words in said(FAILED._replace(detail=error), "try")
    assert words in failed("answers.py", Failure("error", error, 1), ENGLISH, where)


def test_a_notebook_that_needs_a_library_can_be_checked_where_it_is():
    missing = FAILED._replace(detail="ModuleNotFoundError: No module named 'torch'", line=17)
    assert "check(gradients)" not in said(missing, "try")
    assert "check(gradients)" in said(missing, "try", where=in_cell)
    assert "check(gradients)" in failed("a.ipynb", Failure("error", missing.detail, 17), ENGLISH, in_cell)


@pytest.mark.parametrize(
    ("name", "given", "expected", "words"),
    [
        ("train", (), (4,), "the whole list of losses"),
        ("mse", (3,), (), "around the whole product"),
        ("mse", (3, 3), (), "(n, 1)"),
        ("predict", (3, 1), (3,), "(n, 1)"),
        ("predict", (), (3,), "a return inside a loop"),
        ("predict", (2,), (3,), "print it for the input above"),
        ("predict", (2, 3), (3, 2), "Rows and columns are exchanged"),
        ("predict", (3,), (3, 2), "print it for the input above"),
        ("sgd_step", (), (), "print it for the input above"),
    ],
)
def test_a_wrong_shape_is_answered_by_what_came(name, given, expected, words):
    shapes = {"shape_given": given, "shape_expected": expected}
    wrong = ExerciseFinding(name, WRONG, 3.0, reason="shape", names=OUTPUTS[name], **shapes)
    assert words in said(wrong, "try")
    assert ("(n, 1)" in said(wrong, "try")) is (len(given) > 1 >= len(expected))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("where", [where, in_cell])
def test_what_was_left_out_is_said_once_for_the_whole_answer(language, where):
    say = Messages("check", language)
    kit = "left-out:18:error:ModuleNotFoundError: No module named 'compare'"
    finding = FINDING._replace(notes=("left-out:17:error:ValueError: a: b", kit, "left-out:19:stalled:"))
    note, other, rest = noted(finding, say, where)
    assert "ValueError: a: b" in note
    assert say("reason.stalled.what", place="") in other
    assert as_json("a.py", finding, say, where)["notes"] == [note, other, rest]
    assert note in table("", finding, say, where)
    shown = text("", finding, say, where)
    assert note.split()[0] in shown
    assert max(map(width, shown.split("\n"))) <= COLUMNS


@pytest.mark.parametrize(("where", "place"), [(where, "(line 17)"), (in_cell, "(code cell 3, line 7)")])
def test_a_misspelt_function_is_asked_after(where, place):
    finding = Finding(0.0, 2.0, (TODO._replace(name="gradients", notes=("perhaps:gradient:17",)),))
    shown = " ".join(text("", finding, ENGLISH, where).split())
    assert f"not found; did you call it gradient {place}?" in shown
    assert "not written yet" not in shown


def test_where_a_print_can_be_seen_is_said_with_the_call_to_make():
    unknown = HALVED._replace(mistakes=())
    assert "if __name__ == '__main__': print(gradients(np.array([1.0]), np.array([0.0]), 1.0, 0.0))" in said(
        unknown, "try"
    )
    assert "in a cell of its own, below your functions: print(" in said(unknown, "try", where=in_cell)
    assert "__main__" not in said(unknown, "try", where=lambda line: Place(0, line))
    assert "__main__" not in said(HALVED, "try")
    assert "__main__" not in said(unknown._replace(tries=1), "try")
    large = HALF._replace(inputs={**HALF.inputs, "x": [1.0] * 13, "y": [0.0] * 13})
    assert "__main__" not in said(unknown._replace(counterexample=large), "try")


def test_two_readings_of_the_same_numbers_are_both_said():
    assert "either" in said(LATE, "also")
    assert len([kind for kind in kinds(LATE) if kind == "try"]) == 2


def test_a_mistake_in_a_loss_is_explained_as_one():
    in_loss = HALVED._replace(in_loss=HALVED.mistakes, counterexample=None)
    assert said(in_loss, "mistake").startswith("there is a ½ too many")
    assert "No ½ stands" not in said(in_loss, "try")


def test_each_derivative_is_told_its_own_mistake():
    apart = HALVED._replace(apart=("db",))
    assert said(apart, "mistake") == ("dw: something else\ndb: the factor 2 is missing (missing-factor-two)")


def test_of_two_mistakes_each_is_said_to_do_so_by_itself():
    both = HALVED._replace(mistakes=("missing-factor-two", "wrong-sign"))
    assert said(both, "see").count("By itself: ") == 2
    assert "By itself" in said(HALVED._replace(inherited=("mse",)), "see")
    assert "By itself" not in said(HALVED, "see")


def test_two_mistakes_are_named_and_explained_each():
    both = HALVED._replace(mistakes=("missing-factor-two", "wrong-sign"))
    assert said(both, "mistake").endswith("(missing-factor-two, wrong-sign)")
    assert kinds(both).count("see") == kinds(both).count("try") == 2


def test_an_unknown_mistake_is_not_given_a_name():
    assert said(HALVED._replace(mistakes=()), "mistake") == ENGLISH("found.no-mistake")


def test_what_was_shown_is_claimed_and_no_more():
    assert "no difference found in 203 tries" in text("", Finding(2.0, 2.0, (DONE,)), ENGLISH, where)


def test_an_inherited_mistake_keeps_its_marks_and_says_so():
    inheriting = DONE._replace(name="train", inherited=("dmse_dyp", "momentum_step"))
    shown = text("", Finding(2.0, 2.0, (inheriting,)), ENGLISH, where)
    assert "it agrees with your own dmse_dyp, momentum_step, so it keeps its" in shown
    assert "mend both" in shown
    assert "no difference" not in shown
    assert max(map(width, shown.split("\n"))) <= COLUMNS


@pytest.mark.parametrize(
    ("verdict", "confirm", "words"),
    [
        (RIGHT, True, "with {} it is right: it keeps its marks, for your instructor to confirm"),
        (UNCHECKED, True, "With {} it is right: mend those. Its marks are for your instructor to confirm."
         " Until then they do not count."),
        (UNCHECKED, False, "With {} it stops no longer: mend those first."),
    ],
)  # fmt: skip
def test_what_stops_inside_an_earlier_step_points_there(verdict, confirm, words):
    stopped = FAILED._replace(verdict=verdict, inherited=("predict",), mended=True, confirm=confirm)
    assert kinds(stopped) == []
    assert summary(stopped, ENGLISH) == words.format("right steps in the places of your own predict")


def test_what_is_wrong_only_for_an_earlier_step_points_there_and_names_no_mistake_of_its_own():
    wrong = HALVED._replace(inherited=("dmse_dyp",), mended=True, confirm=True, mistakes=())
    assert kinds(wrong) == ["input", "given", "expected", "off", "inherited"]
    assert "in the places of your own dmse_dyp it is right" in said(wrong, "inherited")
    assert summary(wrong, ENGLISH) == ""


@pytest.mark.parametrize(("where", "place"), [(where, "line 17"), (in_cell, "code cell 3, line 7")])
def test_a_line_is_said_as_the_student_sees_it(where, place):
    assert place in said(FAILED._replace(line=17), "what", where=where)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", sorted({*REASONS, *OF_NUMBERS} - {"missing", "unset"}))
def test_every_reason_is_said(language, reason):
    finding = FAILED._replace(reason=reason, shape_given=(2, 1), shape_expected=(2,))
    assert explained(finding, Messages("check", language), in_cell)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("detail", ["ValueError: no", ""])
def test_a_function_that_needs_what_was_left_out_is_told_the_name_and_the_line(language, detail):
    unset = FAILED._replace(verdict=UNCHECKED, reason="unset", detail=detail, line=17, notes=("unset:scale",))
    (part,) = explained(unset, Messages("check", language), where)
    assert "scale" in part.text
    assert "17" in part.text
    assert "ValueError" not in part.text  # it is said once, of the answer as a whole


@pytest.mark.parametrize(
    ("detail", "what"),
    [("ModuleNotFoundError: No module named 'torch.nn'", "Nothing is wrong with your torch"),
     ("FileNotFoundError: data.csv", "in an empty folder"), ("gaierror: [Errno -3]", "without a network"),
     ("EOFError: EOF when", "Nobody can type"), ("ImportError: cannot import name", "look at its spelling")],
)  # fmt: skip
def test_a_function_that_needs_what_answers_do_not_have_is_told_which_line_does_and_what_to_do(detail, what):
    lacking = FAILED._replace(verdict=UNCHECKED, reason="unset", detail=detail, line=17, notes=("reads:n:3",))
    parts = explained(lacking, Messages("check", "en"), where)
    assert [part.kind for part in parts] == ["what", "try"]
    assert parts[0].text.endswith(f"line 17 stops with {detail}")
    assert what in parts[1].text
    in_notebook = explained(lacking, Messages("check", "ko"), in_cell)
    assert len(in_notebook) == (3 if "torch" in detail else 2)


def test_a_function_with_other_parameters_is_told_those_that_are_asked_for():
    other = FAILED._replace(name="mse", detail="TypeError: mse() takes 1", line=17, notes=("takes:yp:yp, y",))
    what, tries = explained(other, Messages("check", "en"), where)
    assert what.text == "It is called as mse(yp, y), number of arguments: 2; yours is mse(yp), line 17."
    assert tries.text.endswith("def mse(yp, y):")
    assert len(explained(other, Messages("check", "ko"), in_cell)) == 2


@pytest.mark.parametrize("kind", ["class", "function", "main", "block"])
def test_a_function_that_stands_in_something_else_is_told_where_and_what_to_do(kind):
    for language in LANGUAGES:
        (part,) = explained(TODO._replace(notes=(f"inside-{kind}:Model:9",)), Messages("check", language), where)
        assert "9" in part.text
        assert "(" in part.text
    assert summary(TODO._replace(notes=(f"inside-{kind}:Model:9",)), ENGLISH) == ""


@pytest.mark.parametrize("kind", ["magic", "prompt", "fence", "alike"])
@pytest.mark.parametrize(("count", "more"), [(1, "line 17)"), (3, "line 17, and 2 more)")])
def test_what_was_put_aside_before_python_read_an_answer_is_said(kind, count, more):
    finding = Finding(0.0, 1.0, (), notes=(f"read-without:{kind}:17:{count}", "left-out:8:error:E: x"))
    first, *others = noted(finding, ENGLISH, where)
    assert more in first
    assert len(others) == 2
    assert "7" in noted(finding, Messages("check", "ko"), in_cell)[0]


def test_a_function_that_a_failed_line_may_have_been_meant_to_set_is_told_no_more():
    unset = FAILED._replace(verdict=UNCHECKED, reason="unset", detail="E: x", line=17, notes=(f"unset:{FAILED.name}",))
    (part,) = explained(unset, Messages("check", "en"), where)
    assert part.text.startswith("It is not there: line 17, which may have been meant")


@pytest.mark.parametrize(
    ("note", "said"),
    [("gone:mse:9", "line 9 takes its name away: below that, mse"), ("made:float64:9", "line 9 gives its name to")],
)
def test_a_name_that_is_no_function_any_more_is_told_with_the_line_that_took_it(note, said):
    (part,) = explained(TODO._replace(notes=(note,)), Messages("check", "en"), where)
    assert said in part.text
    assert explained(TODO._replace(notes=(note,)), Messages("check", "ko"), where)


@pytest.mark.parametrize(
    ("given", "expected", "x", "said"),
    [
        ((1, 1), (), [1.0, 2.0], "in a list or an array of one"),
        ((1,), (), [1.0, 2.0], "in a list or an array of one"),
        ((1,), (), [1.0], "a mean or a sum over the samples"),  # which may be of the samples
        ((2,), (), [1.0, 2.0], "a mean or a sum over the samples"),
        ((2, 1), (), [1.0, 2.0], "a mean or a sum over the samples"),
        ((2, 2), (), [1.0, 2.0], "shape (n, 1)? With one of shape (n,) it makes one of (n, n)"),
        ((2, 1), (2,), [1.0, 2.0], "a column"),
        ((1, 2), (2,), [1.0, 2.0], "the row of a table"),
        ((2, 2), (2,), [1.0, 2.0], "shape (n, 1)? With one of shape (n,) it makes one of (n, n)"),
        ((), (2,), [1.0, 2.0], "One number came"),
    ],
)
def test_what_to_try_about_a_shape_is_true_of_that_shape(given, expected, x, said):
    example = Counterexample({"x": x}, None, [1.0])
    finding = FAILED._replace(reason="shape", shape_given=given, shape_expected=expected, counterexample=example)
    tried = [part.text for part in explained(finding, Messages("check", "en"), where) if part.kind == "try"]
    assert said in tried[0]


def test_one_number_in_the_place_of_two_is_called_one_number():
    finding = FAILED._replace(name="gradients", names=("dw", "db"), reason="wrong-form", notes=("form:float64",))
    notes = [part.text for part in explained(finding, Messages("check", "en"), where) if part.kind == "note"]
    assert notes == ["it returned one number, and 2 are asked for: dw, db"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", REASONS)
def test_a_failure_of_the_whole_answer_is_said_in_one_line(language, reason):
    assert "\n" not in failed("answers.py", Failure(reason, "E: x", 3), Messages("check", language), in_cell)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("note", ["changed-input:x", "form:generator", "form:NoneType", "form:dict", "count:3"])
def test_every_note_is_said(language, note):
    assert said(FAILED._replace(notes=(note,)), "note", Messages("check", language))


@pytest.mark.parametrize("say", [ENGLISH, KOREAN], ids=LANGUAGES)
def test_no_line_is_wider_than_a_terminal(say):
    assert max(map(width, text("answers.py", FINDING, say, in_cell).split("\n"))) <= COLUMNS


def test_the_columns_line_up_in_korean():
    titles = [line for line in text("", FINDING, KOREAN, where).split("\n") if re.match("[a-z]", line)]
    assert len({width(re.split(r"\d+/\d+", line)[0]) for line in titles}) == 1


def test_colour_only_paints():
    painted = text("", FINDING, ENGLISH, where, colour=True)
    assert "\x1b[" in painted
    assert re.sub(r"\x1b\[\d+m", "", painted) == text("", FINDING, ENGLISH, where)


@given(st.text(alphabet="가a b\u0301,"), st.integers(2, 30))
def test_wrapping_keeps_every_letter_and_the_width(words, columns):
    lines = wrapped(words, columns)
    assert "".join(lines).replace(" ", "") == "".join(words.split())
    assert max(map(width, lines)) <= columns


def test_json_has_every_exercise_in_the_agreed_form():
    found = as_json("answers.py", FINDING, ENGLISH, where)
    assert [exercise["name"] for exercise in found["exercises"]] == ["predict", "gradients", "train", "mse", "sgd_step"]
    assert found["exercises"][1]["counterexample"] == {
        "x": [1.0], "y": [0.0], "w": 1.0, "b": 0.0, "given": [1.0, 1.0], "expected": [2.0, 2.0],
    }  # fmt: skip
    assert {type(exercise["points"]) for exercise in found["exercises"]} == {float}


@pytest.mark.parametrize("say", [ENGLISH, KOREAN], ids=LANGUAGES)
def test_a_students_words_are_shown_in_a_notebook_as_text(say):
    shown = table("<b>answers</b>", FINDING, say, where)
    assert "<script" not in shown
    assert "<b>answers" not in shown
    assert "&lt;script&gt;" in shown


def test_numbers_that_look_alike_are_told_apart():
    assert told_apart(0.1, 0.1 + 1e-9) == ("0.1", "0.100000001")
    assert shown([1.0, None, -0.0]) == "[1, nan/inf, 0]"
    assert shown([float(k) for k in range(99)]).count(",") == 12


@pytest.mark.parametrize("language", LANGUAGES)
@given(columns=st.integers(40, 160))
def test_on_a_terminal_of_any_width_no_line_is_longer_and_none_beyond_what_reads_well(language, columns):
    printed = text("answers.py", FINDING, Messages("check", language), where, columns=columns).splitlines()
    assert max(map(width, printed)) <= min(columns, 100)
    assert [word for line in printed for word in line.split()] == [
        word
        for line in text("answers.py", FINDING, Messages("check", language), where).splitlines()
        for word in line.split()
    ]


def test_the_width_is_the_terminals_and_80_columns_where_there_is_none(monkeypatch):
    terminal, pipe = io.StringIO(), io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setenv("COLUMNS", "63")
    assert (columns(terminal), columns(pipe)) == (63, 80)
    monkeypatch.setenv("COLUMNS", "7")
    assert columns(terminal) == 40
