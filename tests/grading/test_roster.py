"""Whose row is whose in Canvas's gradebook, Moodle's worksheet and any table of students, and what is written there."""

import unicodedata
from collections.abc import Mapping
from pathlib import Path

import pytest

from compare.errors import InputError
from compare.grading import roster
from compare.grading.naming import Identity
from compare.grading.roster import Matched, Roster
from compare.grading.submissions import Submission

CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,Notes,Homework 1 (771),Homework 2 (772),Current Score
,,,,,,Manual Posting,,
    Points Possible,,,,,,20.00,10.00,(read only)
"Kim, Minji",4001,20231001,minji@school.kr,"Sec 1, Sec 2",x,,3,50
"Lee, Jun",4002,20231002,jun@school.kr,Sec 1,,EX,,
"Park, Seo",4003,20231003,seo@school.kr,Sec 1,,,,
"Student, Test",9999,,,Sec 1,,,,
"""
MOODLE = """Identifier,Full name,ID number,Email address,Status,Grade,Maximum Grade,Grade can be changed,\
Last modified (submission),Last modified (grade),Feedback comments
Participant 17,Minji Kim,20231001,minji@school.kr,Submitted,,20.00,Yes,"Monday, 2 March 2026, 10:00 AM",-,
Participant 18,Jun Lee,20231002,jun@school.kr,Submitted,7.50,20.00,Yes,-,"Tuesday, 3 March 2026",old
Participant 19,Seo Park,20231003,seo@school.kr,No submission,,20.00,Yes,-,-,
"""
KIM, LEE, PARK = ("Kim, Minji", "Lee, Jun", "Park, Seo")


def table(folder: Path, text: str, title: str = "Homework 1") -> Roster:
    (folder / "roster.csv").write_text(text, encoding="utf-8")
    return roster.read(folder / "roster.csv", title)


def one(origin: str, student_id: str, name: str = "", group: str = "") -> Submission:
    path = f"{student_id or name}.py"
    return Submission(path, path, Identity(origin, student_id, name, group=group), bytes)


def matched(made: Roster, *submissions: Submission, full: float = 20.0) -> Matched:
    return roster.match(made, submissions, full)


def rows(made: Roster, *submissions: Submission) -> dict[str, str]:
    """The submission in each row, by the row's name."""
    found = matched(made, *submissions).rows
    return {made.name(line): of[0].submission for line, of in found.items()}


def said(found: Matched) -> list[str]:
    return [str(warning).partition(": ")[2] for warning in found.warnings]


def written(made: Roster, found: Matched, points: Mapping[str, tuple[str, str]], missing: str = "empty") -> str:
    return "".join(roster.filled(made, found, points, missing))


@pytest.mark.parametrize(
    "who",
    [one("canvas", "4001", "minjikim"), one("plain", "20231001"), one("gradescope", "20231001"),
     one("gradescope", "Minji@School.kr"), one("moodle", "", "Team")._replace(who=Identity("plain", "20231001", ""))],
)  # fmt: skip
def test_a_student_is_found_by_the_number_that_the_origin_knows(tmp_path: Path, who: Submission) -> None:
    assert rows(table(tmp_path, CANVAS), who) == {KIM: who.submission}


@pytest.mark.parametrize(
    "who",
    [one("plain", "4001"), one("canvas", "20231001"), one("canvas", "anon_aB3"), one("plain", "Kim, Minji"),
     one("plain", "minji"), one("plain", "9999"), one("plain", ""), one("moodle", "4001", "Kim")],
)  # fmt: skip
def test_nothing_is_guessed_and_who_is_in_no_row_is_told(tmp_path: Path, who: Submission) -> None:
    found = matched(table(tmp_path, CANVAS), who)
    assert (found.rows, found.strangers) == ({}, [who])
    assert said(found)[0] == f"in no row, graded all the same: {who.submission}"


def test_canvas_gets_its_own_columns_back_and_the_one_of_the_assignment(tmp_path: Path) -> None:
    made = table(tmp_path, CANVAS)
    found = matched(made, one("canvas", "4001"), one("canvas", "4003"))
    assert written(made, found, {"4001.py": ("17.5", "no matter")}).splitlines() == [
        "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Homework 1 (771)",
        ",,,,,Manual Posting",
        "    Points Possible,,,,,20.00",
        '"Kim, Minji",4001,20231001,minji@school.kr,"Sec 1, Sec 2",17.5',
        '"Lee, Jun",4002,20231002,jun@school.kr,Sec 1,EX',
        '"Park, Seo",4003,20231003,seo@school.kr,Sec 1,',
        '"Student, Test",9999,,,Sec 1,',
    ]
    assert made.file == "canvas.csv"


