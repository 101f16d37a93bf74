"""A file that somebody handed in: what its path says, which files nobody meant, and how a name is shown."""


import pytest

from compare.grading.entries import (
    ARCHIVES,
    ENTRY_LIMIT,
    FILE_LIMIT,
    HISTORIES,
    Entry,
    Refused,
    digest,
    refused,
    shown,
    suffix,
)
from compare.typed import CODE


def entry(path: str) -> Entry:
    return Entry(path, lambda: b"x = 1")


def test_bytes_are_told_apart_by_twelve_digits_of_their_hash() -> None:
    assert (digest(b""), digest(b"x = 1")) == ("e3b0c44298fc", "8ff436def145")


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("kim.py", ("kim.py",)),
        ("a/b/c.py", ("a", "b", "c.py")),
        ("./a//b.py", ("a", "b.py")),
        ("../b.py", ("..", "b.py")),
    ],
)
def test_a_path_is_its_names(path: str, parts: tuple[str, ...]) -> None:
    assert entry(path).parts == parts


@pytest.mark.parametrize(
    ("path", "clutter"),
    [
        ("kim.py", False),
        (".kim.py", True),
        (".X", True),
        ("kim/.ipynb_checkpoints/a.ipynb", True),
        ("__MACOSX/kim.py", True),
        ("kim/__pycache__/a.pyc", True),
        ("Thumbs.db", True),
        ("kim/desktop.ini", True),
        ("assignment_1_export/submission_metadata.yml", True),
        ("my.Thumbs.db", False),
        ("../kim.py", False),  # it leads outside, which is worse than clutter
        ("...", False),
        ("x..", False),
    ],
)
def test_what_a_file_manager_left_is_told_from_what_a_student_handed_in(path: str, clutter: bool) -> None:
    assert entry(path).clutter is clutter


@pytest.mark.parametrize(
    ("path", "ending"),
    [
        ("kim.py", ".py"),
        ("folder.py/kim.IPYNB", ".ipynb"),
        ("a.b/c.tar.Gz", ".gz"),
        ("folder.py/kim", ""),
        ("a/.py", ""),
        ("kim.", ""),
        ("...csv", ".csv"),
        ("", ""),
    ],
)
def test_the_suffix_of_a_path_is_the_last_of_its_name_in_small_letters(path: str, ending: str) -> None:
    assert suffix(path) == ending


def test_a_refused_entry_says_why_whenever_it_is_read() -> None:
    found = refused("kim.zip", "bomb")
    assert (found.path, found.flaw) == ("kim.zip", "bomb")
    with pytest.raises(Refused, match=r"^bomb$") as refusal:
        found.read()
    assert refusal.value.flaw == "bomb"
    assert (entry("kim.py").flaw, entry("kim.py").read()) == (None, b"x = 1")


@pytest.mark.parametrize(
    ("name", "as_shown"),
    [
        ("김민지.py", "김민지.py"),
        ("\u1100\u1161.py", "가.py"),  # as a Mac writes it, letter by letter
        ("a\nb\t.py", "a\\nb\\t.py"),
        ("\u202efdp.py", "\\u202efdp.py"),  # would be read backwards
        ("caf\udce9.py", "caf\\xe9.py"),  # a byte that is no UTF-8
    ],
)
def test_a_name_is_shown_as_text_that_any_file_can_hold(name: str, as_shown: str) -> None:
    assert shown(name) == as_shown


def test_the_kinds_of_files_and_their_limits() -> None:
    assert CODE == (".py", ".ipynb")
    assert HISTORIES == (".csv", ".json", ".npy")
    assert {".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar"} == set(ARCHIVES)
    assert ENTRY_LIMIT == 100_000
    assert FILE_LIMIT == 32 << 20
