"""Files of this machine: each by its name, in order, nothing followed; ours written whole or not at all."""

import errno
import io
import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from compare.grading import Fault, files
from compare.grading.entries import Refused
from compare.grading.files import PARTIAL, SIZE, entries, read, write, write_small

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


def made(place: Path, *names: str) -> Path:
    for name in names:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(name.encode())
    return place


def paths(place: Path) -> list[str]:
    return [entry.path for entry in entries(place)]


def refusal(path: Path) -> str:
    with pytest.raises(Refused) as refused:
        read(str(path))
    return refused.value.flaw


def test_every_file_is_listed_by_its_path_in_the_order_of_the_names(tmp_path: Path) -> None:
    place = made(tmp_path, "z.py", "b/y.py", "b/a/x.py", "a.py", "가\n.py")
    found = list(entries(place))
    assert [entry.path for entry in found] == ["a.py", "b/a/x.py", "b/y.py", "z.py", "가\\n.py"]
    assert [entry.read().decode() for entry in found] == ["a.py", "b/a/x.py", "b/y.py", "z.py", "가\n.py"]
    assert {entry.flaw for entry in found} == {None}


@pytest.fixture
def pit(tmp_path: Path) -> Iterator[Path]:
    """A folder that may be too deep for pytest to take away."""
    (tmp_path / "pit").mkdir()
    yield tmp_path / "pit"
    subprocess.run(["rm", "-rf", str(tmp_path / "pit")], check=True)


def test_a_folder_is_walked_however_deep_it_is(pit: Path) -> None:
    deep = pit
    for _ in range(1800):
        deep /= "d"
        os.mkdir(deep)
    (deep / "kim.py").write_text("1")
    assert paths(made(pit, "z.py")) == ["/".join("d" * 1800) + "/kim.py", "z.py"]


def test_a_folder_too_deep_for_the_system_is_one_unreadable_entry(pit: Path) -> None:
    here = os.open(pit, os.O_RDONLY)
    for _ in range(30):
        os.mkdir("d" * 200, dir_fd=here)
        here, above = os.open("d" * 200, os.O_RDONLY, dir_fd=here), here
        os.close(above)
    os.close(here)
    (found,) = entries(pit)
    assert (found.flaw, len(found.path) > 3000) == ("unreadable", True)


def test_a_link_is_an_entry_with_its_flaw_wherever_it_leads(tmp_path: Path) -> None:
    place = made(tmp_path, "class/kim.py", "away/lee.py")
    (place / "class" / "file").symlink_to(place / "away" / "lee.py")
    (place / "class" / "folder").symlink_to(place / "away")
    found = {entry.path: entry for entry in entries(place / "class")}
    assert {path: entry.flaw for path, entry in found.items()} == {"file": "link", "folder": "link", "kim.py": None}
    with pytest.raises(Refused, match="link"):
        found["file"].read()


def test_a_folder_inside_that_cannot_be_listed_is_one_unreadable_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, scan = made(tmp_path, "a\tb/hidden.py", "kim.py"), os.scandir

    def closed(path: str) -> Iterator[Any]:
        if path.endswith("b"):
            raise PermissionError
        return scan(path)

    monkeypatch.setattr(os, "scandir", closed)
    found = list(entries(place))
    assert [(entry.path, entry.flaw) for entry in found] == [("a\\tb", "unreadable"), ("kim.py", None)]
    with pytest.raises(Refused, match="unreadable"):
        found[0].read()


def test_a_folder_that_is_not_there_is_a_fault_with_its_reason(tmp_path: Path) -> None:
    place = tmp_path / "nowhere"
    with pytest.raises(Fault) as fault:
        list(entries(place))
    assert str(fault.value) == f"{place}: No such file or directory; name the folder or the zip of the answers"


def test_as_many_files_as_are_allowed_are_listed_and_one_more_is_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "ENTRY_LIMIT", 2)
    place = made(tmp_path, "a", "b")
    assert paths(place) == ["a", "b"]
    (place / "c").mkdir()
    with pytest.raises(Fault) as fault:
        paths(place)
    assert str(fault.value) == f"{place}: more than 2 files; is this the folder or the zip of the answers?"


def test_a_file_of_the_largest_size_is_read_and_of_a_larger_one_no_more_than_shows_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "FILE_LIMIT", 3)
    asked: list[int] = []

    class Noting(io.FileIO):
        def read(self, size: int | None = -1, /) -> Any:
            asked.append(-1 if size is None else size)
            return super().read(9 if size is None or size < 0 else size)

    (tmp_path / "most.py").write_bytes(b"\r\n\xff")
    assert read(str(tmp_path / "most.py")) == b"\r\n\xff"
    (tmp_path / "more.py").write_bytes(b"x" * 9)
    monkeypatch.setattr(files, "open", Noting, raising=False)
    assert (refusal(tmp_path / "more.py"), asked) == ("too-large", [4])


def test_what_is_no_plain_file_is_refused_by_its_kind(tmp_path: Path) -> None:
    (tmp_path / "link.py").symlink_to(made(tmp_path, "kim.py") / "kim.py")
    os.mkfifo(tmp_path / "pipe.py")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket.py"))
        kinds = {name: refusal(tmp_path / name) for name in ("link.py", "pipe.py", "socket.py", "nothing.py")}
    assert kinds == {"link.py": "link", "pipe.py": "special", "socket.py": "special", "nothing.py": "unreadable"}
    assert refusal(Path(os.devnull)) == "special"


@pytest.mark.parametrize(
    ("error", "flaw"),
    [(errno.ELOOP, "link"), (errno.EMLINK, "link"), (errno.ENXIO, "special"), (errno.EACCES, "unreadable")],
    ids=["ELOOP", "EMLINK", "ENXIO", "EACCES"],
)
def test_every_systems_word_for_a_link_is_understood(monkeypatch: pytest.MonkeyPatch, error: int, flaw: str) -> None:
    def refused(*_: object) -> int:
        raise OSError(error, "")

    monkeypatch.setattr(os, "open", refused)
    assert refusal(Path("kim.py")) == flaw
