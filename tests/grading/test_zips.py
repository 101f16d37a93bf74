"""Each member of a zip: the name its maker meant, the bytes it holds, or the one reason why it is not opened."""

import stat
import zipfile
from pathlib import Path

import pytest

from compare.errors import InputError
from compare.grading import entries
from compare.grading.entries import FILE_LIMIT, Refused

KOREAN = "김민지.py"


def packed(folder: Path, *members: tuple[str, bytes]) -> Path:
    with zipfile.ZipFile(folder / "all.zip", "w") as archive:
        for name, content in members:
            archive.writestr(name, content)
    return folder / "all.zip"


def member(name: str = "kim.py", **attributes: int) -> zipfile.ZipInfo:
    found = zipfile.ZipInfo(name)
    for key, value in attributes.items():
        setattr(found, key, value)
    return found


def reason(entry: entries.Entry) -> str | None:
    with pytest.raises(Refused) as refusal:
        entry.read()
    return refusal.value.flaw


def test_files_come_in_the_order_of_their_names_each_with_its_bytes_and_folders_do_not(tmp_path: Path) -> None:
    listed = list(entries.of_zip(packed(tmp_path, ("lee.py", b"1"), ("kim/", b""), ("kim/a.py", b"22"), ("b.py", b""))))
    assert [(entry.path, entry.read(), entry.flaw) for entry in listed] == [
        ("b.py", b"", None), ("kim/a.py", b"22", None), ("lee.py", b"1", None),
    ]  # fmt: skip


def test_names_of_the_same_letters_composed_or_not_are_each_others_duplicates(tmp_path: Path) -> None:
    listed = entries.of_zip(packed(tmp_path, ("가.py", b""), ("\u1100\u1161.py", b""), ("나.py", b"")))
    assert [(entry.path, entry.flaw) for entry in listed] == [
        ("가.py", "duplicate"), ("가.py", "duplicate"), ("나.py", None),
    ]  # fmt: skip


def test_a_zip_may_hold_as_many_files_as_the_limit_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path, ("kim.py", b""), ("lee.py", b""))
    monkeypatch.setattr(entries, "ENTRY_LIMIT", 2)
    assert len(list(entries.of_zip(path))) == 2
    monkeypatch.setattr(entries, "ENTRY_LIMIT", 1)
    with pytest.raises(InputError, match="more than 1 files"):
        next(entries.of_zip(path))


@pytest.mark.parametrize(
    ("name", "said", "flaw"),
    [
        ("kim.py", {}, None),
        ("kim.py", {"external_attr": (stat.S_IFREG | 0o644) << 16}, None),
        ("kim.py", {"external_attr": stat.S_IFLNK << 16}, "link"),
        ("kim.py", {"external_attr": stat.S_IFDIR << 16}, "special"),
        ("kim.py", {"external_attr": stat.S_IFCHR << 16}, "special"),
        ("../kim.py", {}, "outside"),
        ("kim.py\0.txt", {}, "outside"),
        ("kim.py", {"flag_bits": 1}, "encrypted"),
        ("kim.py", {"flag_bits": 2}, None),
        ("kim.py", {"compress_type": zipfile.ZIP_DEFLATED}, None),
        ("kim.py", {"compress_type": zipfile.ZIP_LZMA}, "packing"),
        ("kim.ZIP", {}, "nested-archive"),
        ("kim.tar.gz", {}, "nested-archive"),
        ("kim.py", {"file_size": 65536}, None),  # a short file may be packed as tightly as it likes
        ("kim.py", {"file_size": 65537}, "bomb"),
        ("kim.py", {"file_size": 65537, "compress_size": 327}, "bomb"),
        ("kim.py", {"file_size": 200_000, "compress_size": 1000}, None),
        ("kim.py", {"file_size": 200_001, "compress_size": 1000}, "bomb"),
        ("kim.py", {"file_size": FILE_LIMIT, "compress_size": FILE_LIMIT}, None),
        ("kim.py", {"file_size": FILE_LIMIT + 1, "compress_size": FILE_LIMIT}, "too-large"),
    ],
)
def test_a_member_is_refused_unread_for_what_the_archive_says_of_it(
    name: str, said: dict[str, int], flaw: str | None
) -> None:
    assert entries._flaw(member(name, **said), name) == flaw


@pytest.mark.parametrize("name", ["", ".", ".//.", "/", "/kim.py", "..", "a/../b.py", "a\\b.py", "C:", "C:a.py"])
def test_a_name_that_leads_elsewhere_on_some_system_escapes(name: str) -> None:
    assert entries._escapes(name)


@pytest.mark.parametrize("name", ["kim.py", "a/b.py", "./a.py", "a/./b.py", "a..py", "a/b:c.py", "ab:c.py", "a/C:/b"])
def test_a_name_that_stays_below_its_folder_does_not(name: str) -> None:
    assert not entries._escapes(name)


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (KOREAN.encode("cp949"), KOREAN),
        (KOREAN.encode(), KOREAN),
        (b"kim.py", "kim.py"),
        (b"caf\x82", "café"),  # old DOS; as a character of CP949 it lacks its second byte
    ],
)
def test_a_name_of_unknown_encoding_is_read_as_its_maker_meant_it(raw: bytes, name: str) -> None:
    assert entries._decoded(member(raw.decode("cp437"))) == name


