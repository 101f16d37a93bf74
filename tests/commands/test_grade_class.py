"""A class of 300 from each system, graded and uploaded as a file: by what the importers of these systems do."""

import csv
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from compare.__main__ import main
from tests import right_answers

RIGHT = Path(right_answers.__file__).read_text(encoding="utf-8")
HALF = RIGHT.replace("return 2 * (yp - y) / len(y)", "return (yp - y) / len(y)")  # 18 of 20 points
NOTHING = "x = ("
FAMILY = "김 이 박 최 정 강 조 윤 장 임 de_la_Cruz O'Neill Nguyễn Müller Santos".split()  # noqa: SIM905
GIVEN = "민지 서준 하은 도윤 지우 예준 수아 시우 Ana María Lê Zoë José Ida Mai Ng Bo Li Jo An".split()  # noqa: SIM905
SIZE = 300


class Student(NamedTuple):
    number: int
    name: str

    @property
    def sid(self) -> str:
        return f"2023{self.number:04}"

    @property
    def canvas(self) -> int:
        return 4000 + self.number

    @property
    def participant(self) -> int:
        return 700 + self.number

    @property
    def mail(self) -> str:
        return f"s{self.number}@school.kr"


CLASS = [Student(at, f"{GIVEN[at // len(FAMILY)]} {FAMILY[at % len(FAMILY)]}") for at in range(SIZE)]
ABSENT = [one for one in CLASS if one.number % 10 == 9]
PRESENT = [one for one in CLASS if one.number % 10 != 9]


def answer(one: Student) -> tuple[str, float]:
    """What a student handed in last, and what it is worth."""
    return [(RIGHT, 20.0), (HALF, 18.0), (NOTHING, 0.0)][one.number % 3]


