"""One submission a student, out of a folder or a zip. Whatever is wrong with one file stops no other."""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from compare.exercises.course import PER, Rules
from compare.grading import Fault, files, naming, people, sheets
from compare.grading.attempts import Group, Taken, apart, chosen
from compare.grading.entries import LENIENT, Entry, Refused, of_zip, only_code, refused, suffix
from compare.grading.naming import CANVAS_ORIGIN, ILIAS_ORIGIN, PLAIN, UNTOLD, Identity, Student
from compare.grading.people import Team

NOT_BEST = "not-best"  # the flaw of an attempt where another one has more points
LONGEST_ID = 60  # letters; in UTF-8 still a file name everywhere


class Submission(NamedTuple):
    """What one student handed in. `id` names its reports; `submission` is its path, as the gradebook shows it.

    Who handed in together have a submission each, of the same path; where a course counts the best of several attempts,
    each of those is one.
    """

    id: str
    submission: str
    who: Identity
    read: Callable[[], bytes]  # or raises `Refused`
    flaw: str | None = None

    @property
    def suffix(self) -> str:
        return ".py" if suffix(self.submission) in LENIENT else suffix(self.submission)


class Found(NamedTuple):
    """The submissions in the order of their paths, the files beside them that are not taken, each with why, where the
    class comes from, whether that tells who is late, and what is to be said of teams."""

    submissions: Sequence[Submission]
    refused: Sequence[Entry]
    origins: frozenset[str] = frozenset()
    tells_lateness: bool = False
    warnings: Sequence[Fault] = ()


def find(
    place: Path, rules: Rules = Rules(), teams: Mapping[str, Team] | None = None, known: Collection[str] = ()  # noqa: B008
) -> Found:  # fmt: skip
    """Every submission in `place`, a folder or a zip, by the course's `rules` for attempts, lateness and files that are
    not quite answers; `teams` say who handed in what bears a team's name, `known` are the ids of the roster.

    A student whose only file cannot be taken has a submission too, with its flaw. Raises `Fault` where nothing
    can be listed.
    """
    zipped = place.is_file()
    listed = list(of_zip(place, rules.lenient) if zipped else files.entries(place))
    groups, beside = _by_student(listed, zipped, teams or {}, known)
    if not groups:
        raise Fault("no-answers", place)
    answers: list[tuple[Student, Entry]] = []
    for group in groups.values():
        taken, passed = chosen(group, rules)
        answers += taken
        beside += passed
    each = [(who, student, entry) for student, entry in answers for who in student.people]
    each, clashes = apart(each, rules)
    due = rules.late.due if rules.late else None
    late = [(_late(who, student, due), student, entry) for who, student, entry in each]
    unknown = [entry.path for who, _, entry in late if who.group and not who.student_id]
    warnings = [Fault("team-unknown", path) for path in unknown]
    if absent := {team.name for team in (teams or {}).values()} - {who.group for who, _, _ in late}:
        warnings.append(Fault("team-absent", place, names="; ".join(sorted(absent))))
    return Found(
        _with_ids(sorted(late, key=lambda one: (one[2].path, one[0].student_id))),
        sorted([*beside, *clashes], key=lambda entry: entry.path),
        frozenset(student.key[0] for student, _ in answers if student.key),
        any(student.key[0] in (CANVAS_ORIGIN, ILIAS_ORIGIN) or (due and student.at) for _, student, _ in late),
        warnings,
    )


def unclear_lateness(found: Found, rules: Rules, place: Path) -> list[Fault]:
    """What is to be said where lateness costs something and nothing tells who is late. Raises `Fault` where the course
    asks for hours that are not told."""
    if not rules.late:
        return []
    for one in found.submissions:
        if one.who.late == UNTOLD and PER[rules.late.per]:
            raise Fault("late-hours", one.submission)
    return [] if found.tells_lateness else [Fault("late-unknown", place)]


def only_one(folder: Path, rules: Rules = Rules()) -> tuple[Submission, Sequence[Entry]]:  # noqa: B008
    """The one answer in `folder`, all of whose files one student has handed in, and the others, each with why."""
    listed = [entry for entry in files.entries(folder) if not entry.clutter]
    group = [(_nobody(entry), entry) for entry in listed or [refused("", "not-an-answer")]]
    ((student, answer), *_), passed = chosen(group, rules)
    return _with_ids([(student.people[0], student, answer)])[0], passed


