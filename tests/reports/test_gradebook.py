"""The gradebook from hand-made findings: every form of it whole, safe to open, and no more than the course reveals."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compare.exercises import course
from compare.exercises.findings import Counterexample, ExerciseFinding, Failure, Finding
from compare.grading.naming import Identity
from compare.reports.gradebook import Gradebook, Row, added, number, row
from compare.reports.gradebook.files import as_json, class_files, safe, student_files
from compare.reports.gradebook.page import Summary
from compare.reports.language import LANGUAGES, Messages

COURSE = course.read()._replace(points={"mse": 2.0, "gradients": 4.0})
FORMULAS = "=+-@\t\r"
DIGEST = "0123456789ab"
HOSTILE = '=cmd|"<script>alert(1)</script>'

EXAMPLE = Counterexample({"x": [1.0], "y": [0.0], "w": 1.0, "b": 0.0}, [1.0, 0.0], [2.0, 0.0])
RIGHT = ExerciseFinding("mse", "right", 2.0, 2.0, tries=200)
WRONG = ExerciseFinding(
    "gradients", "wrong", 4.0, 0.0, "value", ("missing-factor-two",), counterexample=EXAMPLE, tries=200,
    outputs=("dw",), output="dw", got=1.0, truth=2.0, off=1.0, allowance=1e-6,
)  # fmt: skip
FINDING = Finding(2.0, 6.0, (RIGHT, WRONG))


def made(name: str, finding: Finding | None = FINDING, flaw: str | None = None, **appeals: tuple[float, str]) -> Row:
    given = {exercise: (*appeal, False) for exercise, appeal in appeals.items()}
    return row(f"{name}.py", name, Identity("plain", name, name), finding, flaw, COURSE.points, given, (), 1.25, DIGEST)


def book(*rows: Row, reveal: str = "values", language: str = "en", missing: tuple[str, ...] = ()) -> Gradebook:
    limited = COURSE._replace(reveal=reveal)
    return Gradebook("course", language, limited, list(COURSE.points), missing, False, [], lambda: iter(rows))


def rendered(of: Gradebook) -> dict[str, str]:
    return dict(student_files(of)) | {path: "".join(chunks) for path, chunks in class_files(of)}


def table(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_grades_csv_has_a_row_a_submission_and_a_column_an_exercise() -> None:
    text = rendered(book(made("김민지"), made("lee", flaw="link")))["grades.csv"]
    assert text.startswith("\ufeff")
    assert table(text) == [
        ["submission", "student_id", "name", "points", "of", "percent", "status",
         "followed_through", "to_confirm", "late", "group", "sha256", "mse", "gradients"],
        ["김민지.py", "김민지", "김민지", "2", "6", "33.33", "graded", "", "", "", "", DIGEST, "2", "0"],
        ["lee.py", "lee", "lee", "0", "6", "0", "refused", "", "", "", "", DIGEST, "0", "0"],
    ]  # fmt: skip


GIVEN = ExerciseFinding("gradients", "right", 4.0, 4.0, inherited=("mse", "dmse_dyp"), tries=48)
TO_CONFIRM = WRONG._replace(inherited=("mse",), mended=True, confirm=True, mistakes=())


@pytest.mark.parametrize(
    ("exercise", "followed", "confirm"),
    [
        (GIVEN, "gradients (mse, dmse_dyp)", ""),
        (TO_CONFIRM, "", "gradients (mse)"),
        (TO_CONFIRM._replace(verdict="right", points=4.0), "gradients (mse)", "gradients (mse)"),
        (TO_CONFIRM._replace(confirm=False), "", ""),
    ],
)
def test_grades_csv_marks_what_was_followed_through_and_what_is_to_be_confirmed(
    exercise: ExerciseFinding, followed: str, confirm: str
) -> None:
    finding = Finding(2.0, 6.0, (RIGHT, exercise))
    reports = rendered(book(made("kim", finding)))
    assert table(reports["grades.csv"])[1][7:9] == [followed, confirm]
    shown = Summary(book(made("kim", finding))).confirm
    assert shown == ([("kim.py", "gradients", "mse", exercise.points, 4.0)] if confirm else [])
    assert ("To confirm" in reports["index.html"]) is bool(confirm)
    adjusted = rendered(book(made("kim", finding, gradients=(4.0, "seen"))))
    assert table(adjusted["grades.csv"])[1][7:9] == ["", ""]


def test_what_follows_from_own_steps_says_so_to_the_student_whatever_is_revealed() -> None:
    finding = Finding(6.0, 6.0, (RIGHT, GIVEN))
    for reveal in ("values", "hints", "verdicts"):
        reports = rendered(book(made("kim", finding), reveal=reveal))
        for path in ("findings/kim.json", "findings/kim.md", "gradescope/kim.json"):
            assert "it agrees with your own mse, dmse_dyp" in reports[path]
            assert "48 tries" not in reports[path]


def test_an_answer_that_could_not_be_run_has_its_reason_as_status() -> None:
    failure = Finding(0.0, 6.0, (), Failure("timed-out", "", 3))
    (_, cells) = table(rendered(book(made("kim", failure)))["grades.csv"])
    assert cells[3:] == ["0", "6", "0", "timed-out", "", "", "", "", DIGEST, "0", "0"]


@given(st.text())
def test_no_cell_starts_a_formula(text: str) -> None:
    assert not safe(text).lstrip().startswith(tuple(FORMULAS))


def test_an_adjustment_is_applied_and_shown_everywhere() -> None:
    reports = rendered(book(made("kim", gradients=(3.0, "slip of the pen"))))
    assert table(reports["grades.csv"])[1][3:] == ["5", "6", "83.33", "adjusted", "", "", "", "", DIGEST, "2", "3"]
    exercise = json.loads(reports["findings/kim.json"])["exercises"][1]
    assert exercise["adjusted"] == {"before": 0.0, "points": 3.0, "reason": "slip of the pen"}
    assert json.loads(reports["gradescope/kim.json"])["score"] == 5.0
    for path in ("findings/kim.md", "gradescope/kim.json", "index.html"):
        assert "slip of the pen" in reports[path]


def test_a_penalty_for_the_whole_answer_and_a_bonus_are_added_as_decimals_and_told_everywhere() -> None:
    appeals = {"*": (-1.7, "late", True), "mse": (0.1, "neat", True)}
    one = row("kim.py", "kim", Identity("plain", "kim", "kim"), FINDING, None, COURSE.points, appeals, (), 0.0)
    reports = rendered(book(one))
    assert table(reports["grades.csv"])[1][3:7] == ["0.4", "6", "6.67", "adjusted"]
    assert json.loads(reports["findings/kim.json"])["points"] == 0.4
    assert "the answer as a whole: -1.7 points. Reason: late" in json.loads(reports["findings/kim.json"])["notices"][0]
    assert "late" in reports["index.html"]


def test_no_penalty_makes_the_points_less_than_none() -> None:
    appeals = {"*": (-9.0, "copied", True)}
    one = row("kim.py", "kim", Identity("plain", "kim", "kim"), FINDING, None, COURSE.points, appeals, (), 0.0)
    assert one.total == 0.0


def test_tenths_add_up_to_what_a_person_adds() -> None:
    tenths = {"a": (0.1, "", False), "b": (0.2, "", False)}
    one = row("kim.py", "kim", Identity("plain", "kim", "kim"), None, None, {"a": 1.0, "b": 1.0}, tenths, (), 0.0)
    assert one.total == 0.3
    worth = row("k.py", "k", Identity("plain", "k", "k"), None, None, {"a": 0.1, "b": 0.2}, {}, (), 0.0)
    assert (worth.full, added([0.1, 0.2]), added([])) == (0.3, 0.3, 0.0)


def test_gradescopes_results_have_its_fields() -> None:
    results = json.loads(rendered(book(made("kim")))["gradescope/kim.json"])
    assert (results["score"], results["execution_time"], results["output_format"]) == (2.0, 1.25, "text")
    assert [
        (test["name"], test["number"], test["score"], test["max_score"], test["status"], test["visibility"])
        for test in results["tests"]
    ] == [("mse", "1", 2.0, 2.0, "passed", "visible"), ("gradients", "2", 0.0, 4.0, "failed", "visible")]


WHO = {
    "1234": Identity("canvas", "1234", "Kim", late=inf),
    "anon": Identity("canvas", "anon_aB3", ""),
    "17": Identity("moodle", "17", "Park", group=""),
    "team": Identity("moodle", "", "Default group", group="Default group"),
    "20231234": Identity("plain", "20231234", "20231234"),
    "mail": Identity("gradescope", "lee@school.kr", "Lee", 2.5, group="submission_7"),
}


def test_every_students_number_stands_where_its_system_looks_for_it() -> None:
    """A school's number in Canvas's own column would be another student's row."""
    rows = [row(f"{name}.py", name, who, FINDING, None, COURSE.points, {}, (), 0.0) for name, who in WHO.items()]
    reports = rendered(book(*rows))
    assert table(reports["canvas.csv"])[1:] == [
        ["    Points Possible", "", "", "", "", "6"],
        ["Kim", "1234", "", "", "", "2"],
        ["20231234", "", "20231234", "", "", "2"],
        ["Lee", "", "", "lee@school.kr", "", "2"],
    ]
    assert [cells[:4] for cells in table(reports["moodle.csv"])[1:]] == [["Participant 17", "Park", "2", "6"]]


