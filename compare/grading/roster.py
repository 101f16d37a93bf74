"""The class as its system knows it: Canvas's exported gradebook, Moodle's grading worksheet, or any table of students.

Every student keeps the own row, every cell stays as it is, and one column is filled in. Canvas finds a student by ID,
SIS User ID and login, then by an equal name; an assignment by "Title (123)" or its title, else it makes a new one.
Moodle finds its columns by translated names, reads the number behind the translated word for a participant, and passes
over a row whose grade is newer than its date says or above the maximum. So nothing of the table may change but points.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from compare.exercises.course import ZERO
from compare.grading import Fault, sheets
from compare.grading.naming import CANVAS_ORIGIN, MOODLE_ORIGIN, PLAIN, Identity, as_id
from compare.grading.sheets import CANVAS_ID, IDS, NAMES, Sheet
from compare.grading.submissions import Submission

FILES = {CANVAS_ORIGIN: "canvas.csv", MOODLE_ORIGIN: "moodle.csv", PLAIN: "roster.csv"}
OF_CANVAS = ("Student", "LastName", "FirstName", "ID", "SIS User ID", "SIS Login ID", "Integration ID", "Root Account",
             "Section")  # fmt: skip
GRADES = frozenset({"grade", "points", "score", "성적", "점수"})
STATUS = frozenset({"status", "상태", "제출상태", "estado", "statut", "stato"})
COMMENTS = frozenset({"feedbackcomments", "피드백댓글", "피드백의견", "피드백"})
UNITS = {"y": 8760, "ja": 8760, "a": 8760, "년": 8760, "d": 24, "ta": 24, "jo": 24, "일": 24, "h": 1, "st": 1,
         "시간": 1, "m": 1 / 60, "분": 1 / 60, "s": 1 / 3600, "초": 1 / 3600}  # hours, by how the word begins
SPAN = re.compile(rf"(\d+) ?({'|'.join(UNITS)})[^\W\d]*", re.IGNORECASE)
WORKSHEET = re.compile(r"(\D*\D)(\d+)")
TEAM_FILE = r"\d|^(?:team|group|gr[ou]pp?[eo]|equip[eo])"  # Canvas takes the blanks out of a name
TEST_STUDENT = "Student, Test"  # Canvas's own, with which a teacher sees the course


class Roster(NamedTuple):
    """The table and what is where in it: `kept` are the columns that are written, `grade` the one that is filled in,
    which may lie behind the last; `maximum` is what it says itself, `students` are the lines that are one, `status` is
    the column that tells who is late."""

    kind: str
    sheet: Sheet
    kept: Sequence[int]
    grade: int
    feedback: int | None
    maximum: float | None
    comma: bool
    students: Sequence[int]
    status: int | None = None

    @property
    def file(self) -> str:
        """What the filled table is called."""
        return FILES[self.kind]

    def name(self, line: int) -> str:
        """What the table calls the student: Moodle's in the second column, whatever the language."""
        header, cells = self.sheet.header, self.sheet.lines[line].cells
        if self.kind == MOODLE_ORIGIN:
            return cells[1]
        names = [cells[place] for of in NAMES for place, cell in enumerate(header) if sheets.plain(cell) in of]
        return " ".join(filter(None, names)) or cells[0]


    def ids(self, line: int) -> list[tuple[str, str]]:
        """All ids that the table has for this student, each behind whose it is: Canvas's, Moodle's, the school's."""
        found = []
        for place, cell in enumerate(self.sheet.lines[line].cells[: len(self.sheet.header)]):
            kind = _kind_of(self.kind, place, self.sheet.header[place])
            number = WORKSHEET.fullmatch(cell.strip()) if kind == MOODLE_ORIGIN else None
            if kind and cell.strip():
                found.append((kind, number[2] if number else cell.strip()))
        return found

    def hours_late(self, line: int) -> float | None:
        """What Moodle's worksheet says of it, "… - 1 day 2 hours late" say; None where the table says nothing."""
        if self.status is None:
            return None
        parts = self.sheet.lines[line].cells[self.status].split(" - ")
        spans = [SPAN.findall(part) for part in parts if SPAN.match(part)]
        return sum(int(count) * UNITS[unit.casefold()] for count, unit in spans[0]) if spans else 0.0


class Matched(NamedTuple):
    """Whose row is whose: the submissions of each line (several only where the best attempt counts), who is in no row,
    which lines have no submission, and what is to be said of that."""

    rows: Mapping[int, Sequence[Submission]]
    strangers: Sequence[Submission]
    absent: Sequence[int]
    warnings: Sequence[Fault]


