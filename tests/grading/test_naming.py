"""Whose file is this: the name of a path, whole, in each system's export, and how many folders lie around the class."""

from datetime import datetime
from pathlib import Path

import pytest

from compare.errors import InputError
from compare.grading.entries import refused
from compare.grading.naming import (
    GRADESCOPE_NAMES,
    UNTOLD,
    Handed,
    Identity,
    Student,
    is_of_ilias,
    own_name,
    series,
    student,
    wrapper,
)
from compare.grading.people import Team, people_in, teams, with_teams

PEOPLE = {
    "1234": Handed((("12", "Lee Jun"),)),
    "7": Handed((("12", "Lee Jun"), ("kim@school.kr", "Kim Minji")), datetime.fromisoformat("2026-03-02T10:00:00Z")),
}


@pytest.mark.parametrize(
    ("path", "origin", "number", "name", "file"),
    [
        ("Kim Minji_12345_assignsubmission_file_/answers.py", "moodle", "12345", "Kim Minji", "answers.py"),
        ("Kim_1_assignsubmission_onlinetext_/a/b.py", "moodle", "1", "Kim", "b.py"),
        ("Kim Minji_12345_assignsubmission_file_my.py", "moodle", "12345", "Kim Minji", "my.py"),
        ("submission_1234/answers.py", "gradescope", "12", "Lee Jun", "answers.py"),
        ("submission_99/answers.py", "gradescope", "99", "", "answers.py"),
        ("kimminji_1234_5678_answers.py", "canvas", "1234", "kimminji", "answers.py"),
        ("kim_min_ji_1234_5678_my_answers.py", "canvas", "1234", "kim_min_ji", "my_answers.py"),
        ("anon_aB3dE_90004_answers.py", "canvas", "anon_aB3dE", "", "answers.py"),
        ("kim_1_2_a.py/answers.py", "plain", "kim_1_2_a.py", "kim_1_2_a.py", "answers.py"),
        ("kim/part/answers.py", "plain", "kim", "kim", "answers.py"),
        ("kim.py", "plain", "kim", "kim", "kim.py"),
        ("submission_1234", "plain", "submission_1234", "submission_1234", "submission_1234"),
    ],
)
def test_every_part_of_a_path_is_understood(path: str, origin: str, number: str, name: str, file: str) -> None:
    found = student(path.split("/"), PEOPLE)
    assert found.people == (Identity(origin, number, name),)
    assert found.file == file


def test_files_of_one_student_have_one_key_and_those_of_others_another() -> None:
    def key(path: str) -> tuple[str, ...]:
        return student(path.split("/"), PEOPLE).key

    assert key("kim_1234_5_a.py") == key("kim_LATE_1234_6_b.py") == ("canvas", "1234")
    assert key("20231234.py") == key("20231234.ipynb") == ("plain", "20231234")
    assert key("Kim_5_assignsubmission_file_/a.py") == key("Kim_5_assignsubmission_file_/b.py") == ("moodle", "5")
    assert key("submission_7/a.py") == ("gradescope", "12", "kim@school.kr")
    assert key("anon_aB3dE_1_a.py") != key("anon_Xy9_1_a.py")


def test_what_canvas_says_of_lateness_and_order_is_kept() -> None:
    late = Identity("canvas", "1234", "kimminji", late=UNTOLD)
    assert student(["kimminji_LATE_1234_5678_answers-1.py"], {}) == Student(
        ("canvas", "1234"), (late,), "answers-1.py", 5678
    )
    assert student(["anon_aB3dE_LATE_90_a.py"], {}).people == (Identity("canvas", "anon_aB3dE", "", late=UNTOLD),)


def test_a_team_is_everybody_who_handed_in_together() -> None:
    both = (Identity("gradescope", "12", "Lee Jun", group="submission_7"),
            Identity("gradescope", "kim@school.kr", "Kim Minji", group="submission_7"))  # fmt: skip
    assert student(["submission_7", "answers.py"], PEOPLE).people == both