@pytest.mark.parametrize(
    ("worth", "cells"),
    [
        (3.0, [["course", "course (history)"], ["6", "3"], ["2", ""], ["", "1.5"]]),
        (6.0, [["course"], ["6"], ["2"], ["1.5"]]),
    ],
)
def test_a_history_that_is_worth_something_else_has_a_column_of_its_own_in_canvas(
    worth: float, cells: list[list[str]]
) -> None:
    found = Finding(1.5, worth, (ExerciseFinding("history", "wrong", worth, 1.5),))
    lee = row("lee.csv", "lee", Identity("plain", "lee", "lee"), found, None, {"history": worth}, {}, (), 0.0)
    of = book(made("kim"), lee)
    of = of._replace(course=of.course._replace(history_points=worth), columns=[*of.columns, "history"])
    assert [line[5:] for line in table(rendered(of)["canvas.csv"])] == cells


@pytest.mark.parametrize(
    ("who", "cells"),
    [
        (Identity("plain", "김민지", "김민지"), ["", "", "김민지", ""]),
        (Identity("plain", "kim@school.kr", "kim@school.kr"), ["", "", "", "kim@school.kr"]),
        (Identity("plain", "Kim Minji", "Kim Minji", 0.0, "Team A"), None),
        (Identity("plain", "20231234", "", 0.0, "Team A"), ["", "", "20231234", ""]),
        (Identity("gradescope", "20231234", "Kim"), ["Kim", "", "20231234", ""]),
    ],
)
def test_canvas_is_told_no_name_that_it_could_take_for_a_student(who: Identity, cells: list[str] | None) -> None:
    one = row("kim.py", "kim", who, FINDING, None, COURSE.points, {}, (), 0.0)
    assert [line[:4] for line in table(rendered(book(one))["canvas.csv"])[2:]] == ([cells] if cells else [])


