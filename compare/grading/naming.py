"""Whose file is this? The names that Moodle, Canvas, Gradescope and ILIAS give to what they export, and plain ones.

Moodle       Kim Minji_12345_assignsubmission_file_/answers.py, or the same in one name without the folder;
             a team with its own number, Team A_17_assignsubmission_file_/answers.py, or without one: Default team_…
Canvas       kimminji_1234_5678_answers.py, kimminji_LATE_1234_5678_answers-1.py (user, then attachment);
             graded anonymously: anon_aB3dE_5678_answers.py
Gradescope   assignment_99_export/submission_1234/answers.py, the people in submission_metadata.yml beside them
ILIAS        Kim_Minji_kimm_4711/answers.py (login, then user), its second attempt answers (2).py, and a late one
             Late Submission - answers.py; a team Team 12/Kim_Minji_kimm_4711/answers.py
plain        kim.py or kim/answers.py, and with a number that is a student's: 20231234_kim/answers.py

A team is whoever its name means in the table that `--groups` gives.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from math import inf
from pathlib import PurePosixPath
from typing import NamedTuple

from compare.grading.entries import HISTORIES, LENIENT, Entry, suffix
from compare.typed import CODE

MOODLE = re.compile(r"(?P<name>.+)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<file>.*)")
MOODLE_TEAM = re.compile(r"(?P<group>.+)_assignsubmission_(?:file|onlinetext)_?(?P<file>.*)")
CANVAS = re.compile(r"(?P<name>.+?)_(?P<late>LATE_)?(?P<id>\d+)_(?P<order>\d+)_(?P<file>.+)")
CANVAS_ANONYMOUS = re.compile(r"(?P<id>anon_[A-Za-z0-9]+)_(?P<late>LATE_)?(?P<order>\d+)_(?P<file>.+)")
GRADESCOPE = re.compile(r"submission_(?P<id>\d+)")
GRADESCOPE_EXPORT = re.compile(r"assignment_\d+_export")
GRADESCOPE_NAMES = "submission_metadata.yml"
ILIAS = re.compile(r"(?P<last>[^_\d]*)_(?P<first>[^_\d]*)_(?P<id>.+)_\d{1,6}")  # names of ASCII letters
ILIAS_LATE = re.compile(r"(?:late|versp|tard|지각|늦)[^-]* - ", re.IGNORECASE)
TEAM = re.compile(r"\b(team|group|gruppe|groupe|équipe|equipe|grupo|equipo)\b|팀|모둠|그룹|\d\s*조\b", re.IGNORECASE)
NUMBERED = (re.compile(r"(?P<id>\d{5,})[\s_-]+(?P<name>[^\W\d_][^\d_]*)"),
            re.compile(r"(?P<name>[^\W\d_][^\d_]*(?:_[^\d_]+)?)[\s_(-]+(?P<id>\d{5,})\)?"))  # fmt: skip
DATE = re.compile(r"(?:19|20)?\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
SHORT, NAMESAKES = 4, 2
UNTOLD = inf  # hours: late, and nobody says by how much
MOODLE_ORIGIN, CANVAS_ORIGIN, GRADESCOPE_ORIGIN, ILIAS_ORIGIN = "moodle", "canvas", "gradescope", "ilias"
PLAIN = "plain"
AGAIN = {CANVAS_ORIGIN: r"-\d+", ILIAS_ORIGIN: r" \(\d+\)"}  # what these put behind a name that was there already


class Identity(NamedTuple):
    """A student as the origin of the file knows one. What the origin does not say is empty.

    `student_id` is Moodle's participant, Canvas's user, Gradescope's `:sid:` or else the mail, ILIAS's login, a plain
    name or the number in it; of a team's member what the table of groups calls one. `group` is the team that handed in
    together, `late` the hours after the deadline.
    """

    origin: str
    student_id: str
    name: str
    late: float = 0.0
    group: str = ""


class Student(NamedTuple):
    """Who handed a file in: one, or several together. Files with the same `key` belong together; `file` is what the
    student called this one. `order` puts attempts in the order in which the origin took them, `attempt` names the one
    that this file belongs to, where the origin does; `at` is when that was."""

    key: tuple[str, ...]
    people: tuple[Identity, ...]
    file: str
    order: float = 0
    attempt: str = ""
    at: datetime | None = None


class Handed(NamedTuple):
    """One of Gradescope's submissions: (id, name) of everybody who submitted, and when."""

    people: tuple[tuple[str, str], ...]
    at: datetime | None = None


