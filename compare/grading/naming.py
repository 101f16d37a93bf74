"""Whose file is this? The names that Moodle, Canvas and Gradescope give to what they export, and plain ones.

Moodle       Kim Minji_12345_assignsubmission_file_/answers.py, or the same in one name without the folder;
             a team with its own number, Team A_17_assignsubmission_file_/answers.py, or without one: Default team_…
Canvas       kimminji_1234_5678_answers.py, kimminji_LATE_1234_5678_answers-1.py (user, then attachment);
             graded anonymously: anon_aB3dE_5678_answers.py
Gradescope   assignment_99_export/submission_1234/answers.py, the people in submission_metadata.yml beside them
plain        kim.py or kim/answers.py

A team is whoever its name means in the table that `--groups` gives.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from math import inf
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from compare.grading import Fault, sheets
from compare.grading.entries import Entry, Refused

MOODLE = re.compile(r"(?P<name>.+)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<file>.*)")
MOODLE_TEAM = re.compile(r"(?P<group>.+)_assignsubmission_(?:file|onlinetext)_?(?P<file>.*)")
CANVAS = re.compile(r"(?P<name>.+?)_(?P<late>LATE_)?(?P<id>\d+)_(?P<order>\d+)_(?P<file>.+)")
CANVAS_ANONYMOUS = re.compile(r"(?P<id>anon_[A-Za-z0-9]+)_(?P<late>LATE_)?(?P<order>\d+)_(?P<file>.+)")
GRADESCOPE = re.compile(r"submission_(?P<id>\d+)")
GRADESCOPE_EXPORT = re.compile(r"assignment_\d+_export")
GRADESCOPE_NAMES = "submission_metadata.yml"
TEAM = re.compile(r"\b(team|group|gruppe|groupe|équipe|equipe|grupo|equipo)\b|팀|모둠|그룹|\d\s*조\b", re.IGNORECASE)
PARTICIPANT = re.compile(r"\D+ (\d+)")  # as Moodle's worksheet calls one
UNTOLD = inf  # hours: late, and nobody says by how much
STUDENTS = ("student", "studentid", "id", "sid", "email", "name", "학생", "학번", "이름")
GROUPS = ("group", "team", "조", "팀", "모둠", "그룹")
MOODLE_ORIGIN, CANVAS_ORIGIN, GRADESCOPE_ORIGIN, PLAIN = "moodle", "canvas", "gradescope", "plain"


class Identity(NamedTuple):
    """A student as the origin of the file knows one. What the origin does not say is empty.

    `student_id` is Moodle's participant, Canvas's user, Gradescope's `:sid:` or else the mail, or a plain name; of a
    team's member what the table of groups calls one. `group` is the team that handed in together, `late` the hours
    after the deadline.
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


class Team(NamedTuple):
    """A team's name and what its members are called, by id or name."""

    name: str
    members: tuple[str, ...]


def student(parts: Sequence[str], handed: Mapping[str, Handed]) -> Student:
    """The student of the file `parts`, its path below the folder of all students."""
    first, last = parts[0], parts[-1]
    if found := MOODLE.fullmatch(first) or MOODLE_TEAM.fullmatch(first):
        return _of_moodle(found.groupdict(default=""), last if len(parts) > 1 else found["file"])
    if len(parts) > 1 and (found := GRADESCOPE.fullmatch(first)):
        return _of_gradescope(found["id"], handed.get(found["id"]) or Handed(((found["id"], ""),)), last)
    if len(parts) == 1 and (found := CANVAS_ANONYMOUS.fullmatch(first) or CANVAS.fullmatch(first)):
        who = Identity(CANVAS_ORIGIN, found["id"], found.groupdict().get("name", ""), UNTOLD if found["late"] else 0.0)
        return Student((CANVAS_ORIGIN, who.student_id), (who,), found["file"], int(found["order"]))
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


def teams(path: Path) -> dict[str, Team]:
    """The teams in a table with a column `student` and a column `group`, by their names as these are compared.

    Raises `Fault` where there are no such columns.
    """
    sheet = sheets.read(path)
    columns = [sheet.columns(names) for names in (STUDENTS, GROUPS)]
    if not all(columns):
        raise Fault("no-columns", path, columns="student,group")
    members: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for line in sheet.lines:
        who, group = (line.cells[of[0]].strip() for of in columns)
        if who and group:
            members[sheets.plain(group)].append((group, who))
    return {name: Team(pairs[0][0], tuple(dict.fromkeys(who for _, who in pairs))) for name, pairs in members.items()}