@pytest.mark.parametrize(("flaw", "rows"), [("machine-busy", 0), ("judging-died", 0), ("ambiguous", 1)])
def test_what_only_the_grader_could_not_do_is_uploaded_nowhere(flaw: str, rows: int) -> None:
    people = (Identity("moodle", "17", "Kim"), Identity("canvas", "4001", "Kim"))
    made_of = [row("k.py", one.origin, one, None, flaw, COURSE.points, {}, (), 0.0) for one in people]
    reports = rendered(book(*made_of))
    assert (len(table(reports["canvas.csv"])[2:]), len(table(reports["moodle.csv"])[1:])) == (rows, rows)


def test_lateness_and_the_team_are_in_the_gradebook() -> None:
    rows = [row(f"{name}.py", name, who, FINDING, None, COURSE.points, {}, (), 0.0) for name, who in WHO.items()]
    assert [cells[9:11] for cells in table(rendered(book(*rows))["grades.csv"])[1:]] == [
        ["late", ""], ["", ""], ["", ""], ["", "Default group"], ["", ""], ["2.5", "submission_7"],
    ]  # fmt: skip


def test_what_lateness_costs_is_taken_from_the_whole_and_told_but_is_no_hands_adjustment() -> None:
    appeals = {"late": (-0.3, "2 hours", True)}
    one = row("kim.py", "kim", Identity("plain", "kim", "kim", 2.0), FINDING, None, COURSE.points, appeals, (), 0.0)
    reports = rendered(book(one))
    assert table(reports["grades.csv"])[1][3:7] == ["1.7", "6", "28.33", "graded"]
    assert json.loads(reports["findings/kim.json"])["notices"] == ["handed in late (2 hours): -0.3 points"]
    assert "2 hours" in reports["index.html"]