def student(parts: Sequence[str], handed: Mapping[str, Handed], ilias: bool = False) -> Student:
    """The student of the file `parts`, its path below the folder of all students, which may be one of `ilias`."""
    first, last = parts[0], parts[-1]
    if found := MOODLE.fullmatch(first) or MOODLE_TEAM.fullmatch(first):
        return _of_moodle(found.groupdict(default=""), last if len(parts) > 1 else found["file"])
    if len(parts) > 1 and (found := GRADESCOPE.fullmatch(first)):
        return _of_gradescope(found["id"], handed.get(found["id"]) or Handed(((found["id"], ""),)), last)
    if len(parts) == 1 and (found := CANVAS_ANONYMOUS.fullmatch(first) or CANVAS.fullmatch(first)):
        who = Identity(CANVAS_ORIGIN, found["id"], found.groupdict().get("name", ""), UNTOLD if found["late"] else 0.0)
        return Student((CANVAS_ORIGIN, who.student_id), (who,), found["file"], int(found["order"]))
    if ilias and any(map(ILIAS.fullmatch, parts[:-1][:2])):
        return _of_ilias(parts)
    name = first if len(parts) > 1 else PurePosixPath(first).stem
    return Student((PLAIN, name), (Identity(PLAIN, name, name),), last)


def _of_moodle(found: Mapping[str, str], file: str) -> Student:
    number, name, group = found.get("id", ""), found.get("name", ""), found.get("group", "")
    who = Identity(MOODLE_ORIGIN, number, name or group, group=group)
    return Student((MOODLE_ORIGIN, number or group), (who,), file)


def _of_gradescope(number: str, handed: Handed, file: str) -> Student:
    group = f"submission_{number}" if len(handed.people) > 1 else ""
    people = tuple(Identity(GRADESCOPE_ORIGIN, student_id, name, group=group) for student_id, name in handed.people)
    ids = sorted(student_id for student_id, _ in handed.people)
    order = handed.at.timestamp() if handed.at else 0
    return Student((GRADESCOPE_ORIGIN, *ids), people, file, order, number, handed.at)


def is_of_ilias(paths: Sequence[Sequence[str]]) -> bool:
    """Are most of the students' folders called as ILIAS calls them, be it in teams? One alone may be anybody's."""
    folders = {path[0]: any(map(ILIAS.fullmatch, path[:-1][:2])) for path in paths if len(path) > 1}
    return 2 * sum(folders.values()) > len(folders)


def _of_ilias(parts: Sequence[str]) -> Student:
    """Of a team, whoever uploaded is named, but not who else is in it."""
    late = ILIAS_LATE.match(parts[-1])
    file = parts[-1][late.end() :] if late else parts[-1]
    hours = UNTOLD if late else 0.0
    if not (found := ILIAS.fullmatch(parts[0])):
        who = Identity(ILIAS_ORIGIN, "", parts[0], hours, parts[0])
        return Student((ILIAS_ORIGIN, "", parts[0]), (who,), file)
    again = re.search(AGAIN[ILIAS_ORIGIN] + r"(?=\.[^.]*$|$)", file)
    who = Identity(ILIAS_ORIGIN, found["id"], f"{found['first']} {found['last']}".strip(), hours)
    return Student((ILIAS_ORIGIN, found["id"]), (who,), file, int(again[0][2:-1]) if again else 1)


