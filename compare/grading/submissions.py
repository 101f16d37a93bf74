"""One submission a student, out of a folder or a zip. Whatever is wrong with one file stops no other."""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import NamedTuple, TypeAlias

from compare.grading import folders, naming, zips
from compare.grading.entries import ARCHIVES, CODE, HISTORIES, Entry, Refused, refused, suffix
from compare.grading.faults import Fault
from compare.grading.naming import PLAIN, Identity, Student

LONGEST_ID = 60  # letters; in UTF-8 still a file name everywhere


class Submission(NamedTuple):
    """What one student handed in. `id` names its reports; `submission` is its path, as the gradebook shows it.

    Who handed in together have a submission each, of the same path.
    """

    id: str
    submission: str
    who: Identity
    read: Callable[[], bytes]  # or raises `Refused`
    flaw: str | None = None

    @property
    def suffix(self) -> str:
        return suffix(self.submission)


class Found(NamedTuple):
    """The submissions in the order of their paths, and the files refused beside a student's good answer."""

    submissions: list[Submission]
    refused: list[Entry]


def find(place: Path) -> Found:
    """Every submission in `place`, a folder or a zip.

    A student whose only file cannot be taken has a submission too, with its flaw. Raises `Fault` where nothing
    can be listed.
    """
    zipped = place.is_file()
    listed = list(zips.entries(place) if zipped else folders.entries(place))
    groups = _by_student(listed, zipped).values()
    if not groups:
        raise Fault("no-answers", place)
    chosen, beside = {}, {}
    for group in groups:
        who, taken = _choose(group)
        chosen[taken.path] = (who, taken)
        for other, entry in group:
            flaw = entry.flaw or ("ambiguous" if taken.flaw == "ambiguous" else "earlier" if other.order else None)
            if flaw and entry.path != taken.path:
                beside[entry.path] = entry._replace(flaw=flaw)
    return Found(_with_ids([chosen[path] for path in sorted(chosen)]), [beside[path] for path in sorted(beside)])


def only_one(folder: Path) -> Submission:
    """The one answer in `folder`, all of whose files one student has handed in."""
    listed = [entry for entry in folders.entries(folder) if not entry.clutter]
    group = [(_nobody(entry), entry) for entry in listed or [refused("", "not-an-answer")]]
    return _with_ids([_choose(group)])[0]


def named(submissions: Sequence[Submission], only: str) -> list[Submission]:
    """The submissions that `only` names: by the name of their reports, the student's id, or their path.

    Raises `Fault` where there is none.
    """
    chosen = [one for one in submissions if only in (one.id, one.who.student_id, one.submission)]
    if not chosen:
        raise Fault("no-such-submission", only)
    return chosen


Group: TypeAlias = Sequence[tuple[Student, Entry]]


def _by_student(listed: Sequence[Entry], zipped: bool) -> Mapping[tuple[str, ...], Group]:
    entries = [entry for entry in listed if not entry.clutter]
    depth = naming.wrapper([entry.parts for entry in entries if entry.flaw != "outside"], zipped)
    people = _gradescope_people(listed, depth)
    groups: dict[tuple[str, ...], list[tuple[Student, Entry]]] = defaultdict(list)
    for entry in entries:
        who = _nobody(entry) if entry.flaw == "outside" else naming.student(entry.parts[depth:], people)
        groups[who.key].append((who, entry))
    return groups


def _nobody(entry: Entry) -> Student:
    """Whoever it may be: a path that leads outside, say, is not searched for a name."""
    return Student((entry.path,), (Identity(PLAIN, "", ""),), entry.path)


def _choose(group: Group) -> tuple[Student, Entry]:
    """The one answer among a student's files: one called `answers`, else the only code, else the only history.

    Of several attempts at one file the latest counts, where the origin says which that is. Where there is no answer,
    the first file with what is wrong with it.
    """
    sound = [(who, entry) for who, entry in group if not entry.flaw and suffix(who.file) in CODE + HISTORIES]
    for wanted in (_is_named_answers, lambda who: suffix(who.file) in CODE, lambda who: suffix(who.file) in HISTORIES):
        found = [(who, entry) for who, entry in sound if wanted(who)]
        if found:
            who, entry = max(found, key=lambda pair: pair[0].order)
            attempts = who.order and len({_name_of_attempt(other) for other, _ in found}) == 1
            return (who, entry) if len(found) == 1 or attempts else (who, refused(entry.path, "ambiguous"))
    who, entry = next((pair for pair in group if pair[1].flaw), group[0])
    return who, refused(entry.path, entry.flaw or _unknown(who))


def _is_named_answers(who: Student) -> bool:
    return re.fullmatch(r"answers(-\d+)?", PurePosixPath(who.file).stem.casefold()) is not None


def _name_of_attempt(who: Student) -> str:
    """What all attempts at a file are called: Canvas numbers those after the first."""
    return re.sub(r"(-\d+)?(\.[^.]*)?$", "", who.file.casefold(), count=1)


def _unknown(who: Student) -> str:
    return "nested-archive" if suffix(who.file) in ARCHIVES else "not-an-answer"


def _with_ids(chosen: Sequence[tuple[Student, Entry]]) -> list[Submission]:
    """Name the reports: by the student's id where it is a file name and nobody else's, else with a hash after it."""
    each = [(who, student.file, entry) for student, entry in chosen for who in student.people]
    wanted = [_file_name(who, file) for who, file, _ in each]
    count = Counter(name.casefold() for name in wanted)
    submissions = []
    for (who, _, entry), name in zip(each, wanted, strict=True):
        unique = name == who.student_id and count[name.casefold()] == 1
        own = entry.path + (who.student_id if who.group else "")  # a team hands in one path
        mark = "" if unique else "-" + hashlib.sha256(own.encode()).hexdigest()[:8]
        submissions.append(Submission(name + mark, entry.path, who, entry.read, entry.flaw))
    return submissions


def _file_name(who: Identity, file: str) -> str:
    return re.sub(r"[^\w.@+-]|^[.-]", "_", who.student_id or PurePosixPath(file).name)[:LONGEST_ID]


def _gradescope_people(entries: Iterable[Entry], depth: int) -> naming.People:
    """Empty unless the export's metadata lies where Gradescope puts it: beside all students, in nobody's folder."""
    for entry in entries:
        if entry.parts[depth:] == (naming.GRADESCOPE_NAMES,) and not entry.flaw:
            with suppress(Refused):
                return naming.gradescope_people(entry.read().decode("utf-8", "replace"))
    return {}
