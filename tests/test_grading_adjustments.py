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
