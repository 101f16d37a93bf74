"""Which of a student's files is graded, and why each other is not: of several attempts the one that the course says, of
one attempt's files the one called `answers`, or else the only one of its kind."""

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import TypeAlias

from compare.exercises.course import BEST, LATEST, REFUSE, Rules
from compare.grading.entries import ARCHIVES, HISTORIES, LENIENT, Entry, refused, suffix
from compare.grading.naming import Identity, Student, series
from compare.typed import CODE

BESIDE = ("beside", "not-an-answer", "not-quite", "nested-archive", "table")  # why a file beside an answer is none
CALLED = re.compile(r"answers(-\d+| ?\(\d+\))?", re.IGNORECASE)  # and as browsers and systems name the next one

Group: TypeAlias = Sequence[tuple[Student, Entry]]
Taken: TypeAlias = tuple[Identity, Student, Entry]


def chosen(group: Group, rules: Rules) -> tuple[Group, list[Entry]]:
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


def _unknown(who: Student) -> str:
    kind = suffix(who.file)
    return "nested-archive" if kind in ARCHIVES else "not-quite" if kind in LENIENT else "not-an-answer"


def apart(each: list[Taken], rules: Rules) -> tuple[list[Taken], list[Entry]]:
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