def packed(path: Path, files: Mapping[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def saved(path: Path, rows: list[list[object]]) -> Path:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8-sig")
    return path


def course(folder: Path, text: str = "") -> Path:
    (folder / "course.toml").write_text(f'title = "Homework 1"\nseconds = 0.5\n{text}')
    return folder / "course.toml"


def grade(answers: Path, *options: str | Path) -> Path:
    out = answers.parent / "grades"
    given = ["grade", answers, "--out", out, "--lang", "en", *options]
    assert main([str(each) for each in given]) == 0
    return out


def table(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def canvas_name(one: Student) -> str:
    return re.sub(r"\W|_", "", unicodedata.normalize("NFC", one.name.casefold()))


def canvas_export(folder: Path) -> Path:
    """As Canvas names files: late ones, three attempts of one in ten, pictures beside."""
    files = {}
    for one in PRESENT:
        late = "LATE_" if one.number % 7 == 0 else ""
        name = f"{canvas_name(one)}_{late}{one.canvas}"
        if one.number % 10 == 4:
            files |= {
                f"{name}_{60000 + one.number}_answers.py": NOTHING,
                f"{name}_{90000 + one.number}_plot.png": "PNG",
            }
            files[f"{name}_{70000 + one.number}_answers-1.py"] = answer(one)[0]
        else:
            files[f"{name}_{60000 + one.number}_hw1.py"] = answer(one)[0]
    return packed(folder / "submissions.zip", files)


def canvas_gradebook(folder: Path) -> Path:
    header = [
        "Student",
        "ID",
        "SIS User ID",
        "SIS Login ID",
        "Section",
        "Homework 0 (70)",
        "Homework 1 (71)",
        "Final Score",
    ]
    rows: list[list[object]] = [
        header,
        [""] * 6 + ["Manual Posting", ""],
        ["    Points Possible", *[""] * 4, 5, 20, "(read only)"],
    ]
    rows += [[one.name, one.canvas, one.sid, one.mail, "A", 3, "", 88.1] for one in CLASS]
    return saved(folder / "gradebook.csv", [*rows, ["Student, Test", 9999, "", "", "A", "", "", ""]])


def canvas_import(path: Path) -> dict[int, str]:
    """Grades by user: the assignment by its number, a student by the id; nothing may be made anew or renamed."""
    header, *rows = table(path)
    assert header == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Homework 1 (71)"]
    grades = {}
    for row in rows:
        if "Points Possible" in row[0]:
            assert row[-1] == "20"  # the assignment's maximum becomes what stands here
        elif not all(re.fullmatch(r"\s*(Manual Posting.*)?\s*", cell) for cell in row):
            assert row[1].isdecimal()  # else it is looked for by its name
            grades[int(row[1])] = row[-1]
    return grades


def test_canvass_class_is_uploaded_without_a_correction(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gradebook = canvas_gradebook(tmp_path)
    out = grade(canvas_export(tmp_path), "--course", course(tmp_path), "--roster", gradebook)
    expected = {one.canvas: f"{answer(one)[1]:g}" for one in PRESENT} | {one.canvas: "" for one in ABSENT} | {9999: ""}
    assert canvas_import(out / "canvas.csv") == expected
    said = capsys.readouterr().err
    assert f"gradebook.csv: {len(ABSENT)} handed in nothing: {ABSENT[0].name}; " in said
    assert said.count("a later attempt of the same student counts") == 30
    late = [row for row in table(out / "grades.csv")[1:] if row[9] == "late"]
    assert len(late) == len([one for one in PRESENT if one.number % 7 == 0])
    assert {path.name for path in out.glob("*.csv")} == {"grades.csv", "canvas.csv"}


def moodle_folder(one: Student) -> str:
    """As Moodle cleans a name for a file."""
    return re.sub(r"[&<>\"'`|:\\/]", "", one.name.replace("_", " ")) + f"_{one.participant}_assignsubmission_file"


MOODLE = ["Identifier", "Full name", "Email address", "Status", "Grade", "Maximum Grade", "Grade can be changed",
          "Last modified (submission)", "Last modified (grade)", "Feedback comments"]  # fmt: skip
BEFORE = "Monday, 2 March 2026, 10:00 AM"


def worksheet(folder: Path) -> Path:
    rows: list[list[object]] = [MOODLE]
    for one in CLASS:
        graded = [7, "20.00", "Yes", "-", BEFORE, ""] if one.number == 5 else ["", "20.00", "Yes", "-", "-", ""]
        rows.append([f"Participant {one.participant}", one.name, one.mail, "Submitted", *graded])
    return saved(folder / "Grades.csv", rows)


def moodle_import(path: Path, graded_at: Mapping[int, str]) -> dict[int, float]:
    """Grades by participant: the columns by their names, the number behind the word; rows that are older than the last
    grade, hold none, or one above the maximum are passed over without a word."""
    header, *rows = table(path)
    number, grade, at = (header.index(name) for name in ("Identifier", "Grade", "Last modified (grade)"))
    grades = {}
    for row in rows:
        participant = int(row[number][len("Participant ") :])
        if row[grade] and float(row[grade]) <= 20 and row[at] == graded_at.get(participant, "-"):
            grades[participant] = float(row[grade])
    return grades


def test_moodles_class_is_uploaded_without_a_correction(tmp_path: Path) -> None:
    files = {f"{moodle_folder(one)}/hw1.py": answer(one)[0] for one in PRESENT}
    sheet = worksheet(tmp_path)
    out = grade(packed(tmp_path / "all.zip", files), "--course", course(tmp_path), "--roster", sheet)
    grades = moodle_import(out / "moodle.csv", {705: BEFORE})
    assert grades == {one.participant: answer(one)[1] for one in PRESENT}
    assert [row[:4] for row in table(out / "moodle.csv")] == [row[:4] for row in table(sheet)]


def teams() -> Iterator[tuple[str, list[Student]]]:
    for at in range(0, SIZE, 3):
        yield f"Team {at // 3 + 1}", CLASS[at : at + 3]


def test_moodles_teams_have_a_row_each_where_a_table_says_who_they_are_and_none_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = worksheet(tmp_path)
    files = {f"{name}_{710 + at}_assignsubmission_file/a.py": HALF for at, (name, _) in enumerate(teams())}
    answers = packed(tmp_path / "all.zip", files | {"Default group_assignsubmission_file/a.py": RIGHT})
    out = grade(answers, "--course", course(tmp_path), "--roster", sheet)
    assert moodle_import(out / "moodle.csv", {}) == {}
    assert capsys.readouterr().err.count("give --groups FILE") == 101
    (tmp_path / "some.csv").write_text("student,group\n20231001,Team 1\n")
    grade(answers, "--course", course(tmp_path), "--groups", tmp_path / "some.csv")
    assert "has no row in moodle.csv; give --roster FILE" in capsys.readouterr().err
    groups: list[list[object]] = [["student", "group"]]
    for name, members in teams():
        groups += [[members[0].mail, name], [members[1].name, name], [f"Participant {members[2].participant}", name]]
    named = saved(tmp_path / "groups.csv", groups)
    grade(answers, "--course", course(tmp_path), "--roster", sheet, "--groups", named)
    grades = moodle_import(out / "moodle.csv", {705: BEFORE})
    assert grades == {one.participant: 18.0 for one in CLASS}


def gradescope_export(folder: Path) -> Path:
    """Pairs, a resubmission of every fifth, students without an id."""
    files, metadata = {}, []
    for at, one in enumerate(PRESENT[::2]):
        both = PRESENT[2 * at : 2 * at + 2]
        for again in range(1 + (at % 5 == 0)):
            number = 5000 + 2 * at + again
            people = "".join(
                f"  - :name: {each.name}\n    :sid: '{each.sid if each.number % 4 else ' '}'\n    :email: {each.mail}\n"
                for each in both
            )
            at_time = f"2026-03-0{3 - again} 12:00:00.5 Z"  # the export does not order by time
            metadata.append(f"submission_{number}:\n  :submitters:\n{people}  :created_at: {at_time}\n  :score: 0.0\n")
            files[f"assignment_9_export/submission_{number}/answers.py"] = NOTHING if again else answer(one)[0]
    files["assignment_9_export/submission_metadata.yml"] = "---\n" + "".join(metadata)
    return packed(folder / "all.zip", files)


def test_gradescopes_class_of_pairs_fills_any_table_and_lateness_costs_what_the_course_says(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Name", "SID", "Email"], *([one.name, one.sid, one.mail] for one in CLASS)]
    late = 'missing = "zero"\n[late]\nshare = 0.1\nper = "day"\ngrace = 60\ndue = 2026-03-02T12:30:00Z\n'
    roster = saved(tmp_path / "roster.csv", rows)
    out = grade(
        gradescope_export(tmp_path), "--course", course(tmp_path, late), "--roster", roster, "--for", "junit,gradescope"
    )
    points = {}
    for at, one in enumerate(PRESENT[::2]):
        for each in PRESENT[2 * at : 2 * at + 2]:
            points[each.sid] = max(0.0, answer(one)[1] - 2)
    points |= {one.sid: 0.0 for one in ABSENT}
    assert {row[1]: float(row[3]) for row in table(out / "roster.csv")[1:]} == points
    assert {path.suffix for path in (out / "gradescope").iterdir()} == {".json"}
    assert (out / "junit.xml").exists()
    found = json.loads((out / "gradescope" / f"{PRESENT[1].sid}.json").read_text(encoding="utf-8"))
    assert "handed in late (23.5 hours): -2 points" in found["output"]
    grade(tmp_path / "all.zip", "--course", course(tmp_path))
    assert not list(out.glob("roster.csv")) + list(out.glob("junit.xml"))


def ilias_export(folder: Path) -> Path:
    """As ILIAS names folders and files, names of ASCII letters, with the table that it puts beside them: late files, a
    second attempt of every tenth."""
    files = {"HW 1/HW 1.xlsx": "PK"}
    for one in PRESENT:
        first, _, last = "".join(letter if letter.isascii() else "" for letter in one.name).partition(" ")
        place = f"HW 1/Submissions/{last.replace('_', ' ')}_{first}_s{one.number}_{300 + one.number}"
        late = "Late Submission - " if one.number % 7 == 0 else ""
        if one.number % 10 == 4:
            files |= {f"{place}/answers.py": NOTHING, f"{place}/{late}answers (2).py": answer(one)[0]}
        else:
            files |= {f"{place}/{late}hw1.py": answer(one)[0], f"{place}/plot.png": "PNG"}
    return packed(folder / "all.zip", files)


def test_iliass_class_fills_a_table_of_logins_and_who_is_late_pays_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows: list[list[object]] = [["Name", "Login", "Grade"], *([one.name, f"s{one.number}", ""] for one in CLASS)]
    rule = '[late]\npoints = 2\nper = "once"\n'
    roster = saved(tmp_path / "roster.csv", rows)
    out = grade(ilias_export(tmp_path), "--course", course(tmp_path, rule), "--roster", roster)
    expected = {f"s{one.number}": max(0.0, answer(one)[1] - 2 * (one.number % 7 == 0)) for one in PRESENT}
    assert {row[1]: float(row[2]) for row in table(out / "roster.csv")[1:] if row[2]} == expected
    said = capsys.readouterr()
    assert "270 submissions: 270 graded now" in said.out
    assert said.err.count("a later attempt of the same student counts") == 30
    assert f"{len(ABSENT)} handed in nothing" in said.err


def test_iliass_teams_have_a_row_for_each_member(tmp_path: Path) -> None:
    groups: list[list[object]] = [["login", "group"], *([f"s{one.number}", f"Team {one.number // 3}"] for one in CLASS)]
    rows: list[list[object]] = [["Login"], *([f"s{one.number}"] for one in CLASS)]
    one_each = {f"Team {at}/_{at}_s{3 * at}_{at}/answers.py": HALF for at in range(SIZE // 3)}
    answers = packed(tmp_path / "all.zip", {f"HW/{path.replace(f'/_{at}_', '/A_B_')}": text
                                            for at, (path, text) in enumerate(one_each.items())})  # fmt: skip
    given = ("--roster", saved(tmp_path / "roster.csv", rows), "--groups", saved(tmp_path / "groups.csv", groups))
    out = grade(answers, "--course", course(tmp_path), *given)
    assert {row[1] for row in table(out / "roster.csv")[1:]} == {"18"}


def test_a_dry_run_says_who_is_who_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "class").mkdir()
    for name in ("20230001.py", "stranger.py", "teama.py", "20230002.pdf"):
        (tmp_path / "class" / name).write_text(RIGHT)
    roster = saved(tmp_path / "roster.csv", [["이름", "학번"], *([one.name, one.sid] for one in CLASS[:5])])
    groups = saved(tmp_path / "groups.csv", [["student", "group"], ["20230003", "Team A"]])
    out = grade(tmp_path / "class", "--roster", roster, "--groups", groups, "--dry-run")
    said = capsys.readouterr()
    lines = {line.split()[0]: line.rstrip() for line in said.out.splitlines()}
    assert lines["20230001.py"].endswith(CLASS[1].name)
    assert "Team A" in lines["teama.py"]
    assert "it is no .py" in lines["20230002.pdf"]
    assert f"2 handed in nothing: {CLASS[0].name}; {CLASS[4].name}" in said.err
    assert "in no row, graded all the same: stranger.py" in said.err
    assert not out.exists()


def test_of_several_attempts_the_best_counts_where_the_course_says_so(tmp_path: Path) -> None:
    one = CLASS[4]
    names = [
        f"{canvas_name(one)}_{one.canvas}_{number}_answers{mark}.py" for number, mark in ((1, ""), (2, "-1"), (3, "-2"))
    ]
    (tmp_path / "class").mkdir()
    for name, text in zip(names, (NOTHING, RIGHT, HALF), strict=True):
        (tmp_path / "class" / name).write_text(text)
    gradebook = canvas_gradebook(tmp_path)
    out = grade(tmp_path / "class", "--course", course(tmp_path, 'attempts = "best"\n'), "--roster", gradebook)
    assert [row[:1] + row[3:4] for row in table(out / "grades.csv")[1:]] == [[names[1], "20"]]
    assert len(list((out / "findings").glob("*.md"))) == 1
    assert "another attempt of the same student has more points" in (out / "index.html").read_text(encoding="utf-8")
    (tmp_path / "class" / names[1]).write_text(NOTHING + "# worse")
    grade(tmp_path / "class", "--course", course(tmp_path, 'attempts = "best"\n'), "--roster", gradebook)
    assert canvas_import(out / "canvas.csv")[one.canvas] == "18"
    assert len(list((out / "findings").glob("*.md"))) == 1


def test_a_grade_above_moodles_maximum_is_warned_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = {f"{moodle_folder(one)}/hw1.py": RIGHT for one in PRESENT[:2]}
    answers = packed(tmp_path / "all.zip", files)
    (tmp_path / "grades").mkdir()
    (tmp_path / "grades" / "adjustments.csv").write_text("submission,exercise,points,reason\n701,*,+1,bonus\n")
    grade(answers, "--course", course(tmp_path))
    assert "passed over by Moodle" in capsys.readouterr().err


@pytest.mark.parametrize(("points", "kim", "lee"), [(3, "20", ""), (20, "20", "0")])
def test_a_history_fills_the_column_only_where_it_is_worth_as_much(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], points: int, kim: str, lee: str
) -> None:
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "kim.py").write_text(RIGHT)
    (tmp_path / "class" / "lee.csv").write_text("0,1\n")
    roster = saved(tmp_path / "roster.csv", [["id"], ["kim"], ["lee"]])
    out = grade(tmp_path / "class", "--course", course(tmp_path, f"[history]\npoints = {points}\n"), "--roster", roster)
    assert table(out / "roster.csv") == [["id", "Homework 1"], ["kim", kim], ["lee", lee]]
    assert ("say points = 20 in [history] of the course" in capsys.readouterr().err) is (not lee)


@pytest.mark.parametrize("options", [["--for", "excel"], ["--roster", "none.csv"], ["--groups", "none.csv"]])
def test_a_wrong_option_is_a_usage_error(tmp_path: Path, options: list[str]) -> None:
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "kim.py").write_text(RIGHT)
    try:
        code = main(["grade", str(tmp_path / "class"), "--out", str(tmp_path / "out"), *options])
    except SystemExit as end:
        code = int(end.code or 0)
    assert code == 2


def test_another_classs_table_is_refused_before_anybody_has_a_zero(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "20230001.py").write_text(RIGHT, encoding="utf-8")
    other = tmp_path / "other.csv"
    other.write_text("id,name\n1,Kim\n2,Lee\n", encoding="utf-8")
    given = ["grade", str(tmp_path / "class"), "--out", str(tmp_path / "grades"), "--roster", str(other)]
    assert main([*given, "--lang", "en"]) == 2
    assert "it has a row for nobody of this class (20230001.py …)" in capsys.readouterr().err


def files(place: Path, **texts: str) -> Path:
    """A folder with a `.py` a student, or what the name says."""
    place.mkdir()
    for name, text in texts.items():
        (place / (name if "." in name else f"{name}.py")).write_text(text, encoding="utf-8")
    return place


def adjusted(folder: Path, *lines: str) -> None:
    (folder / "grades").mkdir()
    (folder / "grades" / "adjustments.csv").write_text("\n".join(["submission,exercise,points,reason", *lines]))


def points(out: Path) -> dict[str, tuple[str, str]]:
    return {row[1]: (row[3], row[6]) for row in table(out / "grades.csv")[1:]}


def test_what_everybody_is_given_is_not_given_for_an_answer_that_was_refused(tmp_path: Path) -> None:
    place = files(tmp_path / "class", kim=HALF, lee=NOTHING, **{"park.pdf": "", "choi.pdf": ""})
    adjusted(tmp_path, "*,gradients,+1,unclear", "choi,gradients,+1,mailed", "*,*,+1,all")
    out = grade(place)
    assert points(out) == {
        "kim": ("20", "adjusted"), "lee": ("0", "bad-source"), "park": ("0", "refused"), "choi": ("1", "adjusted"),
    }  # fmt: skip
    page = (out / "index.html").read_text(encoding="utf-8")
    assert page.count("it is no .py, .ipynb, .csv, .json or .npy") == 4  # in the list of files, and in each row
    assert "adjusted: it is no .py" in page


def test_no_exercise_is_worth_less_than_nothing_and_who_loses_more_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    adjusted(tmp_path, "kim,mse,-5,slip", "kim,*,'-2,late", "lee,mse,-2,slip")
    out = grade(files(tmp_path / "class", kim=RIGHT, lee=RIGHT))
    assert points(out) == {"kim": ("16", "adjusted"), "lee": ("18", "adjusted")}
    assert "'-" not in (out / "grades.csv").read_text(encoding="utf-8")
    said = capsys.readouterr().err
    assert "takes more from an exercise than it has, which leaves it 0" in said
    assert "kim.py mse" in said
    assert "lee" not in said


def test_who_handed_in_nothing_is_credited_by_any_id_of_the_roster_and_by_name_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gradebook = canvas_gradebook(tmp_path)
    one, absent, other = CLASS[1], CLASS[2], CLASS[3]
    place = tmp_path / "class"
    files(place, **{f"{canvas_name(one)}_{one.canvas}_1_answers.py": RIGHT})
    lines = f"{one.sid},mse,1,slip", f"{absent.mail},*,+15,on paper", "*,mse,+1,all", f"{other.number},mse,1,?"
    adjusted(tmp_path, *lines)
    given = ("--course", course(tmp_path, 'missing = "zero"\n'), "--roster", gradebook)
    out = grade(place, *given)
    grades = canvas_import(out / "canvas.csv")
    assert [grades[each.canvas] for each in (one, absent, other)] == ["20", "15", "0"]
    assert points(out) == {str(one.canvas): ("20", "adjusted"), str(absent.canvas): ("15", "adjusted")}
    said = capsys.readouterr()
    assert "2 submissions: 1 graded now, 0 kept from before, 1 refused. See" in said.out
    assert f"{absent.canvas}: nothing was handed in; the points are those of adjustments.csv" in said.err
    assert f"line 5: there is no submission '{other.number}'" in said.err
    assert {row[2] for row in table(out / "grades.csv")[1:]} == {one.name, absent.name}
    assert (out / "findings" / f"{absent.canvas}.md").exists()


def test_who_handed_in_nothing_is_called_by_the_first_id_of_a_table(tmp_path: Path) -> None:
    adjusted(tmp_path, "lee@x.kr,*,+3,on paper")
    roster = saved(tmp_path / "roster.csv", [["학번", "메일"], ["1001", "kim@x.kr"], ["1002", "lee@x.kr"], ["", ""]])
    out = grade(files(tmp_path / "class", **{"1001": RIGHT}), "--roster", roster)
    assert points(out) == {"1001": ("20", "graded"), "1002": ("3", "adjusted")}


def test_the_summary_counts_each_submission_once_whatever_is_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = {"a_1_10_answers.py": HALF, "a_1_11_answers-1.py": RIGHT, "b_2_12_hw.py": HALF, "b_2_13_plot.png": "",
             "c_3_14_hw.pdf": "", "d_4_15_one.py": HALF, "d_4_16_two.py": RIGHT}  # fmt: skip
    place = files(tmp_path / "class", **names)
    ends = []
    for more in ((), (), ("--only", "1"), ("--course", course(tmp_path, 'attempts = "best"\n'))):
        grade(place, *more)
        said = capsys.readouterr()
        ends.append(said.out.partition(". See")[0].replace("4 submissions: ", ""))
    assert ends[:3] == [
        "2 graded now, 0 kept from before, 2 refused. More files, not taken: 3",
        "0 graded now, 2 kept from before, 2 refused. More files, not taken: 3",
        "1 graded now, 1 kept from before, 2 refused. More files, not taken: 3",
    ]
    assert "not taken (1): b_2_13_plot.png: it is no .py" in said.err
    assert "a_1_10_answers.py: another attempt of the same student has more points" in said.err
    assert "d_4_15_one.py: there are several answers" in said.err
    assert "d_4_16_two.py: there are several answers" in said.err


def test_who_is_left_where_one_alone_was_asked_for_is_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = files(tmp_path / "class", kim=RIGHT, lee=HALF, **{"park.pdf": ""})
    grade(place, "--only", "kim")
    said = capsys.readouterr().out
    assert said.startswith("3 submissions: 1 graded now, 0 kept from before, 1 refused. Not graded yet: 1 (")


def test_a_table_for_a_system_that_would_find_nobody_is_not_written_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = grade(packed(tmp_path / "all.zip", {"submission_7/answers.py": RIGHT}), "--for", "moodle,canvas")
    assert {path.name for path in out.glob("*.csv")} == {"grades.csv", "canvas.csv"}
    assert "moodle.csv; give --roster FILE with the grading worksheet: submission_7/" in capsys.readouterr().err
    moodle = packed(tmp_path / "two.zip", {"Kim_17_assignsubmission_file_/a.py": RIGHT})
    out = grade(moodle, "--for", "canvas")
    assert {path.name for path in out.glob("*.csv")} == {"grades.csv", "moodle.csv"}
    assert "has no row in canvas.csv; give --roster FILE with the gradebook that Canvas exports: Kim_17" in (
        capsys.readouterr().err
    )


def test_moodles_worksheet_says_who_is_late_and_its_feedback_why_the_points_are_fewer(tmp_path: Path) -> None:
    sheet = worksheet(tmp_path)
    lines = sheet.read_text(encoding="utf-8-sig").replace("Submitted", "Submitted for grading - 1 day 1 hour late", 1)
    sheet.write_text(lines, encoding="utf-8-sig")
    answers = packed(tmp_path / "all.zip", {f"{moodle_folder(one)}/hw1.py": RIGHT for one in CLASS[:3]})
    adjusted(tmp_path, "702,*,-1,no name")
    out = grade(answers, "--course", course(tmp_path, '[late]\npoints = 2\nper = "day"\n'), "--roster", sheet)
    rows = {row[0]: row for row in table(out / "moodle.csv")}
    assert [rows[f"Participant {number}"][4] for number in (700, 701, 702)] == ["16", "20", "19"]
    assert rows["Participant 700"][9].endswith("train_momentum 3/3; handed in late (25 hours): -4 points")
    assert rows["Participant 702"][9].endswith("the answer as a whole: -1 points. Reason: no name")
    page = (out / "index.html").read_text(encoding="utf-8")
    late = page[page.index("What lateness costs") :]
    assert CLASS[0].name in page
    assert "25 hours" in late[: late.index("</table>")]
    by_hand = page[page.index("Adjusted by hand") : page.index("What lateness costs")]
    assert "no name" in by_hand
    assert "25 hours" not in by_hand


def test_a_table_for_the_class_among_the_answers_is_nobodys_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = files(tmp_path / "class", kim=RIGHT, **{"roster.csv": "id,name\nkim,Kim Minji\n"})
    out = grade(place, "--roster", place / "roster.csv")
    assert table(out / "roster.csv")[1:] == [["kim", "Kim Minji", "20"]]
    assert "not taken (1): roster.csv: it is a table of the class" in capsys.readouterr().err


def test_where_the_course_is_lenient_nobody_is_told_to_make_it_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = files(tmp_path / "class", kim=RIGHT)
    (place / "lee.zip").write_bytes(packed(tmp_path / "in.zip", {"a.py": "", "b.py": ""}).read_bytes())
    out = grade(place, "--course", course(tmp_path, "lenient = true\n"))
    texts = [path.read_text(encoding="utf-8") for path in (out / "index.html", out / "findings" / "lee.md")]
    for text in (capsys.readouterr().err, *texts):
        assert "it is an archive that does not hold exactly one .py" in text
        assert "lenient = true" not in text


@pytest.mark.parametrize("name", ["kim.py", "kim.txt", "kim.ipynb"])
def test_utf_16_is_told_in_one_clear_sentence(tmp_path: Path, name: str) -> None:
    place = files(tmp_path / "class")
    (place / name).write_bytes(RIGHT.encode("utf-16"))
    out = grade(place, "--course", course(tmp_path, "lenient = true\n"))
    told = (out / "findings" / "kim.md").read_text(encoding="utf-8").splitlines()[2]
    assert "UTF-16" in told or name.endswith(".ipynb")
    assert "Look at that line" not in told


def test_what_everybodys_lateness_costs_is_told_to_who_is_late(tmp_path: Path) -> None:
    names = {"kim_LATE_1_10_answers.py": RIGHT, "lee_2_11_answers.py": RIGHT, "park_3_12_answers.py": RIGHT}
    adjusted(tmp_path, "*,late,0,the server was down", "3,late,2,by mail")
    out = grade(files(tmp_path / "class", **names), "--course", course(tmp_path, '[late]\npoints = 2\nper = "once"\n'))
    assert {one: row[0] for one, row in points(out).items()} == {"1": "20", "2": "20", "3": "18"}
    told = {one: (out / "findings" / f"{one}.md").read_text(encoding="utf-8").count("handed in late") for one in "123"}
    assert told == {"1": 1, "2": 0, "3": 1}
