"""Whose file is this? The names that Moodle, Canvas and Gradescope give to what they export, and plain ones.

    Moodle       Kim Minji_12345_assignsubmission_file_/answers.py, or the same in one name without the folder
    Canvas       kimminji_1234_5678_answers.py, kimminji_LATE_1234_5678_answers-1.py (user, then submission)
    Gradescope   assignment_99_export/submission_1234/answers.py, the names in submission_metadata.yml beside them
    plain        kim.py or kim/answers.py
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

MOODLE = re.compile(r"(?P<name>.+)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<file>.*)")
CANVAS = re.compile(r"(?P<name>[^_]+)(?:_LATE)?_(?P<id>\d+)_\d+_(?P<file>.+)")
GRADESCOPE = re.compile(r"submission_(?P<id>\d+)")
GRADESCOPE_EXPORT = re.compile(r"assignment_\d+_export")
GRADESCOPE_NAMES = "submission_metadata.yml"


class Student(NamedTuple):
    """Who handed a file in. Files with the same `key` belong together; `file` is what the student called this one."""

    key: tuple[str, ...]
    student_id: str
    name: str
    file: str


def student(parts: Sequence[str], names: Mapping[str, tuple[str, str]]) -> Student:
    """The student of the file `parts`, its path below the folder of all students.

    `names` gives Gradescope's submissions their student's id and name.
    """
    first, last = parts[0], parts[-1]
    if found := MOODLE.fullmatch(first):
        own = last if len(parts) > 1 else found["file"]
        return Student(("moodle", found["id"]), found["id"], found["name"], own)
    if len(parts) > 1 and (found := GRADESCOPE.fullmatch(first)):
        student_id, name = names.get(found["id"], (found["id"], ""))
        return Student(("gradescope", found["id"]), student_id, name, last)
    if len(parts) == 1 and (found := CANVAS.fullmatch(first)):
        return Student(("canvas", found["id"]), found["id"], found["name"], found["file"])
    if len(parts) > 1:
        return Student(("folder", first), first, first, last)
    stem = PurePosixPath(first).stem
    return Student(("file", first), stem, stem, first)


def wrapper(paths: Sequence[Sequence[str]], zipped: bool) -> int:
    """How many leading folders hold the whole class rather than one student: 1 or 0.

    One holds it in Gradescope's export, and in the zip of a folder in which nobody's `answers` lie.
    """
    folders = {path[0] for path in paths}
    if len(folders) != 1 or any(len(path) == 1 for path in paths):
        return 0
    (folder,) = folders
    if GRADESCOPE_EXPORT.fullmatch(folder):
        return 1
    alone = MOODLE.fullmatch(folder) or GRADESCOPE.fullmatch(folder) or len({path[1] for path in paths}) == 1
    answers = any(len(path) == 2 and PurePosixPath(path[1]).stem.casefold() == "answers" for path in paths)
    return int(zipped and not alone and not answers)


def gradescope_names(metadata: str) -> dict[str, tuple[str, str]]:
    """Each submission's first submitter as (id, name), from Gradescope's metadata: `:sid:` if there, else `:email:`.

    Only these lines are read, so that no YAML library, with all that YAML can do, is asked to load a stranger's file.
    """
    people: dict[str, tuple[str, str]] = {}
    for block in re.split(r"(?m)^submission_(?=\d+:)", metadata)[1:]:
        number = block.partition(":")[0]
        fields = dict(reversed(re.findall(r"(?m)^\s*(?:-\s+)?:(name|sid|email): *(.+?)\s*$", block)))
        fields = {key: value.strip("'\"") for key, value in fields.items()}
        people[number] = (fields.get("sid") or fields.get("email") or number, fields.get("name", ""))
    return people