def test_moodles_default_team_has_no_number_and_so_nobodys_row() -> None:
    found = student(["Default group_assignsubmission_file_", "answers.py"], {})
    assert found.key == ("moodle", "Default group")
    assert found.people == (Identity("moodle", "", "Default group", group="Default group"),)


@pytest.mark.parametrize(
    ("paths", "zipped", "folders"),
    [
        ("class/kim.py class/lee.py", True, 1),
        ("class/kim.py class/lee.py", False, 0),  # a folder that holds one folder: that is one student
        ("kim/answers.py kim/notes.txt", True, 0),
        ("kim/ANSWERS.ipynb kim/notes.txt", True, 0),
        ("class/kim/answers.py class/lee/answers.py", True, 1),
        ("all/class/kim/answers.py all/class/lee/answers.py", True, 2),
        ("all/class/kim.py all/class/lee.py", True, 2),
        ("class/kim.py notes.txt", True, 0),
        ("kim/a.py", True, 0),
        ("kim/a.py lee/a.py", True, 0),
        ("assignment_7_export/submission_1/a.py", False, 1),
        ("hw/kim_1_2_answers.py", True, 1),
        ("hw/kim_1_2_answers.py hw/lee_3_4_a.py", False, 1),
        ("hw/anon_aB3_4_a.py", False, 1),
        ("all/hw/Kim_1_assignsubmission_file_/a.py", False, 2),
        ("hw/submission_1/a.py hw/submission_metadata.yml", False, 1),
        ("Kim_1_assignsubmission_file_/a.py Kim_1_assignsubmission_file_/b.py", True, 0),
        ("Default group_assignsubmission_file_/a.py Default group_assignsubmission_file_/b.py", True, 0),
        ("submission_1/a.py submission_1/b.py", True, 0),
        ("HW/Kim_Mi_kimm_1/a.py HW/Lee_Jun_leej_2/a.py", False, 1),
        ("HW/Sub/Team_7/Kim_Mi_kimm_1/a.py HW/Sub/Team_8/Lee_Jun_leej_2/a.py HW/HW.xlsx", True, 2),
        ("HW/Kim_Mi_kimm_1/a.py", False, 0),  # a folder of one's own may be called anything
        ("Team-7/Kim_Mi_kimm_1/a.py Team-7/Lee_Jun_leej_2/a.py", False, 0),
        ("HW/kim_1_2_a.py gradebook.xlsx", False, 1),
        ("HW/kim_1_2_a.py lee.py", False, 0),
        ("HW/kim.py HW/lee.py notes.pdf", True, 0),
        ("Kim_Mi_kimm_1/a.py", True, 0),
        ("Kim_Mi_kimm_1/Lee_Jun_leej_2/a.py Kim_Mi_kimm_1/Ho_An_hoa_3/b.py", False, 0),
    ],
)
def test_folders_around_the_whole_class_are_told_from_a_students_own(paths: str, zipped: bool, folders: int) -> None:
    parts = paths.replace("Default group", "Default-group").split()
    assert wrapper([path.replace("Default-group", "Default group").split("/") for path in parts], zipped) == folders


def test_gradescopes_people_are_read_as_far_as_they_are_there() -> None:
    metadata = """---
submission_1:
  :submitters:
  - :name: "Kim: Minji"
    :sid: '12'
    :email: kim@school.kr
  - :name: Lee Jun
    :sid: ' '
    :email: lee@school.kr
  :created_at: 10:30
submission_2:
  :submitters:
  - :email: XavierX
submission_3:
  :status: processed
submission_4:
  :submitters:
  - :name: Park
    :sid:
    :email: park@school.kr
"""
    assert GRADESCOPE_NAMES == "submission_metadata.yml"
    assert people_in(metadata) == {
        "1": Handed((("12", "Kim: Minji"), ("lee@school.kr", "Lee Jun"))),
        "2": Handed((("XavierX", ""),)),
        "3": Handed((("3", ""),)),
        "4": Handed((("park@school.kr", "Park"),)),
    }


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("2026-03-02 10:30:00.123456789 Z", "2026-03-02T10:30:00.123456+00:00"),
        ("2026-03-02 10:30:00 UTC", "2026-03-02T10:30:00+00:00"),
        ("'2026-03-02T10:30:00.5-07:00'", "2026-03-02T10:30:00.500000-07:00"),
        ("2026-03-02 10:30:00", None),
        ("10:30", None),
        ("2026-13-02 10:30:00 Z", None),
    ],
)
def test_when_it_was_handed_in_is_known_where_the_zone_is(said: str, moment: str | None) -> None:
    (handed,) = people_in(f"submission_1:\n  :created_at: {said}\n  :score: 1\n").values()
    assert handed.at == (datetime.fromisoformat(moment) if moment else None)