@pytest.mark.parametrize(
    ("exports", "files"),
    [((), set()), (("canvas", "csv"), {"canvas.csv"}), (("moodle", "junit"), {"moodle.csv", "junit.xml"}),
     (("gradescope",), {"gradescope/kim.json"})],
)  # fmt: skip
def test_only_what_is_asked_for_is_written(exports: tuple[str, ...], files: set[str]) -> None:
    written = rendered(book(made("kim"))._replace(exports=exports))
    assert {path for path in written if not path.startswith("findings/")} == {"grades.csv", "index.html"} | files


def test_junit_counts_what_is_wrong() -> None:
    tree = ElementTree.fromstring(rendered(book(made("kim"), made("lee", flaw="link")))["junit.xml"].encode())
    assert [(suite.get("name"), suite.get("failures"), suite.get("errors")) for suite in tree] == [
        ("kim.py", "1", "0"),
        ("lee.py", "0", "1"),
    ]
    failure = tree.find(".//failure")
    assert failure is not None
    assert failure.get("message") == "wrong-value, missing-factor-two"


@pytest.mark.parametrize(
    ("reveal", "shown", "hidden"),
    [
        ("values", ["expected: ", "missing-factor-two"], []),
        ("hints", ["missing-factor-two"], ["expected: ", "[2.0, 0.0]"]),
        ("verdicts", ["wrong"], ["expected: ", "missing-factor-two", "[2.0, 0.0]"]),
    ],
)
def test_students_see_no_more_than_the_course_reveals(reveal: str, shown: list[str], hidden: list[str]) -> None:
    reports = rendered(book(made("kim"), reveal=reveal))
    for path in ("findings/kim.json", "findings/kim.md", "gradescope/kim.json"):
        assert not [text for text in hidden if text in reports[path]]
    assert not [text for text in shown if text not in reports["findings/kim.json"]]
    assert "missing-factor-two" in reports["index.html"]


def test_the_finding_is_that_of_check_with_its_reason() -> None:
    found = json.loads(rendered(book(made("kim")))["findings/kim.json"])
    assert {key: found[key] for key in ("answer", "points", "of")} == {"answer": "kim.py", "points": 2.0, "of": 6.0}
    wrong = found["exercises"][1]
    assert (wrong["verdict"], wrong["reason"], wrong["mistakes"]) == ("wrong", "wrong-value", ["missing-factor-two"])
    assert wrong["counterexample"]["expected"] == [2.0, 0.0]


def test_the_page_says_which_mistakes_the_class_makes_and_how_often() -> None:
    right = Finding(2.0, 6.0, (RIGHT,))
    summary = Summary(book(made("kim"), made("lee"), made("park", right), made("choi", flaw="link")))
    assert summary.mistakes == [("gradients", "missing-factor-two", 2)]
    assert summary.statuses == [("graded", 3), ("refused", 1)]
    assert (sum(summary.bars), summary.submissions, summary.refused) == (3, 4, 1)


MISSPELT = ExerciseFinding("gradients", "unchecked", 4.0, reason="missing", notes=("perhaps:gradient:3",))
UNWRITTEN = ExerciseFinding("gradients", "unchecked", 4.0, reason="missing")
ENDLESS = ExerciseFinding("gradients", "unchecked", 4.0, reason="timed-out", detail="2", line=7)
STOPPED = ExerciseFinding("gradients", "unchecked", 4.0, reason="error", detail="NameError: name 'kim' is not defined")


@pytest.mark.parametrize(
    ("exercise", "cause"),
    [(MISSPELT, "not found: they wrote gradient"), (UNWRITTEN, "not written yet"),
     (ENDLESS, "it did not end within its time"), (STOPPED, "it stopped with NameError"),
     (WRONG._replace(reason="shape", mistakes=()), "the shape is …, but … is asked for")],
)  # fmt: skip
def test_why_something_is_unchecked_is_counted_over_the_class(exercise: ExerciseFinding, cause: str) -> None:
    finding = Finding(2.0, 6.0, (RIGHT, exercise))
    of = book(made("kim", finding), made("lee", finding), made("park"))
    assert Summary(of).causes == [("gradients", cause, 2)]
    shown = rendered(of)["index.html"]
    assert shown.index(cause) < shown.index("missing-factor-two")


