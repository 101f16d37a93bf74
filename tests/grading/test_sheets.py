"""A table is read to the letter, whatever saved it."""

from pathlib import Path

import pytest

from compare.errors import InputError
from compare.grading import sheets
from compare.grading.sheets import Line


@pytest.mark.parametrize(
    ("data", "delimiter"),
    [
        ("a,b\r\n김민지,1\r\n".encode(), ","),
        ("\ufeffa;b\n김민지;1\n".encode(), ";"),
        ("a\tb\n김민지\t1\n".encode("utf-16"), "\t"),
        (b"\xfe\xff" + "a\tb\n김민지\t1\n".encode("utf-16-be"), "\t"),
        ("a,b\n김민지,1\n".encode("cp949"), ","),
        ("a,b\r김민지,1".encode(), ","),
        (" a , b\n,\n김민지,1\n".encode(), ","),
    ],
    ids=["crlf", "semicolon", "utf-16", "big-endian", "cp949", "old mac", "blanks"],
)
def test_the_delimiter_and_the_encoding_are_found(tmp_path: Path, data: bytes, delimiter: str) -> None:
    (tmp_path / "t.csv").write_bytes(data)
    sheet = sheets.read(tmp_path / "t.csv")
    assert (sheet.delimiter, sheet.header, [line.cells for line in sheet.lines]) == (
        delimiter, ["a", "b"], [["김민지", "1"]],
    )  # fmt: skip


def test_rows_are_filled_up_and_know_their_line(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text('a,b,c\n\n"x\ny"\n1,2,3,4\n')
    sheet = sheets.read(tmp_path / "t.csv")
    assert sheet.lines == [Line(4, ["x\ny", "", ""]), Line(5, ["1", "2", "3", "4"])]
    assert sheets.written(['x\ny"', ";"], ";") == '"x\ny""";";"\r\n'


def test_columns_are_found_by_their_name_however_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("Student ID,student_id,E-Mail,학번\n")
    sheet = sheets.read(tmp_path / "t.csv")
    assert sheet.columns({"studentid", "학번"}) == [0, 1, 3]
    assert sheet.columns({"email"}) == [2]


@pytest.mark.parametrize("text", [None, "a,b\n" + "x" * 200_000, "PK\x03\x04 as Excel saves it"])
def test_what_is_no_table_is_refused_with_the_cure(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "t.csv" if text else tmp_path
    if text:
        path.write_text(text)
    with pytest.raises(InputError, match="save it as CSV in UTF-8"):
        sheets.read(path)


def test_an_empty_file_has_no_columns(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("")
    assert sheets.read(tmp_path / "t.csv")[2:] == ([], [])


@pytest.mark.parametrize(
    ("data", "is_so"),
    [
        (b"id,points\n1,2\n", True), ("이름;반\n김;1\n".encode(), True), (b"Canvas ID\n1\n", True),
        (b"surname\nKim\n", True), (b"submission,exercise,points,reason\n", True),
        (b"name,loss\nx,1\n", False), (b"epoch,value\n0,1\n", False), (b"0,1\n1,2\n", False), (b"", False),
        (b"PK\x03\x04id", False), (b"id\n" + b'"' * 4097, True),
        (b"x" * 4093 + b",id", True), (b"x" * 4094 + b",id", False),
    ],
)  # fmt: skip
def test_a_table_of_people_is_told_from_a_history(data: bytes, is_so: bool) -> None:
    assert sheets.is_of_people(data) is is_so
