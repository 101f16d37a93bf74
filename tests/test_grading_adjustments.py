"""`adjustments.csv`: what an instructor writes in it is taken, and what cannot be used is named by its line."""

from pathlib import Path

import pytest

from compare.errors import InputError
from compare.grading import adjustments
from compare.grading.adjustments import Adjustment

KNOWN = {"kim.py": {"mse": 2.0}}
HEADER = "submission,exercise,points,reason\n"


def read(folder: Path, text: str) -> dict[str, dict[str, Adjustment]]:
    (folder / "adjustments.csv").write_text(text, encoding="utf-8")
    return adjustments.read(folder / "adjustments.csv", KNOWN)


def test_where_there_is_no_file_nothing_is_adjusted(tmp_path: Path) -> None:
    assert adjustments.read(tmp_path / "adjustments.csv", KNOWN) == {}


def test_rows_that_a_spreadsheet_leaves_empty_are_passed_over_and_a_later_line_wins(tmp_path: Path) -> None:
    read_ = read(tmp_path, HEADER + "kim.py,mse,1,first\n,,,\nkim.py,mse,2,on second thought\n,,,\n")
    assert read_ == {"kim.py": {"mse": Adjustment("kim.py", "mse", 2.0, "on second thought")}}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "must name the columns submission,exercise,points,reason"),
        ("submission,points\nkim.py,1\n", "must name the columns submission,exercise,points,reason"),
        (HEADER + "kim.py,mse,two,x\n", "line 2: points 'two'; give a number from 0 to 2"),
        (HEADER + f"kim.py,mse,1,{'x' * 200_000}\n", "save it as CSV in UTF-8"),
    ],
    ids=["nothing", "columns", "points", "field"],
)
def test_what_cannot_be_used_is_said_with_the_cure(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        read(tmp_path, text)


def test_a_folder_in_its_place_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="save it as CSV"):
        adjustments.read(tmp_path, KNOWN)


def test_a_table_as_spreadsheets_write_it_is_read_to_the_letter(tmp_path: Path) -> None:
    """A byte order mark, more columns in another order, a shielded name, quotes, blanks, half a line."""
    known = {"kim.py": {"mse": 2.0, "db": 1.5}, "=lee.py": {"mse": 2.0}}
    text = (
        '\ufeffpoints,id,reason,submission,exercise\r\n 1.5 ,7,"a ""slip"",\r\nonly",kim.py,db\r\n'
        "2,,,'=lee.py,mse\r\n0,7,x,kim.py,mse,more\r\n,,,,\r\n"
    )
    (tmp_path / "adjustments.csv").write_bytes(text.encode())
    assert adjustments.read(tmp_path / "adjustments.csv", known) == {
        "kim.py": {
            "db": Adjustment("kim.py", "db", 1.5, 'a "slip",\\r\\nonly'),
            "mse": Adjustment("kim.py", "mse", 0.0, "x"),
        },
        "=lee.py": {"mse": Adjustment("=lee.py", "mse", 2.0, "")},
    }


def test_a_line_that_ends_before_its_reason_has_none(tmp_path: Path) -> None:
    assert read(tmp_path, HEADER + "kim.py,mse,1\n") == {"kim.py": {"mse": Adjustment("kim.py", "mse", 1.0, "")}}


def test_the_lines_of_an_old_mac_end_too(tmp_path: Path) -> None:
    (tmp_path / "adjustments.csv").write_bytes(b"submission,exercise,points,reason\rkim.py,mse,1,slip\r")
    found = adjustments.read(tmp_path / "adjustments.csv", KNOWN)
    assert found == {"kim.py": {"mse": Adjustment("kim.py", "mse", 1.0, "slip")}}


def test_a_korean_table_that_is_not_utf_8_is_read_as_excel_wrote_it(tmp_path: Path) -> None:
    text = HEADER.encode() + "kim.py,mse,1,사소한 실수".encode("cp949") + b" \xff\n"
    (tmp_path / "adjustments.csv").write_bytes(text)
    found = adjustments.read(tmp_path / "adjustments.csv", KNOWN)
    assert found["kim.py"]["mse"].reason == "사소한 실수 \ufffd"


def test_a_path_below_a_file_is_no_table_either(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert adjustments.read(tmp_path / "file" / "adjustments.csv", KNOWN) == {}


@pytest.mark.parametrize("points", ["nan", "inf", "-inf", "-0.001", "2.001", "1,5", ""])
def test_points_are_a_number_from_nothing_to_full_marks(tmp_path: Path, points: str) -> None:
    with pytest.raises(InputError, match="give a number from 0 to 2, what the exercise is to be worth"):
        read(tmp_path, HEADER + f'kim.py,mse,"{points}",x\n')


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("lee.py,mse,1,x", " line 3: there is no submission 'lee.py'; give it as grades.csv does"),
        ("kim.py,MSE,1,x", " line 3: there is no exercise 'MSE'; use one of mse, db"),
        ("kim.py,mse,2.5,x", " line 3: points '2.5'; give a number from 0 to 2, what the exercise is to be worth"),
        ("kim.py,db,-1,x", " line 3: points '-1'; give a number from 0 to 0.25, what the exercise is to be worth"),
    ],
    ids=["submission", "exercise", "points", "negative"],
)
def test_a_fault_names_its_line_and_what_stands_there(tmp_path: Path, line: str, fault: str) -> None:
    path = tmp_path / "adjustments.csv"
    path.write_text(HEADER + f"kim.py,mse,1,x\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError) as raised:
        adjustments.read(path, {"kim.py": {"mse": 2.0, "db": 0.25}})
    assert str(raised.value) == f"{path}{fault}"