@pytest.mark.parametrize("exercise", [WRONG, RIGHT, WRONG._replace(reason="shape"),
                                      STOPPED._replace(inherited=("mse",), mended=True)])  # fmt: skip
def test_what_has_a_name_or_comes_from_elsewhere_is_no_cause(exercise: ExerciseFinding) -> None:
    assert Summary(book(made("kim", Finding(2.0, 6.0, (RIGHT, exercise))))).causes == []


def test_an_answer_as_a_whole_that_cannot_be_read_or_is_anothers_is_a_cause_before_all_others() -> None:
    failure = Finding(0.0, 6.0, (), Failure("bad-source", "invalid syntax", 3))
    another = Finding(0.0, 6.0, (UNWRITTEN._replace(name="mse"), UNWRITTEN), None, ("another:forward, backward",))
    of = book(made("kim", failure), made("lee", another), made("park", Finding(2.0, 6.0, (RIGHT, ENDLESS))))
    assert Summary(of).causes == [
        ("", "Python cannot read it", 1), ("", "looks like another assignment", 1),
        ("gradients", "it did not end within its time", 1),
    ]  # fmt: skip
    assert rendered(of)["index.html"].count("looks like another assignment") == 2  # among the causes, and as its status
    assert "none of the functions that are asked for is there, but forward, backward" in rendered(of)["findings/lee.md"]


@pytest.mark.parametrize(
    ("said", "markdown"),
    [
        ("run: if __name__ == '__main__': print(f(_x))", "run: `if __name__ == '__main__': print(f(_x))`"),
        ("a square is **2; ^ is not", "a square is `**2`; ^ is not"),
        ("w * x and dmse_dyp, __init__.", "`w * x` and dmse_dyp, `__init__`."),
        ("is 2 * (w * x + b - y) * x. So", "is `2 * (w * x + b - y) * x`. So"),
        ("dw = 2 * mean(r * x), db", "`dw = 2 * mean(r * x)`, db"),
        ("as in yp - y ** 2 (see w * x) here", "as in `yp - y ** 2` (see `w * x`) here"),
        ("only if __name__ == '__main__' (line 3)", "only if `__name__ == '__main__'` (line 3)"),
        ("w * x + b입니다. 제곱은 **2입니다", "`w * x + b`입니다. 제곱은 `**2`입니다"),
        ("에포크 0~3)와 김*", r"에포크 0\~3)와 김`*`"),
        ("a = b and 3 - 2", "a = b and 3 - 2"),
        ("a `tick`` here", "a ``` `tick`` ``` here"),
        ("<script>*x*</script>", "&lt;`script>*x*`&lt;/script>"),
        ("see [a](b)", r"see [a]\(b)"),
        ("a|b\\c", r"`a|b\c`"),
    ],
)
def test_code_in_a_finding_survives_copying(said: str, markdown: str) -> None:
    exercise = STOPPED._replace(reason="error", detail=said)
    text = rendered(book(made("kim", Finding(0.0, 6.0, (RIGHT, exercise)))))["findings/kim.md"]
    assert markdown in text


def test_what_was_graded_is_told_by_its_hash() -> None:
    reports = rendered(book(made("kim")))
    assert json.loads(reports["findings/kim.json"])["sha256"] == DIGEST
    for path in ("findings/kim.md", "findings/kim.html", "index.html", "grades.csv"):
        assert DIGEST in reports[path]
    assert "SHA-256" not in rendered(book(made("kim")._replace(digest="")))["findings/kim.md"]


@pytest.mark.parametrize("reveal", ["values", "hints", "verdicts"])
def test_a_finding_is_a_page_too_which_shows_what_the_markdown_shows(reveal: str) -> None:
    adjusted = made("kim", gradients=(3.0, "slip <of> the pen"))
    page = rendered(book(adjusted, reveal=reveal))["findings/kim.html"]
    assert "kim.py: 5 of 6 points" in page
    assert "3 of 4" in page
    assert "adjusted by hand from 0: now 3. Reason: slip &lt;of&gt; the pen" in page
    assert ("the factor 2 is missing" in page) is (reveal != "verdicts")
    assert ("went in" in page) is (reveal == "values")
    refused = rendered(book(made("lee", flaw="link"), reveal=reveal))["findings/lee.html"]
    assert "it is a link; hand in the file itself" in refused