def with_numbers(
    each: Sequence[tuple[Student, Entry]], known: Collection[str]
) -> Iterator[tuple[Student, Entry]]:  # fmt: skip
    """Each file with a plain name as that of the student whose number is in the name: a part of it that is one of the
    `known` ids (as `as_id` gives them), or else a number before or behind a name; where several names stand by what may
    be a date, it is one. A name that stands by several numbers is nobody's, `answers` say."""
    shapes = [_numbered(who.people[0].name, known) if who.key[0] == PLAIN else None for who, _ in each]
    called: dict[str, set[str]] = defaultdict(set)
    for number, name in filter(None, shapes):
        called[number].add(name.casefold())
        called[name.casefold()].add(number)
    for (who, entry), shape in zip(each, shapes, strict=True):
        if shape and (as_id(shape[0]) in known or len(called[shape[0]]) == 1 or not DATE.fullmatch(shape[0])):
            number, name = shape
            own = name if len(called[name.casefold()]) <= NAMESAKES else number
            one = who.people[0]._replace(student_id=number, name=own)
            who = who._replace(key=(PLAIN, number), people=(one,))
        yield who, entry


def _numbered(name: str, known: Collection[str]) -> tuple[str, str] | None:
    """The number and the name in a plain name, where there are both. A short number may be anything's."""
    if as_id(name) in known:
        return None
    parts = re.split(r"[\s_()\[\],]+", name)
    ids = {part for part in parts if as_id(part) in known and not (part.isdecimal() and len(part) < SHORT)}
    if len(ids) == 1:
        (number,) = ids
        return number, " ".join(part for part in parts if part and part != number)
    found = next(filter(None, (form.fullmatch(name) for form in NUMBERED)), None)
    return (found["id"], found["name"].strip(" _-").replace("_", " ")) if found else None


def as_id(text: str) -> str:
    """An id as it is compared."""
    return unicodedata.normalize("NFC", text.strip().casefold())


def series(who: Student) -> str:
    """What all attempts at this file are called: Canvas and ILIAS number those after the first."""
    again = AGAIN.get(who.key[0])
    return re.sub(rf"{again}(?=\.[^.]*$|$)", "", who.file.casefold()) if again else who.file.casefold()


def own_name(path: str) -> str:
    """What the student called the file at `path`."""
    last = path.rpartition("/")[2]
    found = next(filter(None, (form.fullmatch(last) for form in (CANVAS_ANONYMOUS, CANVAS, MOODLE, MOODLE_TEAM))), None)
    return (found["file"] if found else "") or last


def wrapper(paths: Sequence[Sequence[str]], zipped: bool) -> int:
    """How many leading folders hold the whole class rather than one student.

    One does in Gradescope's export and around what any system names, whatever that puts beside it, and each in a zip
    that is its only one and in which nobody's `answers` lie.
    """
    depth = 0
    while _wraps([path[depth:] for path in paths], zipped):
        depth += 1
    return depth


def _wraps(paths: Sequence[Sequence[str]], zipped: bool) -> bool:
    beside = [path[0] for path in paths if len(path) == 1]
    deep = [path for path in paths if len(path) > 1]
    folders = {path[0] for path in deep}
    if len(folders) != 1 or any(suffix(name) in (*CODE, *HISTORIES, *LENIENT) for name in beside):
        return False
    (folder,) = folders
    ilias = {part for path in deep for part in path[1:-1] if ILIAS.fullmatch(part)}
    if GRADESCOPE_EXPORT.fullmatch(folder) or any(map(_of_a_system, {part for path in deep for part in path[1:]})):
        return True
    if len(ilias) > 1 and not (TEAM.search(folder) or ILIAS.fullmatch(folder)):
        return True
    named = MOODLE.fullmatch(folder) or MOODLE_TEAM.fullmatch(folder) or GRADESCOPE.fullmatch(folder)
    alone = named or (len({path[1] for path in deep}) == 1 and any(len(path) == 2 for path in deep))
    answers = any(len(path) == 2 and PurePosixPath(path[1]).stem.casefold() == "answers" for path in deep)
    return zipped and not (beside or alone or answers)


def _of_a_system(name: str) -> bool:
    """Does a system call one of many students' files or folders so?"""
    return any(form.fullmatch(name) for form in (MOODLE, MOODLE_TEAM, CANVAS, CANVAS_ANONYMOUS, GRADESCOPE))