def test_a_name_that_is_said_to_be_unicode_is_taken_as_it_is() -> None:
    raw = "민".encode("cp949").decode("cp437")  # the same bytes, as old DOS shows them
    assert entries._decoded(member(raw)) == entries._decoded(member(raw, flag_bits=1)) == "민"
    assert entries._decoded(member(raw, flag_bits=0x800)) == raw


def test_a_name_that_the_archive_gives_in_unicode_beside_its_bytes_is_taken() -> None:
    found = member(KOREAN.encode("cp949").decode("cp437"))
    found.filename = KOREAN  # as Python 3.12 does
    assert entries._decoded(found) == KOREAN


def test_members_one_after_the_other_do_not_overlap_and_every_pair_that_does_is_found() -> None:
    def lying(*spans: tuple[int, int]) -> list[zipfile.ZipInfo]:
        return [member(header_offset=start, compress_size=size) for start, size in spans]

    assert entries._overlapping(lying((10, 5), (0, 10))) == set()
    assert entries._overlapping(lying((50, 9), (0, 11), (60, 1), (40, 11), (10, 5))) == {0, 10, 40, 50}


def test_a_member_is_read_up_to_the_limit_and_not_to_the_end_of_a_larger_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = packed(tmp_path, ("a.py", b"12345"), ("b.py", b"6" * 10_000))
    path.write_bytes(path.read_bytes().replace(b"6PK", b"7PK"))  # a wrong sum, which shows at the end only
    monkeypatch.setattr(entries, "FILE_LIMIT", 5)
    exact, larger = entries.of_zip(path)
    assert exact.read() == b"12345"
    assert reason(larger) == "too-large"


def test_a_zip_inside_a_zip_is_no_answer_whatever_its_name(tmp_path: Path) -> None:
    inner = packed(tmp_path, ("a.py", b"1")).read_bytes()
    (entry,) = entries.of_zip(packed(tmp_path, ("kim.py", inner)))
    assert (entry.flaw, reason(entry)) == (None, "nested-archive")


def inner(folder: Path, *members: tuple[str, bytes]) -> bytes:
    (folder / "inner").mkdir(exist_ok=True)
    return packed(folder / "inner", *members).read_bytes()


@pytest.mark.parametrize(
    ("name", "nested", "flaw"),
    [("kim.zip", True, None), ("KIM.ZIP", True, None), ("kim.zip", False, "nested-archive"),
     ("kim.tar.gz", True, "nested-archive"), ("kim.rar", True, "nested-archive")],
)  # fmt: skip
def test_a_zip_in_a_zip_is_one_where_it_may_be(tmp_path: Path, name: str, nested: bool, flaw: str | None) -> None:
    content = inner(tmp_path, ("a.py", b"1"))
    (entry,) = entries.of_zip(packed(tmp_path, (name, content)), nested)
    assert entry.flaw == flaw
    if flaw is None:
        assert entries.only_code(entry.read()) == b"1"


def test_a_zip_in_a_zip_is_refused_unless_it_is_asked_for(tmp_path: Path) -> None:
    (entry,) = entries.of_zip(packed(tmp_path, ("kim.zip", b"1")))
    assert entry.flaw == "nested-archive"
    (hidden,) = entries.of_zip(packed(tmp_path, ("kim.py", inner(tmp_path, ("a.py", b"1")))))
    assert reason(hidden) == "nested-archive"


@pytest.mark.parametrize(
    ("members", "flaw"),
    [
        ([("a.PY", b"1"), ("__MACOSX/a.py", b"2"), ("notes.txt", b"3"), ("b.ipynb", b"4")], None),
        ([("a.py", b"1"), ("b.py", b"2")], "nested-archive"),
        ([("notes.txt", b"3")], "nested-archive"),
        ([("../a.py", b"1")], "outside"),
        ([("a.py", bytes(10**6))], "bomb"),
    ],
)
def test_a_students_zip_gives_its_one_py(tmp_path: Path, members: list[tuple[str, bytes]], flaw: str | None) -> None:
    with zipfile.ZipFile(tmp_path / "kim.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    data = (tmp_path / "kim.zip").read_bytes()
    if flaw is None:
        assert entries.only_code(data) == b"1"
        return
    with pytest.raises(Refused) as refusal:
        entries.only_code(data)
    assert refusal.value.flaw == flaw


def test_what_only_calls_itself_a_zip_or_hides_one_is_refused(tmp_path: Path) -> None:
    hidden = inner(tmp_path, ("a.py", inner(tmp_path, ("b.py", b"1"))))
    for data, flaw in ((b"no zip", "unreadable"), (hidden, "nested-archive")):
        with pytest.raises(Refused) as refusal:
            entries.only_code(data)
        assert refusal.value.flaw == flaw