def groups(folder: Path, text: str) -> dict[str, Team]:
    (folder / "groups.csv").write_text(text, encoding="utf-8")
    return teams(folder / "groups.csv")


def test_a_table_of_groups_says_who_is_in_which(tmp_path: Path) -> None:
    text = "Student;Group\n20231001;Team A\nKim, Minji;team a\n20231001;TEAM-A\n;Team A\n20231003;\nParticipant 7;2조\n"
    assert groups(tmp_path, text) == {
        "teama": Team("Team A", ("20231001", "Kim, Minji")), "2조": Team("2조", ("Participant 7",)),
    }  # fmt: skip
    assert groups(tmp_path, "학번,조\n1,가\n") == {"가": Team("가", ("1",))}
    with pytest.raises(InputError, match="must name the columns student,group"):
        groups(tmp_path, "student,class\n1,A\n")


A = {"teama": Team("Team A", ("20231001", "Kim Minji", "Participant 7"))}
MEMBERS = (
    Identity("plain", "20231001", "", group="Team A"),
    Identity("plain", "Kim Minji", "Kim Minji", group="Team A"),
    Identity("moodle", "7", "", group="Team A"),
)


def whose(known: dict[str, Team], *paths: str) -> list[tuple[Identity, ...]]:
    each = [(student(path.split("/"), PEOPLE), refused(path, "")) for path in paths]
    return [who.people for who, _ in with_teams(each, known)]


@pytest.mark.parametrize(
    "path",
    ["Team A_17_assignsubmission_file_/answers.py", "Team A_assignsubmission_file_/a.py", "teama_12_34_answers.py",
     "Team A/answers.py", "team-a.py"],
)  # fmt: skip
def test_the_file_of_a_known_team_is_that_of_each_member(path: str) -> None:
    assert whose(A, path) == [MEMBERS]


def test_what_canvas_says_of_a_teams_lateness_holds_for_each_member() -> None:
    assert {who.late for who in whose(A, "teama_LATE_12_34_answers.py")[0]} == {UNTOLD}


@pytest.mark.parametrize("name", ["Team A", "group 3", "2조", "파랑 팀", "Gruppe Blau", "Grupo 1"])
def test_the_number_of_what_is_called_a_team_is_no_participants(name: str) -> None:
    path = f"{name}_17_assignsubmission_file_/answers.py"
    assert whose({}, path) == [(Identity("moodle", "", name, group=name),)]


@pytest.mark.parametrize("name", ["조민지", "Teamo Kim", "Agroup Lee"])
def test_a_name_that_only_sounds_like_a_teams_is_a_persons(name: str) -> None:
    assert whose({}, f"{name}_17_assignsubmission_file_/a.py") == [(Identity("moodle", "17", name),)]


@pytest.mark.parametrize(("others", "group"), [(1, ""), (2, "Rockets")])
@pytest.mark.parametrize(("known", "other"), [(A, "Team A_17"), ({}, "Default group"), ({}, "Team B_19")])
def test_where_most_are_teams_all_are(known: dict[str, Team], other: str, others: int, group: str) -> None:
    paths = [f"{other}_assignsubmission_file_{at}.py" for at in range(others)]
    found = whose(known, *paths, "Rockets_18_assignsubmission_file_/a.py", "kim.py")
    assert found[-2:] == [
        (Identity("moodle", "" if group else "18", "Rockets", group=group),), (Identity("plain", "kim", "kim"),),
    ]  # fmt: skip