def absent(who: Identity, taken: Collection[str]) -> Submission:
    """What stands for somebody who handed in nothing, and is no report of those that are `taken`."""
    name = _file_name(who, "")
    unique = name if name not in taken else f"{name}-{hashlib.sha256(who.student_id.encode()).hexdigest()[:8]}"
    return Submission(unique, who.student_id, who, refused("", "absent").read, "absent")


def named(submissions: Sequence[Submission], only: str) -> list[Submission]:
    """The submissions that `only` names: by the name of their reports, the student's id, or their path.

    Raises `Fault` where there is none.
    """
    chosen = [one for one in submissions if only in (one.id, one.who.student_id, one.submission)]
    if not chosen:
        raise Fault("no-such-submission", only)
    return chosen


def _by_student(
    listed: Sequence[Entry], zipped: bool, teams: Mapping[str, Team], known: Collection[str]
) -> tuple[Mapping[tuple[str, ...], Group], list[Entry]]:
    """Each student's files, and what is nobody's: what a system puts beside the class, and the class's own tables."""
    entries = [entry for entry in listed if not entry.clutter]
    depth = naming.wrapper([entry.parts for entry in entries if entry.flaw != "outside"], zipped)
    handed = people.gradescope_people(listed, depth)
    ilias = naming.is_of_ilias([entry.parts[depth:] for entry in entries if entry.flaw != "outside"])
    each: list[tuple[Student, Entry]] = []
    beside: list[Entry] = []
    for entry in entries:
        parts = entry.parts[depth:]
        if entry.flaw == "outside":
            each.append((_nobody(entry), entry))
        elif not parts:
            beside.append(entry._replace(flaw="not-an-answer"))
        elif len(parts) == 1 and suffix(parts[0]) == ".csv" and _is_of_people(entry):
            beside.append(entry._replace(flaw="table"))
        else:
            each.append((naming.student(parts, handed, ilias), entry))
    groups: dict[tuple[str, ...], list[tuple[Student, Entry]]] = defaultdict(list)
    for who, entry in people.with_teams(list(naming.with_numbers(each, known)), teams):
        groups[who.key].append((who, entry))
    return groups, beside


def _is_of_people(entry: Entry) -> bool:
    try:
        return sheets.is_of_people(entry.read())
    except Refused:
        return False


def _nobody(entry: Entry) -> Student:
    """Whoever it may be: a path that leads outside, say, is not searched for a name."""
    return Student((entry.path,), (Identity(PLAIN, "", ""),), entry.path)


def _unwrapped(entry: Entry) -> Entry:
    """The one answer in the student's zip; a text is read as it is."""
    if suffix(entry.path) != ".zip":
        return entry
    return entry._replace(read=lambda: only_code(entry.read()))


def _late(who: Identity, student: Student, due: datetime | None) -> Identity:
    """With the hours that its answer came after what was `due`, where the origin tells when it came."""
    if due and student.at:
        return who._replace(late=max(0.0, (student.at - due).total_seconds() / 3600))
    return who


def _with_ids(each: Sequence[Taken]) -> list[Submission]:
    """Name the reports: by the student's id where it is a file name and nobody else's, else with a hash after it."""
    wanted = [_file_name(who, student.file) for who, student, _ in each]
    count = Counter(name.casefold() for name in wanted)
    submissions = []
    for (who, _, entry), name in zip(each, wanted, strict=True):
        unique = name == who.student_id and count[name.casefold()] == 1
        own = entry.path + (who.student_id if who.group else "")  # a team hands in one path
        mark = "" if unique else "-" + hashlib.sha256(own.encode()).hexdigest()[:8]
        submissions.append(Submission(name + mark, entry.path, who, _unwrapped(entry).read, entry.flaw))
    return submissions


def _file_name(who: Identity, file: str) -> str:
    return re.sub(r"[^\w.@+-]|^[.-]", "_", who.student_id or PurePosixPath(file).name)[:LONGEST_ID]
