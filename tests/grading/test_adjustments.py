"""`adjustments.csv`: what an instructor writes in it is taken, and what cannot be used is named by its line."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from compare.errors import InputError
from compare.grading import adjustments
from compare.grading.adjustments import Adjustment, Appeals, Subject

KIM = Subject("12", frozenset({"12", "kim.py"}), {"mse": 2.0, "db": 0.25})
LEE = Subject("34", frozenset({"34", "=lee.py"}), {"mse": 2.0})
HEADER = "submission,exercise,points,reason\n"


def appeals(folder: Path, text: str | bytes) -> Appeals:
    (folder / "adjustments.csv").write_bytes(text.encode() if isinstance(text, str) else text)
    return adjustments.read(folder / "adjustments.csv", [KIM, LEE])


def granted(folder: Path, text: str | bytes) -> Mapping[str, Mapping[str, Adjustment]]:
    found = appeals(folder, text)
    assert found.warnings == []
    return found.granted


def test_where_there_is_no_file_nothing_is_adjusted(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "adjustments.csv", tmp_path / "file" / "adjustments.csv"):
        assert adjustments.read(path, [KIM]) == Appeals({}, {}, [])


@pytest.mark.parametrize("name", ["12", "kim.py"])
def test_a_student_is_known_by_the_id_and_by_the_path(tmp_path: Path, name: str) -> None:
    assert granted(tmp_path, HEADER + f"{name},mse,1,slip\n") == {"12": {"mse": Adjustment("mse", 1.0, "slip")}}


def test_rows_that_a_spreadsheet_leaves_empty_are_passed_over_and_a_later_line_wins(tmp_path: Path) -> None:
    found = granted(tmp_path, HEADER + "kim.py,mse,1,first\n,,,\n12,mse,2,on second thought\n,,,\n")
    assert found == {"12": {"mse": Adjustment("mse", 2.0, "on second thought")}}


def test_a_sign_adds_to_what_the_judge_gave_and_a_star_means_the_answer_or_everybody(tmp_path: Path) -> None:
    found = granted(tmp_path, HEADER + "12,mse,+0.5,fine\n12,*,-2,late\n*,mse,1,unclear\n34,*,−1,late\n")
    assert found == {
        "12": {"mse": Adjustment("mse", 1.0, "unclear"), "*": Adjustment("*", -2.0, "late", True)},
        "34": {"mse": Adjustment("mse", 1.0, "unclear"), "*": Adjustment("*", -1.0, "late", True)},
    }


@pytest.mark.parametrize(
    ("lines", "points", "added"),
    [
        ("12,mse,+0.1,a\n*,mse,+0.2,b\n", 0.3, True),
        ("*,*,+1,a\n12,*,-3,b\n", -2.0, True),
        ("12,mse,1,a\n*,mse,+0.5,b\n", 1.5, False),
    ],
)
def test_lines_with_a_sign_are_added_to_those_before(tmp_path: Path, lines: str, points: float, added: bool) -> None:
    (found,) = granted(tmp_path, HEADER + lines)["12"].values()
    assert found == Adjustment(found.exercise, points, "a; b", added)


def test_a_line_without_a_sign_wins_over_those_before(tmp_path: Path) -> None:
    found = granted(tmp_path, HEADER + "12,mse,+1,a\n12,mse,0.5,b\n")
    assert found == {"12": {"mse": Adjustment("mse", 0.5, "b")}}


@pytest.mark.parametrize(("points", "taken"), [("0", 0.0), ("1.5", -1.5), ("-1.5", -1.5), ("+2", -2.0)])
def test_what_lateness_costs_one_student_can_be_said_with_or_without_a_sign(
    tmp_path: Path, points: str, taken: float
) -> None:
    assert granted(tmp_path, HEADER + f"12,late,{points},was ill\n") == {
        "12": {"late": Adjustment("late", taken, "was ill", True)}
    }


def test_points_for_all_exercises_are_no_more_than_each_is_worth_and_what_that_means_is_said(tmp_path: Path) -> None:
    found = appeals(tmp_path, HEADER + "kim.py,*,1,ill\n*,*,0,cheat\n34,*,+1,fine\n")
    assert found.granted["12"] == {"mse": Adjustment("mse", 0.0, "cheat"), "db": Adjustment("db", 0.0, "cheat")}
    (warning,) = found.warnings
    assert "line 2: 1 points for * without a sign: each exercise is worth that many" in str(warning)
    assert appeals(tmp_path, HEADER + "kim.py,*,1,ill\n").granted == {
        "12": {"mse": Adjustment("mse", 1.0, "ill"), "db": Adjustment("db", 0.25, "ill")}
    }


def test_what_everybody_is_given_stands_apart_from_what_is_given_by_name(tmp_path: Path) -> None:
    found = appeals(tmp_path, HEADER + "*,mse,+1,unclear\n12,mse,+0.5,slip\n*,*,+1,all\n")
    assert found.by_name == {"12": {"mse": Adjustment("mse", 0.5, "slip", True)}}
    assert found.granted["12"]["mse"] == Adjustment("mse", 1.5, "unclear; slip", True)
    assert found.granted["34"].keys() == {"mse", "*"}


def test_a_student_is_known_by_what_the_roster_says_where_nobody_has_that_name(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(HEADER + "sis,mse,1,x\n34,mse,0,y\n")
    found = adjustments.read(tmp_path / "a.csv", [KIM._replace(called=frozenset({"sis", "34"})), LEE])
    assert found.by_name == {"12": {"mse": Adjustment("mse", 1.0, "x")}, "34": {"mse": Adjustment("mse", 0.0, "y")}}
    assert found.warnings == []


def test_an_exercise_for_everybody_is_left_out_where_there_is_none(tmp_path: Path) -> None:
    assert granted(tmp_path, HEADER + "*,db,0.25,unclear\n").keys() == {"12", "34"}
    assert granted(tmp_path, HEADER + "*,db,0.25,unclear\n")["34"] == {}


@pytest.mark.parametrize(
    ("line", "warning", "taken"),
    [
        ("park.py,mse,1,x", " line 2: there is no submission 'park.py'; the line is passed over", {}),
        ("12,MSE,1,x", " line 2: there is no exercise 'MSE' among mse, db; the line is passed over", {"12": {}}),
        (
            "12,db,1,x",
            " line 2: 1 points, above the full 0.25; taken as a bonus",
            {"12": {"db": Adjustment("db", 1.0, "x")}},
        ),
    ],
    ids=["gone", "exercise", "bonus"],
)
def test_what_has_changed_since_is_warned_of_and_stops_nobody(
    tmp_path: Path, line: str, warning: str, taken: Mapping[str, Mapping[str, Adjustment]]
) -> None:
    found = appeals(tmp_path, HEADER + line + "\n")
    assert [str(one) for one in found.warnings] == [f"{tmp_path / 'adjustments.csv'}{warning}"]
    assert found.granted == taken


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "must name the columns submission,exercise,points,reason"),
        ("submission,points\nkim.py,1\n", "must name the columns submission,exercise,points,reason"),
        (HEADER + "kim.py,mse,1,x\nkim.py,mse,two,x\n", "line 3: points 'two'; give a number, what the exercise"),
        (HEADER + f"kim.py,mse,1,{'x' * 200_000}\n", "save it as CSV in UTF-8"),
    ],
    ids=["nothing", "columns", "points", "field"],
)
def test_what_cannot_be_used_is_said_with_the_cure(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        appeals(tmp_path, text)


@pytest.mark.parametrize("points", ["nan", "inf", "-inf", "1,5,", "", "+"])
def test_points_are_a_finite_number(tmp_path: Path, points: str) -> None:
    with pytest.raises(InputError, match="give a number"):
        appeals(tmp_path, HEADER + f'kim.py,mse,"{points}",x\n')


def test_a_folder_in_its_place_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="save it as CSV"):
        adjustments.read(tmp_path, [KIM])


def test_a_table_as_spreadsheets_write_it_is_read_to_the_letter(tmp_path: Path) -> None:
    """A byte order mark, more columns in another order, a shielded name, quotes, blanks, half a line."""
    text = (
        '\ufeffpoints,id,reason,submission,exercise\r\n 0.2 ,7,"a ""slip"",\r\nonly",kim.py,db\r\n'
        "2,,,'=lee.py,mse\r\n'-1,7,x,kim.py,mse,more\r\n,,,,\r\n"
    )
    assert granted(tmp_path, text) == {
        "12": {"db": Adjustment("db", 0.2, 'a "slip",\\r\\nonly'), "mse": Adjustment("mse", -1.0, "x", True)},
        "34": {"mse": Adjustment("mse", 2.0, "")},
    }


def test_semicolons_and_decimal_commas_are_read_as_half_of_europe_writes_them(tmp_path: Path) -> None:
    found = granted(tmp_path, "submission;exercise;points;reason\nkim.py;mse;1,5;a slip, no more\n")
    assert found == {"12": {"mse": Adjustment("mse", 1.5, "a slip, no more")}}


def test_a_line_that_ends_before_its_reason_has_none(tmp_path: Path) -> None:
    assert granted(tmp_path, HEADER + "kim.py,mse,1\n") == {"12": {"mse": Adjustment("mse", 1.0, "")}}


def test_the_lines_of_an_old_mac_end_too(tmp_path: Path) -> None:
    found = granted(tmp_path, b"submission,exercise,points,reason\rkim.py,mse,1,slip\r")
    assert found == {"12": {"mse": Adjustment("mse", 1.0, "slip")}}


def test_a_korean_table_that_is_not_utf_8_is_read_as_excel_wrote_it(tmp_path: Path) -> None:
    found = granted(tmp_path, HEADER.encode() + "kim.py,mse,1,사소한 실수".encode("cp949") + b" \xff\n")
    assert found["12"]["mse"].reason == "사소한 실수 \ufffd"