def test_who_handed_in_nothing_has_an_empty_grade_or_zero_and_no_excuse_is_overwritten(tmp_path: Path) -> None:
    made = table(tmp_path, CANVAS)
    found = matched(made, one("canvas", "4001"))
    assert said(found) == ["2 handed in nothing: Lee, Jun; Park, Seo"]
    last = [line.rpartition(",")[2] for line in written(made, found, {"4001.py": ("1", "")}, "zero").splitlines()]
    assert last[3:] == ["1", "EX", "0", ""]


@pytest.mark.parametrize("title", ["Homework 1", "Homework 1 (771)"])
def test_an_assignment_is_found_with_and_without_its_number(tmp_path: Path, title: str) -> None:
    assert table(tmp_path, CANVAS, title).sheet.header[table(tmp_path, CANVAS, title).grade] == "Homework 1 (771)"


def test_a_gradebook_without_the_assignment_is_refused_with_those_that_it_has(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"no column is called “HW”.*as one of: Homework 1 \(771\); Homework 2 \(772\)"
    ):
        table(tmp_path, CANVAS, "HW")
    with pytest.raises(InputError, match=r"as one of: Homework 1$"):
        table(tmp_path, "Student,ID,Section,Homework 1\nKim,1,a,\n", "HW")


def test_two_columns_of_one_title_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"two columns fit “Homework 1”: Homework 1 \(771\); Homework 1 \(772\)"):
        table(tmp_path, CANVAS.replace("Homework 2", "Homework 1"))


@pytest.mark.parametrize(("full", "warnings"), [(20.0, 0), (25.0, 1)])
def test_another_maximum_than_the_courses_is_warned_of(tmp_path: Path, full: float, warnings: int) -> None:
    people = (one("canvas", "4001"), one("canvas", "4002"), one("canvas", "4003"))
    found = said(matched(table(tmp_path, CANVAS), *people, full=full))
    assert found == ["the column's maximum is 20, but the course gives 25 points; change one of them before the upload"
                     ][:warnings]  # fmt: skip


def test_last_and_first_names_in_columns_of_their_own_are_one_name(tmp_path: Path) -> None:
    text = "LastName,FirstName,ID,SIS Login ID,Section,Homework 1 (7)\nKim,Minji,4001,minji,1,\n"
    made = table(tmp_path, text)
    assert rows(made, one("plain", "MINJI")) == {"Kim Minji": "MINJI.py"}
    assert made.maximum is None


def test_a_gradebook_with_semicolons_and_decimal_commas_gets_them_back(tmp_path: Path) -> None:
    text = "Student;ID;SIS Login ID;Section;Homework 1 (7)\n    Points Possible;;;;20,00\nKim;4001;minji;1;\n"
    made = table(tmp_path, text)
    lines = written(made, matched(made, one("canvas", "4001")), {"4001.py": ("17.5", "")}).splitlines()
    assert lines[-1] == "Kim;4001;minji;1;17,5"
    points = table(tmp_path, text.replace("20,00", "20.00"))
    assert written(points, matched(points, one("canvas", "4001")), {"4001.py": ("17.5", "")}).endswith(";17.5\r\n")


def test_two_answers_for_one_row_leave_it_as_it_is_and_are_named(tmp_path: Path) -> None:
    made = table(tmp_path, CANVAS)
    found = matched(made, one("plain", "20231001"), one("plain", "minji@school.kr"))
    assert found.rows == {}
    assert said(found)[0] == "two answers belong to Kim, Minji, and neither is taken: 20231001.py, minji@school.kr.py"
    assert "Kim" not in said(found)[1]


def test_attempts_of_one_student_are_one_row_of_which_the_graded_one_counts(tmp_path: Path) -> None:
    made = table(tmp_path, CANVAS)
    first = one("canvas", "4001")
    second = first._replace(id="second")
    found = matched(made, first, second)
    assert ",9\r\n" in written(made, found, {"second": ("9", "")})


def test_moodles_rows_keep_every_cell_but_grade_and_feedback(tmp_path: Path) -> None:
    made = table(tmp_path, MOODLE)
    assert (made.file, made.maximum) == ("moodle.csv", 20.0)
    found = matched(made, one("moodle", "17", "Minji Kim"), one("plain", "20231002"))
    text = written(made, found, {"17.py": ("18", "mse 2/2"), "20231002.py": ("20", "")})
    before, after = (dict(enumerate(each.splitlines())) for each in (MOODLE, text.removeprefix("\ufeff")))
    assert after[0] == before[0]
    assert after[1] == before[1].replace("Submitted,,", "Submitted,18,") + "mse 2/2"
    assert after[2] == before[2].replace("7.50", "20").removesuffix("old")
    assert after[3] == before[3]


