"""Whose file is this: the name of a path, whole, in each system's export, and how many folders lie around the class."""

import pytest

from compare.grading.naming import GRADESCOPE_NAMES, Student, gradescope_names, student, wrapper

NAMES = {"1234": ("12", "Lee Jun")}


@pytest.mark.parametrize(
    ("path", "who"),
    [
        ("Kim Minji_12345_assignsubmission_file_/answers.py", ("moodle", "12345", "12345", "Kim Minji", "answers.py")),
        ("Kim_1_assignsubmission_onlinetext_/a/b.py", ("moodle", "1", "1", "Kim", "b.py")),
        ("Kim Minji_12345_assignsubmission_file_my.py", ("moodle", "12345", "12345", "Kim Minji", "my.py")),
        ("submission_1234/answers.py", ("gradescope", "1234", "12", "Lee Jun", "answers.py")),
        ("submission_99/answers.py", ("gradescope", "99", "99", "", "answers.py")),
        ("kimminji_1234_5678_answers.py", ("canvas", "1234", "1234", "kimminji", "answers.py")),
        ("kimminji_LATE_1234_5678_answers-1.py", ("canvas", "1234", "1234", "kimminji", "answers-1.py")),
        ("kim_1_2_a.py/answers.py", ("folder", "kim_1_2_a.py", "kim_1_2_a.py", "kim_1_2_a.py", "answers.py")),
        ("kim/part/answers.py", ("folder", "kim", "kim", "kim", "answers.py")),
        ("kim.py", ("file", "kim.py", "kim", "kim", "kim.py")),
        ("submission_1234", ("file", "submission_1234", "submission_1234", "submission_1234", "submission_1234")),
    ],
)
def test_every_part_of_a_path_is_understood(path: str, who: tuple[str, str, str, str, str]) -> None:
    kind, key, *rest = who
    assert student(path.split("/"), NAMES) == Student((kind, key), *rest)


@pytest.mark.parametrize(
    ("paths", "zipped", "folders"),
    [
        ("class/kim.py class/lee.py", True, 1),
        ("class/kim.py class/lee.py", False, 0),  # a folder that holds one folder: that is one student
        ("kim/answers.py kim/notes.txt", True, 0),
        ("kim/ANSWERS.ipynb kim/notes.txt", True, 0),
        ("class/kim/answers.py class/lee/answers.py", True, 1),
        ("class/kim/answers.py class/kim/notes.txt", True, 0),
        ("class/kim.py notes.txt", True, 0),
        ("kim/a.py lee/a.py", True, 0),
        ("assignment_7_export/submission_1/a.py", False, 1),
        ("Kim_1_assignsubmission_file_/a.py Kim_1_assignsubmission_file_/b.py", True, 0),
        ("submission_1/a.py submission_1/b.py", True, 0),
    ],
)
def test_folders_around_the_whole_class_are_told_from_a_students_own(paths: str, zipped: bool, folders: int) -> None:
    assert wrapper([path.split("/") for path in paths.split()], zipped) == folders


def test_gradescopes_names_are_read_as_far_as_they_are_there() -> None:
    metadata = """---
submission_1:
  :submitters:
  - :name: "Kim: Minji"
    :sid: '12'
    :email: kim@school.kr
  - :name: Lee Jun
    :sid: '34'
  :created_at: 10:30
submission_2:
  :submitters:
  - :email: XavierX
submission_3:
  :status: processed
"""
    assert GRADESCOPE_NAMES == "submission_metadata.yml"
    assert gradescope_names(metadata) == {"1": ("12", "Kim: Minji"), "2": ("XavierX", ""), "3": ("3", "")}
