"""Whose answer is whose, in a folder and in what Moodle, Canvas and Gradescope export."""

import os
import re
import shutil
import stat
import tempfile
import zipfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compare.errors import InputError
from compare.exercises.course import Late, Rules
from compare.grading import entries, files
from compare.grading.entries import RATIO, Refused, shown
from compare.grading.naming import UNTOLD, Identity
from compare.grading.people import Team
from compare.grading.submissions import Found, Submission, absent, find, named, only_one, unclear_lateness
from compare.reports.language import Messages


def folder(place: Path, *names: str) -> Path:
    for name in names:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(f"# {name}")
    return place


def zipped(place: Path, *names: str | zipfile.ZipInfo, content: bytes = b"x = 1\n") -> Path:
    place.mkdir(exist_ok=True)
    with zipfile.ZipFile(place / "all.zip", "w") as archive:
        for name in names:
            archive.writestr(name, content)
    return place / "all.zip"


def found(place: Path) -> Found:
    return find(place)


def people(place: Path) -> dict[str, tuple[str, str]]:
    return {one.submission: (one.who.student_id, one.who.name) for one in found(place).submissions}


def flaws(place: Path) -> dict[str, str | None]:
    return {one.submission: one.flaw or flaw_of_reading(one) for one in found(place).submissions}


def flaw_of_reading(submission: Submission) -> str | None:
    try:
        submission.read()
    except Refused as refusal:
        return refusal.flaw
    return None


def test_a_folder_holds_one_file_or_one_folder_a_student(tmp_path: Path) -> None:
    place = folder(tmp_path, "kim.py", "lee.ipynb", "park.csv", "최/answers.py", "최/notes.txt", ".git/config")
    assert people(place) == {
        "kim.py": ("kim", "kim"),
        "lee.ipynb": ("lee", "lee"),
        "park.csv": ("park", "park"),
        "최/answers.py": ("최", "최"),
    }


MOODLE = ("Kim Minji_12345_assignsubmission_file_/answers.py", ("12345", "Kim Minji"))
MOODLE_FLAT = ("김민지_77_assignsubmission_file_answers.py", ("77", "김민지"))
CANVAS = ("kimminji_1234_5678_answers.py", ("1234", "kimminji"))
CANVAS_LATE = ("leejun_LATE_99_100_my_answers-2.ipynb", ("99", "leejun"))
GRADESCOPE = ("assignment_7_export/submission_4321/answers.py", ("4321", ""))


@pytest.mark.parametrize(("path", "who"), [MOODLE, MOODLE_FLAT, CANVAS, CANVAS_LATE, GRADESCOPE])
def test_the_names_that_each_system_gives_are_understood_in_a_zip_and_unpacked(
    tmp_path: Path, path: str, who: tuple[str, str]
) -> None:
    assert people(zipped(tmp_path / "zip", path)) == {path: who}
    assert people(folder(tmp_path / "folder", path)) == {path: who}


def test_gradescope_names_its_students_in_a_file_beside_them(tmp_path: Path) -> None:
    place = folder(tmp_path, "assignment_7_export/submission_43/answers.py", "assignment_7_export/submission_44/a.py")
    (place / "assignment_7_export/submission_metadata.yml").write_text(
        "---\nsubmission_43:\n  :submitters:\n  - :name: 김민지\n    :sid: '2024001'\n    :email: kim@x.kr\n"
        "  :score: 1.0\nsubmission_44:\n  :submitters:\n  - :name: Lee\n    :email: lee@x.kr\n"
    )
    assert sorted(people(place).values()) == [("2024001", "김민지"), ("lee@x.kr", "Lee")]


METADATA = "submission_43:\n  :submitters:\n  - :name: {}\n    :sid: '{}'\n"


def test_a_student_cannot_rename_others_by_a_file_of_names_of_ones_own(tmp_path: Path) -> None:
    place = folder(tmp_path, "submission_43/answers.py", "submission_42/answers.py")
    (place / "submission_42/submission_metadata.yml").write_text(METADATA.format("Cheat", 1))
    assert people(place) == {"submission_42/answers.py": ("42", ""), "submission_43/answers.py": ("43", "")}
    (place / "submission_metadata.yml").write_text(METADATA.format("Kim", 7))
    assert people(place)["submission_43/answers.py"] == ("7", "Kim")


def test_a_file_of_names_in_another_encoding_still_gives_the_ids(tmp_path: Path) -> None:
    place = folder(tmp_path, "submission_43/answers.py")
    (place / "submission_metadata.yml").write_bytes(METADATA.format("김", 7).encode("cp949"))
    assert people(place) == {"submission_43/answers.py": ("7", "\ufffd\ufffd")}


def test_a_file_of_names_that_is_refused_names_nobody(tmp_path: Path) -> None:
    names = zipfile.ZipInfo("submission_metadata.yml")
    names.external_attr = stat.S_IFLNK << 16
    place = zipped(tmp_path, "submission_43/answers.py", names, content=METADATA.format("Kim", 7).encode())
    assert people(place) == {"submission_43/answers.py": ("43", "")}


