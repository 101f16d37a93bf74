"""Who handed in together: by Gradescope's metadata, or in a table of students and their teams (`--groups`)."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from compare.grading import Fault, sheets
from compare.grading.entries import Entry, Refused
from compare.grading.naming import (
    GRADESCOPE_NAMES,
    GRADESCOPE_ORIGIN,
    MOODLE_ORIGIN,
    PLAIN,
    TEAM,
    Handed,
    Identity,
    Student,
)  # fmt: skip

PARTICIPANT = re.compile(r"\D+ (\d+)")  # as Moodle's worksheet calls one
STUDENTS = sheets.IDS | sheets.NAMES[0]
GROUPS = ("group", "team", "조", "팀", "모둠", "그룹")


class Team(NamedTuple):
    """A team's name and what its members are called, by id or name."""

    name: str
    members: tuple[str, ...]


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
