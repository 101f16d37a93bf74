"""A table as a spreadsheet or a system saved it: CSV, whatever its delimiter, its decimal comma and its encoding."""

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Container, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from compare.grading import Fault

DELIMITERS = (",", ";", "\t")
WORKBOOK = b"PK\x03\x04"  # what a spreadsheet writes unless it is asked for CSV
# What columns are called that say who somebody is, in small letters without anything between them:
CANVAS_ID = frozenset({"canvasid", "canvasuserid"})
IDS = frozenset({"id", "idnumber", "studentid", "studentnumber", "sid", "sisuserid", "sisloginid", "integrationid",
                 "username", "login", "loginid", "email", "mail", "emailaddress", "matriculationnumber",
                 "matrikelnummer", "학번", "학생번호", "아이디", "이메일", "이메일주소", "메일"})  # fmt: skip
NAMES = (frozenset({"student", "name", "fullname", "studentname", "이름", "성명", "학생"}),
         frozenset({"lastname", "surname", "성"}), frozenset({"firstname", "givenname"}))  # fmt: skip
HEAD = 4096  # bytes in which a header stands
LOSSES = frozenset({"loss", "losses", "손실"})
UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Line(NamedTuple):
    """One row with the line of the file that it ends at; as many cells as the header has, or more."""

    number: int
    cells: list[str]


class Sheet(NamedTuple):
    """The table in `path`: its header, and the rows below it that hold anything."""

    path: Path
    delimiter: str
    header: list[str]
    lines: list[Line]

    def columns(self, names: Container[str]) -> list[int]:
        """Which columns have one of these names, in small letters without anything between them."""
        return [index for index, cell in enumerate(self.header) if plain(cell) in names]


def read(path: Path) -> Sheet:
    """Raises `Fault` where this is no table that can be read."""
    try:
        return parsed(path, path.read_bytes())
    except OSError as error:
        raise Fault("not-csv", path, reason=error) from error


def parsed(path: Path, data: bytes) -> Sheet:
    """The table in `data`, the content of `path`. Raises `Fault` where it is none."""
    try:
        if data.startswith(WORKBOOK):
            raise csv.Error("a workbook")
        text = _text(data)
        first = text.partition("\n")[0]
        delimiter = max(DELIMITERS, key=first.count)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        header = [cell.strip() for cell in next(reader, [])]
        rows = [(reader.line_num, cells) for cells in reader if any(map(str.strip, cells))]
    except csv.Error as error:
        raise Fault("not-csv", path, reason=error) from error
    whole = [Line(number, cells + [""] * (len(header) - len(cells))) for number, cells in rows]
    return Sheet(path, delimiter, header, whole)


def is_of_people(data: bytes) -> bool:
    """Is this a table of students, teams or adjustments, and no recorded history?"""
    with suppress(Fault):
        sheet = parsed(Path(), data[:HEAD])
        return bool(sheet.columns(IDS | CANVAS_ID | {"submission"}.union(*NAMES))) and not sheet.columns(LOSSES)
    return False


def plain(text: str) -> str:
    """A name as it is compared: composed, in small letters, without blanks and signs."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFC", text).casefold())


def written(cells: Sequence[str], delimiter: str) -> str:
    """One line of such a table, with the cells as they are."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerow(cells)
    return text.getvalue()


def _text(data: bytes) -> str:
    """UTF-8, what Excel calls Unicode text, or what a Korean Excel writes when it is not asked for UTF-8."""
    if data.startswith(UTF16):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp949", "replace")