def test_a_zipped_class_folder_is_looked_into_and_a_lone_students_is_not(tmp_path: Path) -> None:
    assert people(zipped(tmp_path / "class", "hw1/kim.py", "hw1/lee.py")).keys() == {"hw1/kim.py", "hw1/lee.py"}
    assert people(zipped(tmp_path / "lone", "kim/answers.py", "kim/helper.py")) == {"kim/answers.py": ("kim", "kim")}


def test_canvas_files_of_one_user_are_one_submission(tmp_path: Path) -> None:
    place = zipped(tmp_path, "kim_1_2_answers.py", "kim_1_3_figure.png", "lee_5_6_answers.py")
    assert people(place).keys() == {"kim_1_2_answers.py", "lee_5_6_answers.py"}


def test_two_answers_of_one_student_are_not_chosen_between(tmp_path: Path) -> None:
    assert flaws(folder(tmp_path, "kim/a.py", "kim/b.py")) == {"kim/a.py": "ambiguous"}


@pytest.mark.parametrize(
    ("files", "chosen", "flaw"),
    [
        ("a.py answers.py", "answers.py", None),
        ("Answers-2.PY b.py", "Answers-2.PY", None),
        ("answers.csv main.py", "answers.csv", None),
        ("answers.txt main.py", "main.py", None),
        ("a.csv z.ipynb", "z.ipynb", None),
        ("a.txt z.CSV", "z.CSV", None),
        ("a.csv b.npy", "a.csv", "ambiguous"),
        ("answers.ipynb answers.py", "answers.ipynb", "ambiguous"),
        ("b.py my-answers.py", "b.py", "ambiguous"),
        ("a.pdf b.txt", "a.pdf", "not-an-answer"),
        ("a.txt b.zip", "a.txt", "not-quite"),
        ("A.ZIP b.txt", "A.ZIP", "nested-archive"),
    ],
)
def test_answers_is_chosen_before_the_only_code_and_code_before_the_only_history(
    tmp_path: Path, files: str, chosen: str, flaw: str | None
) -> None:
    place = folder(tmp_path, *(f"kim/{name}" for name in files.split()))
    assert flaws(place) == {f"kim/{chosen}": flaw}
    one, _ = only_one(place / "kim")
    assert (one.submission, one.flaw) == (chosen, flaw)


def test_every_file_beside_an_answer_is_told_with_why_it_is_not_taken(tmp_path: Path) -> None:
    place = folder(tmp_path, "kim/a.py", "kim/notes.txt", "kim/hist.csv", "kim/plot.png", "lee/notes.txt", "kim/.x.swp")
    for link in ("kim/z.py", "kim/b.py", "lee/link.py"):
        (place / link).symlink_to("/etc/passwd")
    assert [(one.submission, one.flaw) for one in found(place).submissions] == [
        ("kim/a.py", None), ("lee/link.py", "link"),
    ]  # fmt: skip
    assert [(entry.path, entry.flaw) for entry in found(place).refused] == [
        ("kim/b.py", "link"), ("kim/hist.csv", "beside"), ("kim/notes.txt", "not-quite"),
        ("kim/plot.png", "not-an-answer"), ("kim/z.py", "link"), ("lee/notes.txt", "not-quite"),
    ]  # fmt: skip


def test_what_a_browser_saves_twice_is_not_chosen_between(tmp_path: Path) -> None:
    place = folder(tmp_path, "kim/answers.py", "kim/answers (1).py", "lee/answers.py", "lee/answers of old.py")
    assert flaws(place) == {"kim/answers (1).py": "ambiguous", "lee/answers.py": None}
    assert [(entry.path, entry.flaw) for entry in found(place).refused] == [
        ("kim/answers.py", "ambiguous"), ("lee/answers of old.py", "beside"),
    ]  # fmt: skip


TABLES = ("student,group\nkim,A\n", "이름;학번\n김;1\n", "Student,ID,Section\nKim,1,a\n")


@pytest.mark.parametrize("table", TABLES)
def test_the_classs_own_table_among_the_answers_is_no_student_and_is_named(tmp_path: Path, table: str) -> None:
    place = folder(tmp_path, "kim.py", "lee.csv", "park/roster.csv")
    (place / "roster.csv").write_text(table)
    for one in ("lee.csv", "choi.csv"):
        (place / one).write_text("name,loss\nx,1.5\n" if one == "lee.csv" else "0,1.5\n1,1.25\n")
    assert flaws(place) == {"choi.csv": None, "kim.py": None, "lee.csv": None, "park/roster.csv": None}
    assert [(entry.path, entry.flaw) for entry in found(place).refused] == [("roster.csv", "table")]


def test_a_table_that_is_a_link_is_not_read(tmp_path: Path) -> None:
    place = folder(tmp_path / "class", "kim.py")
    (tmp_path / "roster.csv").write_text(TABLES[0])
    (place / "roster.csv").symlink_to(tmp_path / "roster.csv")
    assert flaws(place) == {"kim.py": None, "roster.csv": "link"}


