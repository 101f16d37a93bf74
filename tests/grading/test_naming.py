"""Whose file is this: the name of a path, whole, in each system's export, and how many folders lie around the class."""

import pytest

from compare.grading.naming import GRADESCOPE_NAMES, Identity, Student, gradescope_people, student, wrapper

PEOPLE = {"1234": (("12", "Lee Jun"),), "7": (("12", "Lee Jun"), ("kim@school.kr", "Kim Minji"))}


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
    assert key("submission_7/a.py") == ("gradescope", "7")
    assert key("anon_aB3dE_1_a.py") != key("anon_Xy9_1_a.py")


def test_what_canvas_says_of_lateness_and_order_is_kept() -> None:
    late = Identity("canvas", "1234", "kimminji", late=True)
    assert student(["kimminji_LATE_1234_5678_answers-1.py"], {}) == Student(
        ("canvas", "1234"), (late,), "answers-1.py", 5678
    )
    assert student(["anon_aB3dE_LATE_90_a.py"], {}).people == (Identity("canvas", "anon_aB3dE", "", late=True),)


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
        ("Kim_1_assignsubmission_file_/a.py Kim_1_assignsubmission_file_/b.py", True, 0),
        ("Default group_assignsubmission_file_/a.py Default group_assignsubmission_file_/b.py", True, 0),
        ("submission_1/a.py submission_1/b.py", True, 0),
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
    assert gradescope_people(metadata) == {
        "1": (("12", "Kim: Minji"), ("lee@school.kr", "Lee Jun")),
        "2": (("XavierX", ""),),
        "3": (("3", ""),),
        "4": (("park@school.kr", "Park"),),
    }
