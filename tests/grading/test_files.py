"""A file is written whole or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from compare.grading.files import PARTIAL, SIZE, write, write_small

TEXT = "이름,점수\r\nkim,3\n\ud800"
BYTES = "이름,점수\r\nkim,3\n\\ud800".encode()  # half a surrogate pair is no UTF-8


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_what_is_written_is_the_text_to_the_byte_and_nothing_beside_it(tmp_path: Path) -> None:
    write(tmp_path / "grades.csv", iter([TEXT[:4], "", TEXT[4:]]))
    write_small(str(tmp_path / "kim.html"), TEXT)
    assert (tmp_path / "grades.csv").read_bytes() == (tmp_path / "kim.html").read_bytes().rstrip(b" ") == BYTES
    assert names(tmp_path) == {"grades.csv", "kim.html"}


def test_a_file_stays_as_it_was_when_its_writing_ends_early_and_the_next_writing_clears_up(tmp_path: Path) -> None:
    def broken() -> Iterator[str]:
        yield "half"
        raise KeyboardInterrupt

    write(tmp_path / "grades.csv", ["before"])
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "grades.csv", broken())
    assert (tmp_path / "grades.csv").read_text() == "before"
    assert names(tmp_path) == {"grades.csv", ".partial"} == {"grades.csv", PARTIAL}
    write_small(str(tmp_path / "kim.html"), "after")
    assert names(tmp_path) == {"grades.csv", "kim.html"}


def test_a_small_file_is_written_anew_only_where_it_says_something_else(tmp_path: Path) -> None:
    path = tmp_path / "kim.html"
    write_small(str(path), TEXT)
    first = path.stat().st_ino  # another file with the same name has another
    write_small(str(path), TEXT)
    assert path.stat().st_ino == first
    write_small(str(path), "other")
    assert (path.read_text().rstrip(), path.stat().st_ino == first) == ("other", False)


def test_small_files_have_one_size_and_one_that_is_larger_a_multiple_of_it(tmp_path: Path) -> None:
    for letters, size in ((0, 0), (1, SIZE), (SIZE, SIZE), (SIZE + 1, 2 * SIZE)):
        write_small(str(tmp_path / "kim.md"), "x" * letters)
        assert (tmp_path / "kim.md").stat().st_size == size


def test_a_small_files_folder_is_made_where_there_is_none(tmp_path: Path) -> None:
    for name in ("kim.html", "lee.html"):
        write_small(str(tmp_path / "reports" / "of" / name), name)
    assert names(tmp_path / "reports" / "of") == {"kim.html", "lee.html"}


def test_a_file_written_in_chunks_is_with_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[bytes] = []
    monkeypatch.setattr("os.fsync", lambda _: synced.append((tmp_path / PARTIAL).read_bytes()))
    write(tmp_path / "grades.csv", ["one", "two"])
    assert synced == [b"onetwo"]
