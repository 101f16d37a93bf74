"""Whose file is this? The names that Moodle, Canvas and Gradescope give to what they export, and plain ones.

Moodle       Kim Minji_12345_assignsubmission_file_/answers.py, or the same in one name without the folder;
             a team without a number of its own: Default team_assignsubmission_file_/answers.py
Canvas       kimminji_1234_5678_answers.py, kimminji_LATE_1234_5678_answers-1.py (user, then attachment);
             graded anonymously: anon_aB3dE_5678_answers.py
Gradescope   assignment_99_export/submission_1234/answers.py, the people in submission_metadata.yml beside them
plain        kim.py or kim/answers.py
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

MOODLE = re.compile(r"(?P<name>.+)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<file>.*)")
MOODLE_TEAM = re.compile(r"(?P<group>.+)_assignsubmission_(?:file|onlinetext)_?(?P<file>.*)")
CANVAS = re.compile(r"(?P<name>.+?)_(?P<late>LATE_)?(?P<id>\d+)_(?P<order>\d+)_(?P<file>.+)")
CANVAS_ANONYMOUS = re.compile(r"(?P<id>anon_[A-Za-z0-9]+)_(?P<late>LATE_)?(?P<order>\d+)_(?P<file>.+)")
GRADESCOPE = re.compile(r"submission_(?P<id>\d+)")
GRADESCOPE_EXPORT = re.compile(r"assignment_\d+_export")
GRADESCOPE_NAMES = "submission_metadata.yml"
MOODLE_ORIGIN, CANVAS_ORIGIN, GRADESCOPE_ORIGIN, PLAIN = "moodle", "canvas", "gradescope", "plain"


class Identity(NamedTuple):
    """A student as the origin of the file knows one. What the origin does not say is empty.

    `student_id` is Moodle's participant, Canvas's user, Gradescope's `:sid:` or else the mail, or a plain name.
    `group` is the team that handed in together, `late` what Canvas says of it.
    """

    origin: str
    student_id: str
    name: str
    late: bool = False
    group: str = ""


class Student(NamedTuple):
    """Who handed a file in: one, or several together. Files with the same `key` belong together; `file` is what the
    student called this one; `order` puts the attempts of one name in the order in which the origin took them."""

    key: tuple[str, ...]
    people: tuple[Identity, ...]
    file: str
    order: int = 0


People = Mapping[str, tuple[tuple[str, str], ...]]  # Gradescope's submissions: (id, name) of everybody who submitted


def student(parts: Sequence[str], people: People) -> Student:
    """The student of the file `parts`, its path below the folder of all students."""
    first, last = parts[0], parts[-1]
    if found := MOODLE.fullmatch(first) or MOODLE_TEAM.fullmatch(first):
        return _of_moodle(found.groupdict(default=""), last if len(parts) > 1 else found["file"])
    if len(parts) > 1 and (found := GRADESCOPE.fullmatch(first)):
        return _of_gradescope(found["id"], people, last)
    if len(parts) == 1 and (found := CANVAS_ANONYMOUS.fullmatch(first) or CANVAS.fullmatch(first)):
        who = Identity(CANVAS_ORIGIN, found["id"], found.groupdict().get("name", ""), found["late"] is not None)
        return Student((CANVAS_ORIGIN, who.student_id), (who,), found["file"], int(found["order"]))
    name = first if len(parts) > 1 else PurePosixPath(first).stem
    return Student((PLAIN, name), (Identity(PLAIN, name, name),), last)


def _of_moodle(found: Mapping[str, str], file: str) -> Student:
    number, name, group = found.get("id", ""), found.get("name", ""), found.get("group", "")
    who = Identity(MOODLE_ORIGIN, number, name or group, group=group)
    return Student((MOODLE_ORIGIN, number or group), (who,), file)


def _of_gradescope(number: str, people: People, file: str) -> Student:
    known = people.get(number) or ((number, ""),)
    group = f"submission_{number}" if len(known) > 1 else ""
    identities = tuple(Identity(GRADESCOPE_ORIGIN, student_id, name, group=group) for student_id, name in known)
    return Student((GRADESCOPE_ORIGIN, number), identities, file)


def wrapper(paths: Sequence[Sequence[str]], zipped: bool) -> int:
    """How many leading folders hold the whole class rather than one student.

    One does in Gradescope's export, and each in a zip that is its only one and in which nobody's `answers` lie.
    """
    depth = 0
    while _wraps([path[depth:] for path in paths], zipped):
        depth += 1
    return depth


def _wraps(paths: Sequence[Sequence[str]], zipped: bool) -> bool:
    folders = {path[0] for path in paths}
    if len(folders) != 1 or any(len(path) == 1 for path in paths):
        return False
    (folder,) = folders
    if GRADESCOPE_EXPORT.fullmatch(folder):
        return True
    named = MOODLE.fullmatch(folder) or MOODLE_TEAM.fullmatch(folder) or GRADESCOPE.fullmatch(folder)
    alone = named or (len({path[1] for path in paths}) == 1 and any(len(path) == 2 for path in paths))
    answers = any(len(path) == 2 and PurePosixPath(path[1]).stem.casefold() == "answers" for path in paths)
    return zipped and not alone and not answers


def gradescope_people(metadata: str) -> dict[str, tuple[tuple[str, str], ...]]:
    """Everybody of each submission as (id, name), from Gradescope's metadata: `:sid:` if it is there, else `:email:`.

    Only these lines are read, so that no YAML library, with all that YAML can do, is asked to load a stranger's file.
    """
    people: dict[str, tuple[tuple[str, str], ...]] = {}
    for block in re.split(r"(?m)^submission_(?=\d+:)", metadata)[1:]:
        number, _, told = block.partition(":")
        submitters = re.split(r"(?m)^[ \t]*-[ \t]+(?=:(?:name|sid|email):)", told)[1:]
        known = [_submitter(lines, number) for lines in submitters]
        people[number] = tuple(dict.fromkeys(known)) or ((number, ""),)
    return people


def _submitter(lines: str, number: str) -> tuple[str, str]:
    fields = dict(reversed(re.findall(r"(?m)^[ \t]*:(name|sid|email):(.*)$", lines)))
    fields = {key: value.strip().strip("'\"").strip() for key, value in fields.items()}
    return fields.get("sid") or fields.get("email") or number, fields.get("name", "")
