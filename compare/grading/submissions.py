"""One submission a student, out of a folder or a zip. Whatever is wrong with one file stops no other."""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import NamedTuple, TypeAlias

from compare.exercises.course import BEST, LATEST, PER, REFUSE, Rules
from compare.grading import Fault, files, naming, people, sheets, zips
from compare.grading.entries import ARCHIVES, HISTORIES, LENIENT, Entry, Refused, refused, suffix
from compare.grading.naming import CANVAS_ORIGIN, ILIAS_ORIGIN, PLAIN, UNTOLD, Identity, Student, series
from compare.grading.people import Team
from compare.typed import CODE

BESIDE = ("beside", "not-an-answer", "not-quite", "nested-archive", "table")  # why a file beside an answer is none
NOT_BEST = "not-best"  # the flaw of an attempt where another one has more points
CALLED = re.compile(r"answers(-\d+| ?\(\d+\))?", re.IGNORECASE)  # and as browsers and systems name the next one
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
    listed = list(zips.entries(place, rules.lenient) if zipped else files.entries(place))
    groups, beside = _by_student(listed, zipped, teams or {}, known)
    if not groups:
        raise Fault("no-answers", place)
    chosen: list[tuple[Student, Entry]] = []
    for group in groups.values():
        taken, passed = _chosen(group, rules)
        chosen += taken
        beside += passed
    each = [(who, student, entry) for student, entry in chosen for who in student.people]
    each, clashes = _apart(each, rules)
    due = rules.late.due if rules.late else None
    late = [(_late(who, student, due), student, entry) for who, student, entry in each]
    unknown = [entry.path for who, _, entry in late if who.group and not who.student_id]
    warnings = [Fault("team-unknown", path) for path in unknown]
    if absent := {team.name for team in (teams or {}).values()} - {who.group for who, _, _ in late}:
        warnings.append(Fault("team-absent", place, names="; ".join(sorted(absent))))
    return Found(
        _with_ids(sorted(late, key=lambda one: (one[2].path, one[0].student_id))),
        sorted([*beside, *clashes], key=lambda entry: entry.path),
        frozenset(student.key[0] for student, _ in chosen if student.key),
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


def only_one(folder: Path, rules: Rules = Rules()) -> Submission:  # noqa: B008
    """The one answer in `folder`, all of whose files one student has handed in."""
    listed = [entry for entry in files.entries(folder) if not entry.clutter]
    group = [(_nobody(entry), entry) for entry in listed or [refused("", "not-an-answer")]]
    student, answer = _answer(group, rules)
    return _with_ids([(student.people[0], student, answer)])[0]


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


Group: TypeAlias = Sequence[tuple[Student, Entry]]
Taken: TypeAlias = tuple[Identity, Student, Entry]


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


def _chosen(group: Group, rules: Rules) -> tuple[Group, list[Entry]]:
    """What is graded of a student's files, and all others, each with why it is not.

    Of several attempts the latest, or all where the best counts, or none where the course says so.
    """
    attempts = _attempts(group, rules)
    answers = [_answer(files, rules) for files in attempts]
    good = [pair for pair in answers if not pair[1].flaw]
    taken, flaws = (good or answers)[-1:], dict[str, str]()
    if len(good) > 1 and rules.attempts == REFUSE:
        who, entry = good[-1]
        taken, flaws = [(who, refused(entry.path, "ambiguous"))], _paths(good, "ambiguous")
    elif len(good) > 1 and rules.attempts == BEST:
        taken = good
    elif taken[0][1].flaw == "ambiguous":
        flaws = _paths(_answers(attempts[-1], rules), "ambiguous")
    else:
        flaws = _paths(good[:-1], "earlier")
    left = [pair for pair in group if pair[1].path not in {entry.path for _, entry in taken}]
    return taken, [entry._replace(flaw=entry.flaw or flaws.get(entry.path) or _left(who, rules)) for who, entry in left]


def _paths(group: Group, flaw: str) -> dict[str, str]:
    return {entry.path: flaw for _, entry in group}


def _left(who: Student, rules: Rules) -> str:
    """Why a sound file beside an answer is none."""
    kinds = CODE + HISTORIES + LENIENT if rules.lenient else CODE + HISTORIES
    return "beside" if suffix(who.file) in kinds else _unknown(who)


def _attempts(group: Group, rules: Rules) -> list[Group]:
    """A student's files by the attempt that they belong to, in the order in which the origin took these; all of them as
    one where it does not say: files of different names may have come together."""
    if all(who.attempt and who.order for who, _ in group):
        attempts: dict[str, list[tuple[Student, Entry]]] = defaultdict(list)
        for who, entry in group:
            attempts[who.attempt].append((who, entry))
        return sorted(attempts.values(), key=lambda files: files[0][0].order)
    answers = _answers(group, rules)
    names, orders = {series(who) for who, _ in answers}, {who.order for who, _ in answers}
    if len(names) == 1 and len(orders) == len(answers) and 0 not in orders and _has_first(answers):
        return [[pair] for pair in sorted(answers, key=lambda pair: pair[0].order)]
    return [group]


def _has_first(answers: Group) -> bool:
    """Is there one without a number behind its name, or is that the name that was asked for? Else, `part-1.py` and
    `part-2.py` say, the student may have numbered them."""
    return any(who.file.casefold() == series(who) or series(who).startswith("answers.") for who, _ in answers)


def _answer(group: Group, rules: Rules) -> tuple[Student, Entry]:
    """The one answer among the files of an attempt; where there is none, the first file with what is wrong with it."""
    found = _answers(group, rules)
    if len(found) == 1:
        return found[0]
    if found:
        who, entry = max(found, key=lambda pair: pair[0].order)
        return who, refused(entry.path, "ambiguous")
    who, entry = next((pair for pair in group if pair[1].flaw), group[0])
    return who, refused(entry.path, entry.flaw or _unknown(who))


def _answers(group: Group, rules: Rules) -> Group:
    """Those called `answers`, else all code, else all histories, else what a lenient course takes for code."""
    sound = [(who, entry) for who, entry in group if not entry.flaw]
    strict = [(who, entry) for who, entry in sound if suffix(who.file) in CODE + HISTORIES]
    named = [pair for pair in strict if CALLED.fullmatch(PurePosixPath(pair[0].file).stem)]
    code, histories = ([pair for pair in strict if suffix(pair[0].file) in kinds] for kinds in (CODE, HISTORIES))
    lenient = [(who, entry) for who, entry in sound if rules.lenient and suffix(who.file) in LENIENT]
    return next(filter(None, (named, code, histories, lenient)), [])


def _unwrapped(entry: Entry) -> Entry:
    """The one answer in the student's zip; a text is read as it is."""
    if suffix(entry.path) != ".zip":
        return entry
    return entry._replace(read=lambda: zips.only_code(entry.read()))


def _unknown(who: Student) -> str:
    kind = suffix(who.file)
    return "nested-archive" if kind in ARCHIVES else "not-quite" if kind in LENIENT else "not-an-answer"


def _apart(each: list[Taken], rules: Rules) -> tuple[list[Taken], list[Entry]]:
    """One answer a student, where several files name the same one (who left a team, say), and the others with why."""
    mine: dict[tuple[str, str], list[Taken]] = defaultdict(list)
    for one in each:
        if one[0].student_id:
            mine[one[0].origin, one[0].student_id].append(one)
    kept, others = [one for one in each if not one[0].student_id], []
    for several in mine.values():
        several.sort(key=lambda one: one[1].order)
        ordered = all(student.order for _, student, _ in several)
        if len(several) == 1 or (ordered and rules.attempts == BEST):
            kept += several
        elif ordered and rules.attempts == LATEST:
            kept.append(several[-1])
            others += [entry._replace(flaw="earlier") for _, _, entry in several[:-1]]
        else:
            kept += [(who, student, refused(entry.path, "ambiguous")) for who, student, entry in several[-1:]]
            others += [entry._replace(flaw="ambiguous") for _, _, entry in several[:-1]]
    return kept, others


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