def test_a_class_of_nothing_but_its_table_has_no_answers(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text(TABLES[0])
    with pytest.raises(InputError, match="no answers in it"):
        found(tmp_path)


def test_the_one_answer_of_a_folder_is_nobodys_in_particular(tmp_path: Path) -> None:
    one, beside = only_one(folder(tmp_path, "none/kim.py", ".git/answers.py", "__pycache__/answers.py", "hist.csv"))
    assert [(entry.path, entry.flaw) for entry in beside] == [("hist.csv", "beside")]
    assert (one.submission, one.who.student_id, one.who.name, one.flaw) == ("none/kim.py", "", "", None)
    assert one.read() == b"# none/kim.py"


def test_a_folder_without_a_file_has_no_answer(tmp_path: Path) -> None:
    one, _ = only_one(tmp_path)
    assert (one.submission, one.who.student_id, one.who.name, one.flaw) == ("", "", "", "not-an-answer")
    assert flaw_of_reading(one) == "not-an-answer"


def test_a_submission_can_be_asked_for_by_its_report_its_student_or_its_path() -> None:
    people = [Identity("plain", name, name.title()) for name in ("kim", "lee")]
    kim, lee = (Submission(f"{who.student_id}-1", f"{who.student_id}.PY", who, bytes) for who in people)
    assert (lee.suffix, lee.flaw) == (".py", None)
    assert [named([kim, lee], wanted) for wanted in ("kim", "lee-1", "lee.PY")] == [[kim], [lee], [lee]]
    with pytest.raises(InputError, match="Kim"):
        named([kim, lee], "Kim")


def test_a_student_who_handed_in_something_else_has_a_submission_too(tmp_path: Path) -> None:
    place = folder(tmp_path, "kim.pdf", "lee.zip", "park.py")
    assert flaws(place) == {"kim.pdf": "not-an-answer", "lee.zip": "nested-archive", "park.py": None}


def test_links_pipes_and_huge_files_in_a_folder_are_refused_by_name(tmp_path: Path) -> None:
    place = folder(tmp_path, "good.py")
    (place / "link.py").symlink_to("/etc/passwd")
    (place / "away").symlink_to("/etc")
    os.mkfifo(place / "pipe.py")
    with open(place / "huge.py", "wb") as file:
        file.truncate(10**10)
    assert flaws(place) == {
        "away": "link", "good.py": None, "huge.py": "too-large", "link.py": "link", "pipe.py": "special",
    }  # fmt: skip


def test_an_undecodable_name_is_spelt_out_and_its_answer_taken(tmp_path: Path) -> None:
    with open(os.fsencode(tmp_path) + b"/kim\xff\n.py", "wb") as file:
        file.write(b"x = 1")
    assert flaws(tmp_path) == {r"kim\xff\n.py": None}


def test_a_file_that_vanishes_is_refused_when_it_is_read(tmp_path: Path) -> None:
    (submission,) = found(folder(tmp_path, "kim.py")).submissions
    (tmp_path / "kim.py").unlink()
    assert flaw_of_reading(submission) == "unreadable"


@pytest.mark.parametrize(
    "path", ["../evil.py", "a/../../evil.py", "/etc/evil.py", "C:/evil.py", "a\\..\\evil.py", "", "."]
)
def test_a_path_trick_in_a_zip_is_refused_and_the_rest_goes_on(tmp_path: Path, path: str) -> None:
    assert flaws(zipped(tmp_path, zipfile.ZipInfo(path), "kim.py")) == {path: "outside", "kim.py": None}


def test_paths_that_lead_outside_belong_to_nobody_and_hide_no_class_folder(tmp_path: Path) -> None:
    place = zipped(tmp_path, "hw1/kim.py", "hw1/lee.py", "../evil.py", "../twin.py")
    assert people(place) == {
        "hw1/kim.py": ("kim", "kim"), "hw1/lee.py": ("lee", "lee"), "../evil.py": ("", ""), "../twin.py": ("", ""),
    }  # fmt: skip
    evil = found(place).submissions[0]
    assert re.fullmatch(r"evil\.py-[0-9a-f]{8}", evil.id)
    assert flaw_of_reading(evil) == "outside"


def test_links_and_devices_in_a_zip_are_refused(tmp_path: Path) -> None:
    link, device = zipfile.ZipInfo("link.py"), zipfile.ZipInfo("device.py")
    link.external_attr, device.external_attr = stat.S_IFLNK << 16, stat.S_IFCHR << 16
    assert flaws(zipped(tmp_path, link, device)) == {"device.py": "special", "link.py": "link"}


@pytest.mark.parametrize("packing", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_member_packed_in_an_uncommon_way_is_refused(tmp_path: Path, packing: int) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w", packing) as archive:
        archive.writestr("kim.py", "x = 1")
    assert flaws(tmp_path / "all.zip") == {"kim.py": "packing"}


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=4), st.integers(0, 2**10))
def test_a_zip_with_broken_bytes_is_an_input_error_or_a_class(broken: list[tuple[int, int]], cut: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        path = zipped(Path(place), "kim.py", "lee/answers.py", content=b"x = 1\n" * 9)
        data = bytearray(path.read_bytes())
        for where, byte in broken:
            data[where % len(data)] = byte
        path.write_bytes(data[: len(data) - cut % 64])
        with suppress(InputError):
            assert flaws(path)


def test_every_flaw_in_the_messages_is_one_that_the_code_knows() -> None:
    said = {key.partition(".")[2] for key in sorted(Messages("grade", "en").keys()) if key.startswith("flaw.")}
    source = "".join(path.read_text(encoding="utf-8") for path in Path(entries.__file__).parent.glob("*.py"))
    assert said == {flaw for flaw in said if f'"{flaw}"' in source}


def test_names_that_differ_only_in_case_or_composition_are_refused_in_a_zip(tmp_path: Path) -> None:
    assert set(flaws(zipped(tmp_path / "case", "Kim.py", "kim.py", "lee.py")).items()) == {
        ("Kim.py", "duplicate"), ("kim.py", "duplicate"), ("lee.py", None),
    }  # fmt: skip
    with pytest.warns(UserWarning, match="Duplicate name"):
        assert flaws(zipped(tmp_path / "twice", "kim.py", "kim.py")) == {"kim.py": "duplicate"}


def test_a_bomb_is_refused_without_being_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.py", bytes(RATIO * 10**5))
        archive.writestr("kim.py", "x = 1")
    assert flaws(tmp_path / "all.zip") == {"bomb.py": "bomb", "kim.py": None}


def test_members_that_overlap_are_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(zipped(tmp_path, "kim.py"), "a") as archive:
        twin = zipfile.ZipInfo("twin.py")
        original = archive.infolist()[0]
        twin.header_offset, twin.CRC = original.header_offset, original.CRC
        twin.compress_size, twin.file_size = original.compress_size, original.file_size
        archive.filelist.append(twin)
        archive.NameToInfo[twin.filename] = twin
        archive._didModify = True
    assert flaws(tmp_path / "all.zip") == {"kim.py": "overlap", "twin.py": "overlap"}


def test_a_zip_under_another_name_and_a_spoilt_member_are_refused_when_read(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner", "x.py").read_bytes()
    assert flaws(zipped(tmp_path / "outer", "kim.py", content=inner)) == {"kim.py": "nested-archive"}
    spoilt = zipped(tmp_path / "spoilt", "kim.py", content=b"a = 12345")
    spoilt.write_bytes(spoilt.read_bytes().replace(b"12345", b"54321"))
    assert flaws(spoilt) == {"kim.py": "unreadable"}


def test_korean_names_packed_by_windows_are_read_as_meant(tmp_path: Path) -> None:
    path = zipped(tmp_path, "AAAAAA/answers.py")
    path.write_bytes(path.read_bytes().replace(b"AAAAAA", "김민지".encode("cp949")))
    assert people(path) == {"김민지/answers.py": ("김민지", "김민지")}


def test_what_is_no_zip_and_no_folder_is_an_input_error(tmp_path: Path) -> None:
    (tmp_path / "all.zip").write_bytes(b"PK not a zip")
    for place in (tmp_path / "all.zip", tmp_path / "missing"):
        with pytest.raises(InputError, match=str(place)):
            found(place)


def test_two_answers_under_one_name_are_refused_and_both_are_named(tmp_path: Path) -> None:
    place = folder(tmp_path, "20231234.py", "20231234.ipynb", "lee.py")
    assert flaws(place) == {"20231234.ipynb": "ambiguous", "lee.py": None}
    assert [(entry.path, entry.flaw) for entry in found(place).refused] == [("20231234.py", "ambiguous")]


def test_the_latest_attempt_that_canvas_numbers_counts_and_the_others_are_named(tmp_path: Path) -> None:
    first, second, last = "kim_12_70_answers.py", "kim_12_100_answers-2.py", "kim_LATE_12_90_answers-1.py"
    place = folder(tmp_path, first, second, last)
    (one,) = found(place).submissions
    assert (one.submission, one.who.late) == (second, 0.0)
    assert [(entry.path, entry.flaw) for entry in found(place).refused] == [(first, "earlier"), (last, "earlier")]


def test_two_different_files_of_one_canvas_user_have_no_order(tmp_path: Path) -> None:
    place = folder(tmp_path, "kim_12_70_one.py", "kim_12_71_two.py")
    assert flaws(place) == {"kim_12_71_two.py": "ambiguous"}


def test_a_submission_of_two_gives_each_a_row_of_the_same_file(tmp_path: Path) -> None:
    place = folder(tmp_path, "submission_7/answers.py")
    lines = "  - :name: Kim\n    :sid: '12'\n  - :name: Lee\n    :sid: '34'\n"
    (place / "submission_metadata.yml").write_text(f"submission_7:\n  :submitters:\n{lines}")
    kim, lee = found(place).submissions
    assert (kim.who.name, lee.who.name) == ("Kim", "Lee")
    assert (kim.id, lee.id) == ("12", "34")
    assert kim.submission == lee.submission == "submission_7/answers.py"


def test_reports_are_named_by_student_and_told_apart_by_a_hash(tmp_path: Path) -> None:
    place = folder(tmp_path, "KIM.py", "kim.py", "lee.py", "a b.py")
    names = {one.submission: one.id for one in found(place).submissions}
    assert names["lee.py"] == "lee"
    assert names["kim.py"].startswith("kim-")
    assert names["a b.py"].startswith("a_b-")
    assert len({name.casefold() for name in names.values()}) == 4


@pytest.mark.parametrize(
    ("name", "report"),
    [
        ("kim+1@x.kr", r"kim\+1@x\.kr"),
        ("2024-001_b", r"2024-001_b"),
        ("김민지", "김민지"),
        ("a b%c", r"a_b_c-[0-9a-f]{8}"),
        ("-rf", r"_rf-[0-9a-f]{8}"),
        ("k" * 60, r"k{60}"),
        ("k" * 70, r"k{60}-[0-9a-f]{8}"),
    ],
)
def test_a_report_is_named_by_what_is_a_file_name_everywhere(tmp_path: Path, name: str, report: str) -> None:
    (one,) = found(folder(tmp_path, f"{name}.py")).submissions
    assert re.fullmatch(report, one.id)


def test_students_whose_ids_differ_in_case_only_have_reports_of_their_own(tmp_path: Path) -> None:
    one, other = (submission.id for submission in found(folder(tmp_path, "Kim/a.py", "kim.py")).submissions)
    assert re.fullmatch(r"Kim-[0-9a-f]{8} kim-[0-9a-f]{8}", f"{one} {other}")
    assert one[4:] != other[4:]


@given(st.text(max_size=30))
def test_any_name_is_shown_as_one_line_that_utf8_can_hold(name: str) -> None:
    assert shown(name.encode("utf-8", "replace").decode()).isprintable()


@given(st.binary(min_size=1, max_size=30))
def test_any_bytes_of_a_name_are_shown(raw: bytes) -> None:
    assert shown(raw.decode("utf-8", "surrogateescape")).encode().decode().isprintable()


def test_gradescopes_file_of_names_that_cannot_be_read_costs_only_the_names(tmp_path: Path) -> None:
    place = folder(tmp_path, "submission_44/answers.py")
    os.mkfifo(place / "submission_metadata.yml")
    assert people(place) == {"submission_44/answers.py": ("44", "")}


def test_a_folder_that_vanishes_while_it_is_listed_is_refused_by_name(tmp_path: Path) -> None:
    place = folder(tmp_path, "a.py", "kim/answers.py")
    listed = files.entries(place)
    assert next(listed).path == "a.py"
    shutil.rmtree(place / "kim")
    assert [(entry.path, entry.flaw) for entry in listed] == [("kim", "unreadable")]


def test_more_files_than_any_class_hands_in_are_refused_in_a_folder_and_in_a_zip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed, unpacked = zipped(tmp_path / "zip", "kim.py", "lee.py"), folder(tmp_path / "folder", "kim.py", "lee.py")
    for room, place in ((entries, packed), (files, unpacked)):
        monkeypatch.setattr(room, "ENTRY_LIMIT", 1)
        with pytest.raises(InputError, match="more than 1 files"):
            found(place)


def test_no_more_of_a_member_is_unpacked_than_an_answer_may_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "FILE_LIMIT", 4)
    (entry,) = entries.of_zip(zipped(tmp_path, "kim.py", content=b"12345"))
    assert entry.flaw == "too-large"
    with pytest.raises(Refused, match="too-large"):
        entry.read()


def taken(place: Path, rules: Rules) -> tuple[list[tuple[str, str | None]], list[tuple[str, str | None]]]:
    """The submissions and what is refused beside them, each with its flaw."""
    every = find(place, rules)
    return [(one.submission, one.flaw) for one in every.submissions], [(one.path, one.flaw) for one in every.refused]


ATTEMPTS = ("kim_12_70_answers.py", "kim_12_100_answers-1.py", "kim_12_90_notes.txt", "kim_12_80_hist.csv")
BESIDE = [(ATTEMPTS[3], "beside"), (ATTEMPTS[2], "not-quite")]


@pytest.mark.parametrize(
    ("rule", "graded", "beside"),
    [
        ("latest", [(ATTEMPTS[1], None)], [(ATTEMPTS[0], "earlier"), *BESIDE]),
        ("best", [(ATTEMPTS[1], None), (ATTEMPTS[0], None)], BESIDE),
        ("refuse", [(ATTEMPTS[1], "ambiguous")], [(ATTEMPTS[0], "ambiguous"), *BESIDE]),
    ],
)
def test_the_course_says_which_of_several_attempts_counts(
    tmp_path: Path, rule: str, graded: list[tuple[str, str | None]], beside: list[tuple[str, str | None]]
) -> None:
    assert taken(folder(tmp_path, *ATTEMPTS), Rules(attempts=rule)) == (graded, beside)


@pytest.mark.parametrize("rule", ["latest", "best", "refuse"])
def test_two_files_of_no_order_are_refused_whatever_the_rule(tmp_path: Path, rule: str) -> None:
    graded, beside = taken(folder(tmp_path, "2023.py", "2023.ipynb"), Rules(attempts=rule))
    assert (graded, beside) == ([("2023.ipynb", "ambiguous")], [("2023.py", "ambiguous")])


def gradescope(place: Path, *handed: tuple[str, str, str]) -> Path:
    """Submissions with their numbers, the ids of who submitted, and when."""
    lines = []
    for number, ids, at in handed:
        people = "".join(f"  - :name: Student {one}\n    :sid: '{one}'\n" for one in ids.split())
        lines.append(f"submission_{number}:\n  :submitters:\n{people}  :created_at: {at}\n")
    folder(place, *(f"submission_{one[0]}/{file}.py" for one, file in zip(handed, "ab", strict=False)))
    (place / "submission_metadata.yml").write_text("".join(lines))
    return place


EARLY, LATER = "2026-03-02 10:00:00.1 Z", "2026-03-02 10:00:00.2 Z"


@pytest.mark.parametrize(("first", "second", "kept"), [(EARLY, LATER, "2/b.py"), (LATER, EARLY, "1/a.py")])
def test_gradescope_says_by_its_moments_which_attempt_is_later_whatever_they_are_called(
    tmp_path: Path, first: str, second: str, kept: str
) -> None:
    place = gradescope(tmp_path, ("1", "12", first), ("2", "12", second))
    folder(place, "submission_1/notes.txt", "submission_2/helper.pdf")
    graded, beside = taken(place, Rules())
    assert [path for path, _ in graded] == [f"submission_{kept}"]
    assert {flaw for _, flaw in beside} == {"earlier", "not-quite", "not-an-answer"}


def test_who_has_left_a_team_has_the_later_answer_and_the_other_member_the_earlier(tmp_path: Path) -> None:
    place = gradescope(tmp_path, ("1", "12 34", EARLY), ("2", "12", LATER))
    every = find(place)
    assert {one.who.student_id: one.submission for one in every.submissions} == {
        "12": "submission_2/b.py", "34": "submission_1/a.py",
    }  # fmt: skip
    assert [(one.path, one.flaw) for one in every.refused] == [("submission_1/a.py", "earlier")]
    best = find(place, Rules(attempts="best"))
    assert [one.who.student_id for one in best.submissions] == ["12", "34", "12"]
    assert len({one.id for one in best.submissions}) == 3
    assert {(one.who.student_id, one.flaw) for one in find(place, Rules(attempts="refuse")).submissions} == {
        ("12", "ambiguous"), ("34", None),
    }  # fmt: skip


def test_who_is_in_two_teams_by_the_table_has_neither_answer_silently(tmp_path: Path) -> None:
    place = folder(tmp_path, "red.py", "blue.py")
    teams = {"red": Team("Red", ("12", "34")), "blue": Team("Blue", ("12",))}
    every = find(place, teams=teams)
    assert [(one.submission, one.who.student_id, one.flaw) for one in every.submissions] == [
        ("red.py", "12", "ambiguous"), ("red.py", "34", None),
    ]  # fmt: skip
    assert [(one.path, one.flaw) for one in every.refused] == [("blue.py", "ambiguous")]


def test_a_team_that_nobody_knows_is_graded_and_warned_of_and_where_all_comes_from_is_known(tmp_path: Path) -> None:
    place = folder(tmp_path, "Team A_17_assignsubmission_file_/answers.py")
    every = find(place)
    assert [(one.who.student_id, one.who.group) for one in every.submissions] == [("", "Team A")]
    assert "give --groups FILE" in str(every.warnings[0])
    assert every.origins == {"moodle"}
    every = find(place, teams={"teama": Team("Team A", ("12",))})
    assert (every.warnings, every.origins) == ([], {"moodle"})
    two = {"teama": Team("Team A", ("12",)), "b": Team("B", ("13",)), "c": Team("C", ("14",))}
    assert [str(one).partition(": ")[2] for one in find(place, teams=two).warnings] == [
        "no file of these teams is in it: B; C"
    ]


TEXT = b"def mse(yp, y): return 0"


@pytest.mark.parametrize(
    ("name", "flaw"),
    [("k.txt", "not-quite"), ("k.py.txt", "not-quite"), ("kim.zip", "nested-archive"), ("kim.pdf", "not-an-answer"),
     ("kimminji_LATE_12_90_hw.zip", "nested-archive"), ("kimminji_12_90_hw.txt", "not-quite")],
)  # fmt: skip
def test_what_is_nearly_an_answer_is_refused_with_the_hint_or_graded_where_the_course_is_lenient(
    tmp_path: Path, name: str, flaw: str
) -> None:
    packed = zipped(tmp_path / "in", "hw/answers.py", ".git/x.py", content=TEXT).read_bytes()
    content = packed if name.endswith(".zip") else TEXT
    for place in (tmp_path / "folder", zipped(tmp_path / "zip", name, content=content)):
        if place.suffix != ".zip":
            place.mkdir()
            (place / name).write_bytes(content)
        assert flaws(place) == {name: flaw}
        (one,) = find(place, Rules(lenient=True)).submissions
        if name == "kim.pdf":
            assert one.flaw == flaw
        else:
            assert (one.flaw, one.suffix, one.read()) == (None, ".py", TEXT)


@pytest.mark.parametrize("names", [(), ("a.py", "b.py"), ("a.ipynb",)])
def test_a_zip_of_a_students_holds_one_py_or_is_refused(tmp_path: Path, names: tuple[str, ...]) -> None:
    place = folder(tmp_path / "class", "lee.py")
    (place / "kim.zip").write_bytes(zipped(tmp_path / "in", *names).read_bytes())
    (kim, _) = find(place, Rules(lenient=True)).submissions
    assert flaw_of_reading(kim) == "nested-archive"


def test_a_real_answer_is_taken_before_what_is_nearly_one(tmp_path: Path) -> None:
    place = folder(tmp_path, "kim/hw.py", "kim/notes.txt", "lee/a.txt", "lee/b.txt")
    assert taken(place, Rules(lenient=True)) == (
        [("kim/hw.py", None), ("lee/a.txt", "ambiguous")], [("kim/notes.txt", "beside"), ("lee/b.txt", "ambiguous")],
    )  # fmt: skip


def late(per: str, due: str | None = "2026-03-02T09:00:00+09:00") -> Rules:
    return Rules(late=Late(1.0, False, per, 5.0, 0.0, datetime.fromisoformat(due) if due else None))


def test_the_hours_of_lateness_are_those_after_the_deadline(tmp_path: Path) -> None:
    place = gradescope(tmp_path, ("1", "12", "2026-03-02 01:30:00 Z"), ("2", "34", "2026-03-01 23:00:00 Z"))
    assert [one.who.late for one in find(place, late("hour")).submissions] == [1.5, 0.0]
    assert unclear_lateness(find(place, late("hour")), late("hour"), place) == []
    unknown = find(place, late("hour", None))
    assert [one.who.late for one in unknown.submissions] == [0.0, 0.0]
    (warning,) = unclear_lateness(unknown, late("hour", None), place)
    assert "nothing in it says which answers are late" in str(warning)
    assert unclear_lateness(unknown, Rules(), place) == []


def test_a_rule_that_needs_hours_refuses_where_nobody_says_them(tmp_path: Path) -> None:
    place = folder(tmp_path, "kim_LATE_1_2_answers.py", "lee_3_4_answers.py")
    assert [one.who.late for one in find(place, late("once")).submissions] == [UNTOLD, 0.0]
    assert unclear_lateness(find(place), late("once", None), place) == []
    with pytest.raises(InputError, match=r'kim_LATE_1_2_answers.py is late, but .*; write per = "once"'):
        unclear_lateness(find(place), late("day"), place)
    (place / "kim_LATE_1_2_answers.py").unlink()
    assert unclear_lateness(find(place), late("day"), place) == []


ATTACHED = ("kim_12_7001_{}", "kim_12_7002_{}")


@pytest.mark.parametrize(
    ("names", "graded"),
    [
        (("answers.py", "answers-1.py"), 1),
        (("answers-1.py", "answers-2.py"), 1),
        (("Hw.py", "hw-1.py"), 1),
        (("hw.py", "hw.py"), 1),
        (("answers.py", "answers.ipynb"), None),  # attached together, whatever their numbers
        (("answers.py", "answers-1.ipynb"), None),
        (("part-1.py", "part-2.py"), None),  # the student's own numbers
        (("one.py", "two.py"), None),
        (("hist-1.csv", "hist.csv"), 1),
    ],
)
def test_canvass_numbers_order_attempts_at_one_file_only(
    tmp_path: Path, names: tuple[str, str], graded: int | None
) -> None:
    paths = [form.format(name) for form, name in zip(ATTACHED, names, strict=True)]
    graded_, beside = taken(folder(tmp_path, *paths), Rules())
    if graded is None:
        assert (graded_, beside) == ([(paths[1], "ambiguous")], [(paths[0], "ambiguous")])
    else:
        assert (graded_, beside) == ([(paths[1], None)], [(paths[0], "earlier")])


def test_ilias_numbers_its_attempts_and_says_which_is_late(tmp_path: Path) -> None:
    place = folder(
        tmp_path, "Kim_Minji_kimm_4711/answers.py", "Kim_Minji_kimm_4711/Late Submission - answers (2).py",
        "Lee_Jun_leej_812/Verspaetete Abgabe - hw.py",
        "de la Cruz_Ana_ana_c_5/answers.py", "de la Cruz_Ana_ana_c_5/x.py",
    )  # fmt: skip
    every = find(place)
    assert [(one.who, one.submission.rpartition("/")[2]) for one in every.submissions] == [
        (Identity("ilias", "kimm", "Minji Kim", UNTOLD), "Late Submission - answers (2).py"),
        (Identity("ilias", "leej", "Jun Lee", UNTOLD), "Verspaetete Abgabe - hw.py"),
        (Identity("ilias", "ana_c", "Ana de la Cruz"), "answers.py"),
    ]
    assert [(one.path.rpartition("/")[2], one.flaw) for one in every.refused] == [
        ("answers.py", "earlier"), ("x.py", "beside"),
    ]  # fmt: skip
    assert (every.origins, every.tells_lateness) == ({"ilias"}, True)


def test_files_of_one_number_have_no_order(tmp_path: Path) -> None:
    place = folder(tmp_path, "Kim_Mi_kimm_1/a/answers.py", "Kim_Mi_kimm_1/b/answers.py")
    assert flaws(place) == {"Kim_Mi_kimm_1/a/answers.py": "ambiguous"}
    gradescope_ = folder(tmp_path / "g", "submission_1/answers.py", "submission_2/answers.py")
    lines = "submission_{}:\n  :submitters:\n  - :name: Kim\n    :sid: '12'\n{}"
    metadata = lines.format(1, "") + lines.format(2, f"  :created_at: {EARLY}\n")
    (gradescope_ / "submission_metadata.yml").write_text(metadata)
    assert set(flaws(gradescope_).values()) == {"ambiguous"}


def test_iliass_teams_are_whoever_the_table_says_and_its_own_folders_are_peeled(tmp_path: Path) -> None:
    names = ("Team 7/Kim_Minji_kimm_4711/a.py", "Team 8/Lee_Jun_leej_812/a.py", "Team 8/Park_Seo_parks_9/notes.txt")
    place = zipped(tmp_path, *(f"HW 1/Submissions/{name}" for name in names), "HW 1/HW 1.xlsx")
    every = find(place)
    assert [(one.who.student_id, one.who.group) for one in every.submissions] == [("", "Team 7"), ("", "Team 8")]
    assert len(every.warnings) == 2
    assert [(one.path, one.flaw) for one in every.refused] == [
        ("HW 1/HW 1.xlsx", "not-an-answer"), ("HW 1/Submissions/Team 8/Park_Seo_parks_9/notes.txt", "not-quite"),
    ]  # fmt: skip
    teams = {"team7": Team("Team 7", ("kimm",)), "team8": Team("Team 8", ("leej", "parks"))}
    assert [one.who.student_id for one in find(place, teams=teams).submissions] == ["kimm", "leej", "parks"]


@pytest.mark.parametrize(
    ("names", "ids"),
    [
        ("20260011_임꺽정/answers.py", ["20260011 임꺽정"]),
        ("임꺽정(20260011).py", ["20260011 임꺽정"]),
        ("Kim Minji_20260011.py", ["20260011 Kim Minji"]),
        ("Kim_Minji 20260011.py", ["20260011 Kim Minji"]),
        ("20260301_kim.py 20260301_lee.py", ["20260301_kim 20260301_kim", "20260301_lee 20260301_lee"]),  # a date
        ("kim_12.py", ["kim_12 kim_12"]),
        ("hw1_20260011.py", ["hw1_20260011 hw1_20260011"]),
        ("20260011.py", ["20260011 20260011"]),
        ("260301_kim.py 260301_lee.py", ["260301_kim 260301_kim", "260301_lee 260301_lee"]),
        ("20260301_kim.py", ["20260301 kim"]),  # one name may be its owner's
        ("answers_20260011.py answers_20260012.py answers_20260013.py",
         ["20260011 20260011", "20260012 20260012", "20260013 20260013"]),
        ("Kim (20260011).py", ["20260011 Kim"]),
        ("Kim - 20260011.py", ["20260011 Kim"]),
        ("20260011 - Kim.py", ["20260011 Kim"]),
        ("20260011_ann.py 20260012_ann.py", ["20260011 ann", "20260012 ann"]),
    ],
)
def test_a_number_in_a_plain_name_is_the_students_where_one_name_stands_by_it(
    tmp_path: Path, names: str, ids: list[str]
) -> None:
    paths = [names] if "Kim" in names else names.split()
    assert [" ".join(one) for one in people(folder(tmp_path, *paths)).values()] == ids


@pytest.mark.parametrize(
    ("name", "known", "who"),
    [
        ("hw1_s17.py", {"s17"}, ("s17", "hw1")),
        ("S17 Kim/answers.py", {"s17"}, ("S17", "Kim")),
        ("s17_s18.py", {"s17", "s18"}, ("s17_s18", "s17_s18")),
        ("a_b.py", {"a_b", "a"}, ("a_b", "a_b")),
        ("20260011_김/answers.py", {"1"}, ("20260011", "김")),
        ("kim_123.py", {"123"}, ("kim_123", "kim_123")),  # it may be a version
        ("kim_1234.py", {"1234"}, ("1234", "kim")),
        ("123.py", {"123"}, ("123", "123")),
    ],
)
def test_an_id_of_the_roster_is_found_in_a_plain_name(
    tmp_path: Path, name: str, known: set[str], who: tuple[str, str]
) -> None:
    (one,) = find(folder(tmp_path, name), known=known).submissions
    assert (one.who.student_id, one.who.name) == who


def test_files_of_one_number_are_one_students_under_whatever_names(tmp_path: Path) -> None:
    place = folder(tmp_path, "20260011_임꺽정/hw.py", "20260011.py")
    every = find(place, known={"20260011"})
    assert [one.flaw for one in every.submissions] == ["ambiguous"]
    assert len(every.refused) == 1
    drafts = folder(tmp_path / "drafts", "20261399_draft.py", "20261399_final.py")
    assert [one.flaw for one in find(drafts).submissions] == ["ambiguous"]
    dated = folder(tmp_path / "more", "20260301_kim.py", "20260301_lee.py")
    assert [one.flaw for one in find(dated, known={"20260301"}).submissions] == ["ambiguous"]


def test_who_handed_in_nothing_has_a_name_of_its_own_among_the_reports() -> None:
    one = absent(Identity("canvas", "17", "Kim"), {"16"})
    assert (one.id, one.submission, one.flaw, one.suffix, flaw_of_reading(one)) == ("17", "17", "absent", "", "absent")
    assert re.fullmatch(r"17-[0-9a-f]{8}", absent(one.who, {"17"}).id)