@pytest.mark.parametrize(
    ("name", "fits"), [("Minji Kim", True), ("Sec A-Minji Kim", True), ("Team A", False), ("Participant", True)]
)
def test_a_teams_number_is_no_participants(tmp_path: Path, name: str, fits: bool) -> None:
    assert bool(rows(table(tmp_path, MOODLE), one("moodle", "17", name))) is fits


def test_a_member_of_a_team_is_found_by_an_equal_name_whichever_way_round(tmp_path: Path) -> None:
    made = table(tmp_path, MOODLE)
    assert rows(made, one("plain", "Kim, Minji", group="A")) == {"Minji Kim": "Kim, Minji.py"}
    assert rows(made, one("moodle", "18", group="A")) == {"Jun Lee": "18.py"}
    twins = table(tmp_path, MOODLE.replace("Jun Lee", "Minji Kim"))
    assert rows(twins, one("plain", "Kim, Minji", group="A")) == {}


KOREAN = """식별자,성명,상태,성적,최대 성적,성적을 변경할 수 있음,최종 수정(성적),피드백 댓글
참여자 17,김 민지,제출,-,"20,00",예,-,
참여자 18,이 준,제출,-,"20,00",예,-,
"""
GERMAN = """Kennung,Vollständiger Name,Status,Bewertung,Bestwertung,Änderbar,Zuletzt geändert (Bewertung)
Teilnehmer/in17,Kim,Zur Bewertung abgegeben,,"20,00",Ja,-
Teilnehmer/in18,Lee,Zur Bewertung abgegeben,,"20,00",Ja,-
"""


def test_a_member_who_is_in_no_row_is_named_beside_the_teams_file(tmp_path: Path) -> None:
    found = matched(table(tmp_path, CANVAS), one("plain", "20239999", group="A"))
    assert said(found)[0] == "in no row, graded all the same: 20239999.py (20239999)"


@pytest.mark.parametrize(("name", "warned"), [("kimminji", 0), ("minjikim", 0), ("teama", 1), ("", 0)])
def test_a_canvas_file_of_another_name_than_its_rows_may_be_a_teams_and_is_told(
    tmp_path: Path, name: str, warned: int
) -> None:
    made = table(tmp_path, CANVAS)
    found = matched(made, one("canvas", "4001", name), one("canvas", "4002", "leejun"), one("plain", "20231003", "x"))
    assert len(found.rows) == 3
    assert len(said(found)) == warned
    assert all("if a team handed one in, give --groups FILE" in warning for warning in said(found))


@pytest.mark.parametrize("called", ["20231001", "MINJI@school.kr", "17", "Kim Minji"])
def test_a_member_of_a_team_may_be_called_by_any_id(tmp_path: Path, called: str) -> None:
    assert rows(table(tmp_path, MOODLE), one("plain", called, group="A")) == {"Minji Kim": f"{called}.py"}


def test_an_id_that_is_one_students_number_and_anothers_participant_is_nobodys(tmp_path: Path) -> None:
    made = table(tmp_path, MOODLE.replace("20231002", "17"))
    assert rows(made, one("plain", "17", group="A")) == {}
    assert rows(made, one("plain", "17")) == {"Jun Lee": "17.py"}


def test_hangul_is_one_name_composed_or_not(tmp_path: Path) -> None:
    made = table(tmp_path, "id,name\n" + unicodedata.normalize("NFD", "김민지,이준") + "\n")
    assert matched(made, one("plain", "김민지")).strangers == []
    assert matched(made, one("plain", "이준", group="A")).strangers == []


def test_a_worksheet_in_another_language_is_understood_by_its_shape(tmp_path: Path) -> None:
    made = table(tmp_path, KOREAN)
    text = written(made, matched(made, one("moodle", "17", "김 민지")), {"17.py": ("17.5", "잘함")})
    assert '참여자 17,김 민지,제출,"17,5","20,00",예,-,잘함' in text
    assert '참여자 18,이 준,제출,-,"20,00",예,-,' in text
    made = table(tmp_path, GERMAN)
    text = written(made, matched(made, one("moodle", "17", "Kim")), {"17.py": ("17.5", "gut")})
    assert 'Teilnehmer/in17,Kim,Zur Bewertung abgegeben,"17,5","20,00",Ja,-\r\n' in text