def test_gradescope_says_itself_who_is_in_a_team_and_a_teams_word_elsewhere_is_a_name() -> None:
    assert whose({"leejun": A["teama"]}, "submission_1234/a.py") == [(Identity("gradescope", "12", "Lee Jun"),)]
    assert whose({}, "team_1_2_a.py", "Default group_assignsubmission_file_/a.py")[0][0].student_id == "1"


@pytest.mark.parametrize(
    ("paths", "is_so"),
    [
        ("Kim_Mi_kimm_1/a.py Lee_Jun_leej_2/a.py kim/a.py", True),
        ("Team-7/Kim_Mi_kimm_1/a.py Team-8/Lee_Jun_leej_2/a.py", True),
        ("Kim_Mi_kimm_1/a.py lee/a.py", False),
        ("kim/Kim_Mi_kimm_1", False),
        ("Kim_Mi_kimm_1/a.py kim.py lee.py", True),
        ("x/y/Kim_Mi_kimm_1/a.py", False),
        ("Kim_Mi_kimm_1.py", False),
        ("Kim_Mi_Ji_20231234/a.py", False),
        ("hw_1_kim_2/a.py", False),
    ],
)
def test_iliass_folders_are_known_where_most_are_its(paths: str, is_so: bool) -> None:
    assert is_of_ilias([path.split("/") for path in paths.split()]) is is_so


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("Kim_Mi_kim_m_1/a.py", Student(("ilias", "kim_m"), (Identity("ilias", "kim_m", "Mi Kim"),), "a.py", 1)),
        ("Kim_Mi_k_1/b/Late Submission - a (12).py",
         Student(("ilias", "k"), (Identity("ilias", "k", "Mi Kim", UNTOLD),), "a (12).py", 12)),
        ("T 7/Kim_Mi_k_1/tardif - a.py",
         Student(("ilias", "", "T 7"), (Identity("ilias", "", "T 7", UNTOLD, "T 7"),), "a.py")),
        ("Kim_Mi_k_1/my - (2) b.py", Student(("ilias", "k"), (Identity("ilias", "k", "Mi Kim"),), "my - (2) b.py", 1)),
        ("__kimm_1/a.py", Student(("ilias", "kimm"), (Identity("ilias", "kimm", ""),), "a.py", 1)),
        ("x/y/Kim_Mi_k_1/a.py", Student(("plain", "x"), (Identity("plain", "x", "x"),), "a.py")),
        ("kim/a.py", Student(("plain", "kim"), (Identity("plain", "kim", "kim"),), "a.py")),
    ],
)  # fmt: skip
def test_what_ilias_says_is_kept(path: str, found: Student) -> None:
    assert student(path.split("/"), {}, True) == found
    assert student(path.split("/"), {}).key[0] == "plain"


@pytest.mark.parametrize(
    ("origin", "file", "name"),
    [("canvas", "Hw-12.py", "hw.py"), ("canvas", "hw-1", "hw"), ("canvas", "hw-1.tar.gz", "hw-1.tar.gz"),
     ("canvas", "hw (2).py", "hw (2).py"), ("ilias", "hw (2).py", "hw.py"), ("ilias", "hw-2.py", "hw-2.py"),
     ("plain", "hw-2.PY", "hw-2.py"), ("canvas", "hw-.py", "hw-.py")],
)  # fmt: skip
def test_attempts_at_one_file_have_one_name_where_the_origin_numbers_them(origin: str, file: str, name: str) -> None:
    assert series(Student((origin, "1"), (), file)) == name


@pytest.mark.parametrize(
    ("path", "name"),
    [("a b/c d.py", "c d.py"), ("kim_LATE_1_2_my hw-1.py", "my hw-1.py"), ("anon_aB3_4_a.py", "a.py"),
     ("kim.py", "kim.py"),
     ("Kim_1_assignsubmission_file_my.py", "my.py"), ("Kim_1_assignsubmission_file_/a.py", "a.py"), ("", ""),
     ("Kim_1_assignsubmission_file_", "Kim_1_assignsubmission_file_")],
)  # fmt: skip
def test_a_student_reads_the_name_that_the_file_had(path: str, name: str) -> None:
    assert own_name(path) == name