def test_what_the_instructor_is_to_know_stands_on_the_page_and_nowhere_else() -> None:
    reports = rendered(book(made("kim"))._replace(remarks=["4 handed in <nothing>"]))
    assert [path for path, text in reports.items() if "handed in" in text] == ["index.html"]
    assert "4 handed in &lt;nothing&gt;" in reports["index.html"]


def test_who_was_refused_is_in_no_mean() -> None:
    summary = Summary(book(made("kim"), made("lee", flaw="link")))
    assert summary.mean == summary.median == pytest.approx(100 / 3)
    assert [(task.mean, dict(task.verdicts)) for task in summary.tasks] == [
        (2.0, {"right": 1, "wrong": 0, "unchecked": 0}), (0.0, {"right": 0, "wrong": 1, "unchecked": 0}),
    ]  # fmt: skip


@pytest.mark.parametrize(("late", "told"), [(0.0, 0.0), (2.5, 2.5), (inf, True)])
def test_lateness_is_json_whatever_is_known_of_it(late: float, told: object) -> None:
    one = made("kim")
    text = "".join(as_json(book(one._replace(who=one.who._replace(late=late)))))
    assert json.loads(text, parse_constant=pytest.fail)["submissions"][0]["late"] == told


def test_what_students_wrote_is_text_in_every_report() -> None:
    finding = FINDING._replace(exercises=(RIGHT, WRONG._replace(reason="error", detail=HOSTILE, mistakes=())))
    hostile = row(f"{HOSTILE}.py", "id", Identity("plain", HOSTILE, HOSTILE), finding, None, COURSE.points, {}, (), 0.0)
    reports = rendered(book(hostile))
    assert reports["index.html"].count("<script") == 1  # its own, which sorts
    assert "<script" not in reports["findings/id.md"] + reports["findings/id.html"]
    assert ElementTree.fromstring(reports["junit.xml"].encode())[0].get("name") == f"{HOSTILE}.py"
    for path in ("grades.csv", "canvas.csv", "moodle.csv"):
        assert not [cell for cells in table(reports[path]) for cell in cells if cell.startswith(tuple(FORMULAS))]


def test_missing_isolation_is_said_in_every_report() -> None:
    reports = rendered(book(made("kim"), missing=("system-calls",)))
    silent = {path for path, text in reports.items() if "--unsafe" not in text}
    assert silent == {"grades.csv", "canvas.csv", "moodle.csv"}  # their columns are fixed; and nobody here is Moodle's
    assert json.loads("".join(as_json(book(made("kim"), missing=("user",)))))["notices"]


def test_measured_times_are_in_their_own_fields_only() -> None:
    first, second = (rendered(book(made("kim")._replace(seconds=seconds))) for seconds in (1.0, 2.0))
    differing = {path for path in first if first[path] != second[path]}
    assert differing == {"gradescope/kim.json", "junit.xml"}
    times = re.compile(r'("execution_time": |time=")[\d.]+')
    assert all(times.sub("", first[path]) == times.sub("", second[path]) for path in differing)


def test_the_gradebook_as_one_object_says_what_grades_csv_says() -> None:
    whole = json.loads("".join(as_json(book(made("kim"), made("lee", flaw="link")))))
    assert [(one["submission"], one["points"], one["status"]) for one in whole["submissions"]] == [
        ("kim.py", 2.0, "graded"),
        ("lee.py", 0.0, "refused"),
    ]


def test_the_class_is_read_anew_for_each_report_and_never_held() -> None:
    reads: list[int] = []

    def rows() -> Iterator[Row]:
        reads.append(1)
        yield made("kim")

    rendered(book()._replace(rows=rows))
    assert len(reads) >= 5


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_report_speaks_both_languages(language: str) -> None:
    page = rendered(book(made("kim"), made("lee", flaw="link"), language=language))["index.html"]
    assert f'<html lang="{language}">' in page
    assert Messages("grade", language)("page.mistakes") in page


def test_both_languages_have_the_same_messages() -> None:
    assert Messages("grade", "en").keys() == Messages("grade", "ko").keys()


@pytest.mark.parametrize(("value", "text"), [(2.0, "2"), (0.0, "0"), (7.5, "7.5"), (1 / 3, "0.33"), (100.0, "100")])
def test_points_are_written_as_people_do(value: float, text: str) -> None:
    assert number(value) == text