def test_a_worksheet_with_a_scale_has_no_grade_to_fill_in(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no column of a grade beside its maximum"):
        table(tmp_path, "Kennung,Name,Status\nParticipant 1,Kim,x\n")


PLAIN = "Name,Student ID,Mail\nMinji Kim,20231001,minji@school.kr\nJun Lee,20231002,jun@school.kr\n"


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (
            PLAIN,
            "Name,Student ID,Mail,Homework 1|Minji Kim,20231001,minji@school.kr,17.5|Jun Lee,20231002,jun@school.kr,",
        ),
        ("학번,성적,반\n20231001,,1\n", "학번,성적,반|20231001,17.5,1"),
        ("id,Homework 1,points\n20231001,,3\n", "id,Homework 1,points|20231001,17.5,3"),
        ("id;points\n20231001;\n", "id;points|20231001;17,5"),
    ],
)
def test_any_table_with_an_id_gets_a_column_of_points(tmp_path: Path, text: str, after: str) -> None:
    made = table(tmp_path, text)
    found = matched(made, one("plain", "20231001"))
    filled = written(made, found, {"20231001.py": ("17.5", "")}).removeprefix("\ufeff")
    assert filled.splitlines() == after.split("|")
    assert made.file == "roster.csv"


def test_canvass_own_number_is_found_in_a_table_only_where_it_is_called_that(tmp_path: Path) -> None:
    assert rows(table(tmp_path, "id,name\n4001,Kim\n"), one("canvas", "4001")) == {}
    assert rows(table(tmp_path, "Canvas ID,name\n4001,Kim\n"), one("canvas", "4001")) == {"Kim": "4001.py"}


def test_an_id_that_stands_in_two_rows_is_nobodys(tmp_path: Path) -> None:
    found = matched(table(tmp_path, "id,name\n1,Kim\n1,Lee\n2,Park\n"), one("plain", "1"), one("plain", "2"))
    assert list(found.rows) == [2]
    assert said(found) == ["1.py fits lines 2, 3, and none of them is filled in; take out all but one"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [("name,class\nKim,1\n", "no column says who is who.*and has: name, class"), ("", "no column says who"),
     ("id,points,score\n1,,\n", "two columns fit “Homework 1”: points, score")],
)  # fmt: skip
def test_a_table_that_cannot_be_used_is_refused_with_the_cure(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        table(tmp_path, text)


def test_a_roster_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        roster.read(tmp_path / "none.csv", "x")


LATE = [
    ("Submitted for grading - 1 day 2 hours late", 26.0),
    ("Submitted for grading - 45 mins late - Extension granted until: Monday, 2 March 2026, 10:00 AM", 0.75),
    ("Submitted for grading", 0.0),
    ("No submission - Assignment is overdue by: 3 days", 0.0),
    ("채점을 위해 제출 - 3일 1 시간 늦음", 73.0),
    ("Zur Bewertung abgegeben - 2 Tage 3 Stunden später", 51.0),
    ("Enviado para calificar - 1 año 36 segundos después", 8760.01),
    ("", 0.0),
]


@pytest.mark.parametrize(("status", "hours"), LATE)
def test_moodles_worksheet_says_how_late_an_answer_is(tmp_path: Path, status: str, hours: float) -> None:
    made = table(tmp_path, MOODLE.replace("Submitted,,", f'"{status}",,'))
    assert made.hours_late(0) == pytest.approx(hours)
    assert table(tmp_path, CANVAS).hours_late(2) is None
    assert table(tmp_path, MOODLE.replace("Status", "Remark")).hours_late(0) is None


@pytest.mark.parametrize(
    ("called", "file", "warned"),
    [("김민지", "kimminji", 0), ("김민지", "이준", 1), ("Zoë Álvarez", "alvarezzoe", 0), ("Zoe A", "zoeb", 1),
     ("김 Kim", "kim", 0), ("김민지", "team3", 1), ("김민지", "Groupblue", 1), ("김민지", "teo", 0)],
)  # fmt: skip
def test_names_in_two_scripts_say_nothing_of_each_other(tmp_path: Path, called: str, file: str, warned: int) -> None:
    made = table(tmp_path, CANVAS.replace('"Kim, Minji"', called))
    found = matched(made, one("canvas", "4001", file), one("canvas", "4002"), one("canvas", "4003"))
    assert len(said(found)) == warned


def test_every_id_of_a_row_is_known_with_whose_it_is(tmp_path: Path) -> None:
    assert table(tmp_path, CANVAS).ids(2) == [("canvas", "4001"), ("plain", "20231001"), ("plain", "minji@school.kr")]
    made = table(tmp_path, MOODLE.replace("20231001", " 17 "))
    assert made.ids(0) == [("moodle", "17"), ("plain", "17"), ("plain", "minji@school.kr")]