def read(path: Path, title: str) -> Roster:
    """The class in `path`, whose points go into the column `title`.

    Raises `Fault` where there is no such file, no column says who is who, or none or two are the assignment's.
    """
    if not path.exists():
        raise Fault("no-roster", path)
    sheet = sheets.read(path)
    if not sheet.header:
        raise Fault("roster-columns", path, columns="")
    if {"ID", "Section"} <= set(sheet.header) and sheet.header[0] in OF_CANVAS[:2]:
        return _canvas(sheet, title)
    if sheet.lines and sheets.plain(sheet.header[0]) not in IDS and _participants(sheet):
        return _moodle(sheet)
    if not sheet.columns(IDS | CANVAS_ID):
        raise Fault("roster-columns", path, columns=", ".join(sheet.header))
    named = [place for place, cell in enumerate(sheet.header) if cell == title] or sheet.columns(GRADES)
    if len(named) > 1:
        raise Fault("roster-two", path, title=title, columns=", ".join(sheet.header[place] for place in named))
    grade = named[0] if named else len(sheet.header)
    header = sheet._replace(header=sheet.header if named else [*sheet.header, title])
    comma = sheet.delimiter == ";"
    return Roster(PLAIN, header, range(len(sheet.header)), grade, None, None, comma, range(len(sheet.lines)))


def _canvas(sheet: Sheet, title: str) -> Roster:
    own = range(sheet.header.index("Section") + 1)
    assignments = range(own.stop, len(sheet.header))
    fits = [at for at in assignments if title in (sheet.header[at], re.sub(r" \(\d+\)$", "", sheet.header[at]))]
    if len(fits) != 1:
        known = [sheet.header[at] for at in assignments if re.search(r" \(\d+\)$", sheet.header[at])]
        key = "roster-two" if fits else "roster-none"
        raise Fault(key, sheet.path, title=title, columns="; ".join(known or [sheet.header[at] for at in assignments]))
    ids = [place for place in own if sheet.header[place] in OF_CANVAS[3:7]]
    students = [at for at, line in enumerate(sheet.lines) if any(line.cells[place].strip() for place in ids)]
    students = [at for at in students if sheet.lines[at].cells[0] != TEST_STUDENT]
    of = [line.cells[fits[0]] for line in sheet.lines if "Points Possible" in line.cells[0]]
    comma = _has_comma(of, sheet)
    return Roster(CANVAS_ORIGIN, sheet, own, fits[0], None, _number(of[0]) if of else None, comma, students)


def _moodle(sheet: Sheet) -> Roster:
    """A worksheet in any language: the column of the maximum holds one number everywhere, that of the grade stands
    before it; comments are filled in where they are called so in a language that we know."""
    columns = list(zip(*(line.cells[: len(sheet.header)] for line in sheet.lines), strict=True))
    called = [place for place in sheet.columns(GRADES) if place + 1 < len(columns)]
    alike = [at for at in range(2, len(columns)) if len(set(columns[at])) == 1 and _number(columns[at][0]) is not None]
    grade = called[0] if called else alike[0] - 1 if alike else 0
    if not grade:
        raise Fault("roster-no-grade", sheet.path, columns=", ".join(sheet.header))
    most = columns[grade + 1][0]
    feedback = sheet.columns(COMMENTS)
    kept, status = range(len(sheet.header)), sheet.columns(STATUS)
    return Roster(MOODLE_ORIGIN, sheet, kept, grade, feedback[0] if feedback else None, _number(most),
                  _has_comma([most], sheet), range(len(sheet.lines)), status[0] if status else None)  # fmt: skip


def _participants(sheet: Sheet) -> bool:
    """Does the first column hold one word and a number in each row?"""
    found = [WORKSHEET.fullmatch(line.cells[0].strip()) for line in sheet.lines]
    return all(found) and len({one[1] for one in found if one}) == 1


def _number(text: str) -> float | None:
    with suppress(ValueError):
        return float(text.strip().replace(",", "."))
    return None


def _has_comma(cells: Sequence[str], sheet: Sheet) -> bool:
    """Are decimals set off by a comma in these cells? Where none has any, as the delimiter suggests."""
    text = "".join(cells)
    return "," in text or (sheet.delimiter == ";" and "." not in text)


def match(roster: Roster, submissions: Sequence[Submission], full: float) -> Matched:
    """Which row is whose, by ids alone; of a team's members by an equal name, too. Nothing is guessed: what fits two
    rows fits none, and two answers for one row leave it as it is."""
    ids, names = _known(roster)
    found: dict[int, list[Submission]] = defaultdict(list)
    strangers: list[Submission] = []
    several: dict[Submission, list[int]] = {}
    for one in submissions:
        fits = _fits(roster, one.who, ids, names)
        if len(fits) == 1:
            found[fits.pop()].append(one)
        elif fits:
            several[one] = sorted(fits)
        else:
            strangers.append(one)
    doubles = {line for line, of in found.items() if len({(one.who.origin, one.who.student_id) for one in of}) > 1}
    rows = {line: of for line, of in found.items() if line not in doubles}
    unclear = {line for places in several.values() for line in places}
    absent = [line for line in roster.students if line not in found and line not in unclear]
    path, warnings = roster.sheet.path, []
    for line in sorted(doubles):
        answers = ", ".join(one.submission for one in found[line])
        warnings.append(Fault("roster-doubles", path, name=roster.name(line), answers=answers))
    for one, places in several.items():
        lines = ", ".join(str(roster.sheet.lines[line].number) for line in places)
        warnings.append(Fault("roster-several", path, answer=_told(one), lines=lines))
    if strangers:
        warnings.append(Fault("roster-strangers", path, answers=_listed(map(_told, strangers))))
    if absent:
        warnings.append(Fault("roster-absent", path, count=len(absent), names=_listed(map(roster.name, absent))))
    others = [one for line, of in rows.items() for one in of if not _is_named(roster, line, one.who)]
    if others:
        warnings.append(Fault("roster-names", path, answers=_listed(one.submission for one in others)))
    if roster.maximum is not None and roster.maximum != full:
        warnings.append(Fault("roster-maximum", path, maximum=f"{roster.maximum:g}", full=f"{full:g}"))
    return Matched(rows, [*strangers, *several], absent, warnings)