def with_teams(each: Sequence[tuple[Student, Entry]], teams: Mapping[str, Team]) -> Iterator[tuple[Student, Entry]]:
    """Each file as that of everybody in its team, where its name is one's.

    What Moodle calls like a team has a team's number, which is no student's; where most are teams, all are.
    """
    signs = [_team_sign(who, teams) for who, _ in each]
    moodle = [sign for (who, _), sign in zip(each, signs, strict=True) if who.key[0] == MOODLE_ORIGIN]
    all_are = 2 * sum(moodle) > len(moodle)
    for (who, entry), sign in zip(each, signs, strict=True):
        first, team = who.people[0], teams.get(sheets.plain(who.people[0].name))
        if team and who.key[0] != GRADESCOPE_ORIGIN:
            who = who._replace(people=tuple(_member(one, first.late, team.name) for one in team.members))
        elif who.key[0] == MOODLE_ORIGIN and (sign or all_are):
            who = who._replace(people=(first._replace(student_id="", group=first.name),))
        yield who, entry


def _team_sign(who: Student, teams: Mapping[str, Team]) -> bool:
    """Does anything say that this is a team?"""
    first = who.people[0]
    return bool(first.group or sheets.plain(first.name) in teams or TEAM.search(first.name))


def _member(who: str, late: float, group: str) -> Identity:
    if found := PARTICIPANT.fullmatch(who):
        return Identity(MOODLE_ORIGIN, found[1], "", late, group)
    return Identity(PLAIN, who, "" if re.search(r"[\d@]", who) else who, late, group)


def wrapper(paths: Sequence[Sequence[str]], zipped: bool) -> int:
    """How many leading folders hold the whole class rather than one student.

    One does in Gradescope's export and around what any system names, and each in a zip that is its only one and in
    which nobody's `answers` lie.
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
    if GRADESCOPE_EXPORT.fullmatch(folder) or any(map(_of_a_system, {part for path in paths for part in path[1:]})):
        return True
    named = MOODLE.fullmatch(folder) or MOODLE_TEAM.fullmatch(folder) or GRADESCOPE.fullmatch(folder)
    alone = named or (len({path[1] for path in paths}) == 1 and any(len(path) == 2 for path in paths))
    answers = any(len(path) == 2 and PurePosixPath(path[1]).stem.casefold() == "answers" for path in paths)
    return zipped and not alone and not answers


def _of_a_system(name: str) -> bool:
    """Does a system call one of many students' files or folders so?"""
    return any(form.fullmatch(name) for form in (MOODLE, MOODLE_TEAM, CANVAS, CANVAS_ANONYMOUS, GRADESCOPE))


def gradescope_people(entries: Iterable[Entry], depth: int) -> Mapping[str, Handed]:
    """Everybody of each of Gradescope's submissions, where its metadata lies beside all students, `depth` folders deep,
    and in nobody's own."""
    for entry in entries:
        if entry.parts[depth:] == (GRADESCOPE_NAMES,) and not entry.flaw:
            with suppress(Refused):
                return people_in(entry.read().decode("utf-8", "replace"))
    return {}


def people_in(metadata: str) -> dict[str, Handed]:
    """Everybody of each submission as (id, name), from Gradescope's metadata: `:sid:` if it is there, else `:email:`.

    Only these lines are read, so that no YAML library, with all that YAML can do, is asked to load a stranger's file.
    """
    handed: dict[str, Handed] = {}
    for block in re.split(r"(?m)^submission_(?=\d+:)", metadata)[1:]:
        number, _, told = block.partition(":")
        submitters = re.split(r"(?m)^[ \t]*-[ \t]+(?=:(?:name|sid|email):)", told)[1:]
        known = [_submitter(lines, number) for lines in submitters]
        handed[number] = Handed(tuple(dict.fromkeys(known)) or ((number, ""),), _moment(told))
    return handed


def _moment(told: str) -> datetime | None:
    """When it was handed in, where that is told with the offset of its zone."""
    found = re.search(r"(?m)^[ \t]*:created_at:[ \t]*['\"]?(.*?)[ \t]*(Z|UTC|[+-]\d\d:?\d\d)['\"]?[ \t]*$", told)
    with suppress(ValueError):
        return found and datetime.fromisoformat(found[1] + found[2].replace("UTC", "Z"))
    return None


def _submitter(lines: str, number: str) -> tuple[str, str]:
    fields = dict(reversed(re.findall(r"(?m)^[ \t]*:(name|sid|email):(.*)$", lines)))
    fields = {key: value.strip().strip("'\"").strip() for key, value in fields.items()}
    return fields.get("sid") or fields.get("email") or number, fields.get("name", "")