def _told(one: Submission) -> str:
    """The file, and of a team's which member is meant."""
    return f"{one.submission} ({one.who.student_id})" if one.who.group and one.who.student_id else one.submission


def _listed(names: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(names))


Known = Mapping[tuple[str, str], set[int]]


def _known(roster: Roster) -> tuple[Known, Mapping[str, set[int]]]:
    """The lines by (whose number it is, id), and by name."""
    ids: dict[tuple[str, str], set[int]] = defaultdict(set)
    names: dict[str, set[int]] = defaultdict(set)
    for at in roster.students:
        for kind, called in roster.ids(at):
            ids[kind, as_id(called)].add(at)
        names[_letters(roster.name(at))].add(at)
    return ids, names


def _kind_of(kind: str, place: int, heading: str) -> str | None:
    """Whose number a column holds: Canvas's own, Moodle's own, the school's or none."""
    if (kind == CANVAS_ORIGIN and heading == "ID") or sheets.plain(heading) in CANVAS_ID:
        return CANVAS_ORIGIN
    if kind == MOODLE_ORIGIN and place == 0:
        return MOODLE_ORIGIN
    return PLAIN if sheets.plain(heading) in IDS else None


def _fits(roster: Roster, who: Identity, ids: Known, names: Mapping[str, set[int]]) -> set[int]:
    """The lines that may be this student's. What the table of groups calls a member may be any id, or the name."""
    if not who.student_id:
        return set()
    if who.origin == PLAIN and who.group:
        fits = set().union(*(ids.get((kind, as_id(who.student_id)), ()) for kind in FILES))
        return fits or set(names.get(_letters(who.student_id), ()))
    origin = who.origin if who.origin in (CANVAS_ORIGIN, MOODLE_ORIGIN) else PLAIN
    fits = set(ids.get((origin, as_id(who.student_id)), ()))
    return {at for at in fits if origin != MOODLE_ORIGIN or _is_called(roster, at, who)}


def _is_called(roster: Roster, line: int, who: Identity) -> bool:
    """Does the worksheet call this participant as the file does? A team's number is not a participant's. Where names
    are hidden, both say Moodle's word for a participant."""
    found = WORKSHEET.fullmatch(roster.sheet.lines[line].cells[0].strip())
    called = (roster.name(line), found[1] if found else "")
    return not who.name or any(sheets.plain(each) in sheets.plain(who.name) for each in called if sheets.plain(each))


def _is_named(roster: Roster, line: int, who: Identity) -> bool:
    """Does Canvas's file bear the name in its row, without blanks and in either order? A team's bears the team's; names
    in two scripts say nothing of each other, unless one is a team's by its looks."""
    names = [_unaccented(who.name), _unaccented(roster.name(line))]
    if who.origin != CANVAS_ORIGIN or roster.kind != CANVAS_ORIGIN or not who.name:
        return True
    if re.search(TEAM_FILE, who.name, re.IGNORECASE):
        return False
    scripts = [{unicodedata.name(letter, "?").split()[0] for letter in name if letter.isalpha()} for name in names]
    return scripts[0] != scripts[1] or sorted(names[0]) == sorted(names[1])


def _unaccented(name: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", sheets.plain(name)) if letter.isalpha())


def _letters(name: str) -> str:
    """A name whichever way round: "Kim, Minji" and "Minji Kim"."""
    return " ".join(sorted(re.findall(r"\w+", as_id(name))))


def filled(roster: Roster, matched: Matched, points: Mapping[str, tuple[str, str]], missing: str) -> Iterator[str]:
    """The table with everybody's points and comment, by the submission's id. Who handed in nothing keeps the cell, or
    has 0 where the course says `ZERO` and nothing stands there."""
    kept = [*roster.kept, *([] if roster.grade in roster.kept else [roster.grade])]
    yield "\ufeff"
    yield sheets.written([roster.sheet.header[place] for place in kept], roster.sheet.delimiter)
    for at, line in enumerate(roster.sheet.lines):
        cells = {place: line.cells[place] if place < len(line.cells) else "" for place in kept}
        told = [points[one.id] for one in matched.rows.get(at, ()) if one.id in points]
        if told:
            number, comment = told[0]
            cells[roster.grade] = number.replace(".", ",") if roster.comma else number
            if roster.feedback is not None:
                cells[roster.feedback] = comment
        elif at in matched.absent and missing == ZERO and not cells[roster.grade].strip("- "):
            cells[roster.grade] = "0"
        yield sheets.written(list(cells.values()), roster.sheet.delimiter)
