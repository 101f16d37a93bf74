"""Answers as files: what comes out of a `.py` or a notebook, and what is said when nothing can."""

import io
import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from compare.errors import InputError
from compare.exercises import Fault, sources
from compare.exercises.sources import Place
from compare.sandbox.statements import statements
from compare.sandbox.toplevel import TopLevel

UNUSUAL = [
    "x = 1\n",
    "text = '''\n%matplotlib inline\n!ls\n'''\n",
    "value = (10\n% 3)\n",
    "value = 10 \\\n% 3\n",
    "f = f'{1!r:>{5}} %d' % 3\n",
    "# it's a comment with a quote\ny = {'a': [1, 2]}\n",
    "path = 'C:\\\\'\nz = '\\''\n",
]
MAGICS = ["%matplotlib inline", "!pip install 'numpy", "numpy?", "?numpy", "%cd ~ \\\n  here", "!!ls", "??x", "%%sh\n("]


def notebook(*cells: str, **others) -> bytes:
    shown = [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]
    return json.dumps({"cells": shown, "nbformat": 4, **others}).encode()


def names(*cells: str) -> dict:
    scope: dict = {}
    exec(sources.from_bytes("a.ipynb", notebook(*cells)).text, scope)
    return scope


def test_a_python_file_is_taken_as_it_is():
    assert sources.from_bytes("kim.py", b"\xff\x00 %time").text == b"\xff\x00 %time"


def test_code_cells_run_in_their_order_and_see_each_other():
    assert names("a = 1", "b = a + 1")["b"] == 2


def test_text_cells_are_left_out():
    data = json.dumps({"cells": [{"cell_type": "markdown", "source": "not python"}, {"cell_type": "code"}]}).encode()
    assert b"not" not in sources.from_bytes("a.ipynb", data).text


@pytest.mark.parametrize("magic", MAGICS)
def test_lines_that_only_jupyter_understands_are_put_aside(magic):
    assert names(magic, "a = 1")["a"] == 1


@pytest.mark.parametrize("magic", MAGICS[:-1])
def test_they_are_put_aside_wherever_a_statement_begins(magic):
    assert names(f"a = (1,\n2)\n{magic}\nb = [1,\n2]")["b"] == [1, 2]


def test_a_value_from_the_shell_is_none():
    assert names("files = !ls")["files"] is None


@pytest.mark.parametrize("cell", ["%time a = 1", "%%time\na = 1", "\n%%capture out\na = 1", "if 1:\n    %time a = 1"])
def test_code_that_a_magic_runs_is_run(cell):
    assert names(cell)["a"] == 1


def test_a_magic_inside_a_block_leaves_the_block_whole():
    assert names("def f():\n    %matplotlib inline\n    return 3")["f"]() == 3


@pytest.mark.parametrize("cell", UNUSUAL)
def test_python_is_left_as_it_is(cell):
    assert (
        sources.from_bytes("a.ipynb", notebook(cell)).text.decode() == f"display = print\n{cell}\n# parts at lines 2\n"
    )


@given(st.text(alphabet="a=%!?'\"\\()[]{}#\n 1", max_size=40))
@example("'''\\")
def test_no_line_of_a_cell_moves(cell):
    source = sources.from_bytes("a.ipynb", notebook(cell, "last = 1"))
    assert source.text.decode().split("\n")[source.starts[1] - 1] == "last = 1"


def test_a_line_is_told_as_its_cell_and_the_line_in_it():
    source = sources.from_bytes("a.ipynb", notebook("a = 1\nb = 2", "%%time\nc = 3"))
    assert [source.place(line) for line in (2, 3, 4, 5)] == [Place(1, 1), Place(1, 2), Place(2, 1), Place(2, 2)]
    assert sources.from_bytes("a.py", b"").place(7) == Place(None, 7)


@pytest.mark.parametrize("cell", ["print((1, 2)", "text = '''", "[1, {2: 3]"])
def test_an_open_bracket_does_not_swallow_the_next_cell(cell):
    names = {}
    TopLevel(names, statements(sources.from_bytes("a.ipynb", notebook(cell, "later = 1")).text, "a.ipynb")).run()
    assert names["later"] == 1


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"cells": 3}', b"[" * 100_000, b"\xff", b'{"worksheets": []}'])
def test_what_is_no_notebook_is_said_in_one_line(data):
    with pytest.raises(InputError, match=r"^a\.ipynb: [^\n]*save the notebook again[^\n]*$"):
        sources.from_bytes("a.ipynb", data)


MEGABYTE = 1024 * 1024
TOO_LARGE = [
    ("a.py", b"#" * (MEGABYTE + 1), 1),
    ("a.ipynb", notebook("1", "#" * MEGABYTE), 1),
    ("a.ipynb", b"{" + b" " * (32 * MEGABYTE), 32),
]


@pytest.mark.parametrize(("name", "data", "megabytes"), TOO_LARGE, ids=["py", "cells", "ipynb"])
def test_a_file_too_large_is_refused(name, data, megabytes):
    with pytest.raises(InputError, match=rf"^{name}: larger than {megabytes} MB; keep only the answer in it$"):
        sources.from_bytes(name, data)


def test_as_much_code_as_allowed_is_taken_in_a_file_and_in_all_cells_together(tmp_path: Path):
    code = "#" * MEGABYTE
    (tmp_path / "a.PY").write_text(code)
    assert len(sources.read(tmp_path / "a.PY").text) == MEGABYTE
    assert sources.from_bytes("a.ipynb", notebook(code[:9], code[9:])).starts == (2, 3)


def test_no_more_of_a_file_is_read_than_one_byte_beyond_what_is_allowed(tmp_path: Path, monkeypatch):
    asked = []

    class Endless(io.BytesIO):
        def read(self, size=-1):
            asked.append(size)
            return b"#" * (MEGABYTE + 1)

    monkeypatch.setattr(Path, "open", lambda path, mode: Endless())
    with pytest.raises(InputError, match=rf"^{tmp_path / 'a.py'}: larger than 1 MB"):
        sources.read(tmp_path / "a.py")
    assert asked == [MEGABYTE + 1]


def test_half_a_surrogate_pair_in_a_cell_is_left_to_python():
    assert sources.from_bytes("A.IPYNB", notebook("a = '\ud800'")).text.split(b"\n")[1] == b"a = '\xed\xa0\x80'"


def test_a_source_without_cells_has_no_first_lines_of_cells():
    assert sources.Source("a.py", b"").starts == ()


def test_a_notebook_is_read_under_its_own_name(tmp_path: Path):
    (tmp_path / "답.ipynb").write_bytes(notebook("a = 1\nb = 2", "c = 3"))
    source = sources.read(tmp_path / "답.ipynb")
    text = b"display = print\na = 1\nb = 2\nc = 3\n# parts at lines 2 4\n"
    assert source == sources.Source("답.ipynb", text, (2, 4))


@pytest.mark.parametrize("name", ["none.py", "folder.py", "answers.txt", "answers", "long" * 99 + ".py"])
def test_a_path_that_gives_no_answer_is_said_in_one_line(tmp_path: Path, name):
    (tmp_path / "folder.py").mkdir()
    with pytest.raises(InputError, match=rf"{name}: [^\n]+; [^\n]+$"):
        sources.read(tmp_path / name)


def test_a_notebook_without_cells_is_empty_and_one_with_an_open_bracket_keeps_its_lines():
    assert sources.from_bytes("a.ipynb", notebook()).text == b"display = print"
    text = b"display = print\na\n(\nb\n# parts at lines 2 3 4\n"
    assert sources.from_bytes("a.ipynb", notebook("a", "(", "b")) == sources.Source("a.ipynb", text, (2, 3, 4))


def test_a_notebook_under_the_name_of_a_python_file_is_read_as_what_it_is():
    read = sources.from_bytes("a.ipynb", notebook("a = 1"))
    assert sources.from_bytes("a.py", notebook("a = 1")) == read._replace(name="a.py")
    assert sources.from_bytes("a.py", b'{"cells": 3}').text == b'{"cells": 3}'


PASTED = {
    "%matplotlib inline\n!pip install x\na = 1\n": ("magic:1:2", {"a": 1}),
    "Here's it:\n```python\na = 1\n```\nThat is all (isn't it?\n": ("fence:2:2", {"a": 1}),
    ">>> a = 1\n>>> a\n1\n\n2 matrices\n\nb = 2": ("prompt:1:2", {"a": 1}),
    "if 1:\n\u00a0\u00a0a = 1": ("alike:2:1", {"a": 1}),
    "a = len(“it”)\nb ＝ （１，2）": ("alike:1:2", {"a": 2, "b": (1, 2)}),
}


@pytest.mark.parametrize("text", PASTED)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_what_was_pasted_into_a_file_is_read_as_a_tutor_would_and_said(text, end):
    note, names = PASTED[text]
    source = sources.from_bytes("a.py", text.replace("\n", end).encode())
    assert (source.notes, source.starts) == ((f"read-without:{note}",), ())
    found: dict = {}
    TopLevel(found, statements(source.text, "a.py")).run()
    assert {name: found.get(name) for name in names} == names


def test_what_follows_the_parts_is_a_part_that_no_other_spoils():
    source = sources.from_bytes("a.py", b"```\na = 1\n```\nprose that is (open")
    found: dict = {}
    TopLevel(found, statements(source.text + b"\ndef late(): return 2\n", "a.py")).run()
    assert found["late"]() == 2


def test_a_magic_is_said_of_a_file_alone_and_a_prompt_of_a_notebook_too():
    assert sources.from_bytes("a.ipynb", notebook("%cd ..\na = 1")).notes == ()
    assert sources.from_bytes("a.ipynb", notebook("a = 1", "b\n>>> a\n1")).notes == ("read-without:prompt:4:1",)


def test_a_file_in_another_encoding_is_left_to_python():
    data = "# coding: cp949\n%cd\na = '값'\n".encode("cp949")
    assert sources.from_bytes("a.py", data) == sources.Source("a.py", data)


def test_a_file_is_read_under_its_own_name(tmp_path: Path):
    (tmp_path / "답.py").write_bytes(b"x = 1")
    assert sources.read(tmp_path / "답.py") == sources.Source("답.py", b"x = 1")


@pytest.mark.parametrize("mark", ["\ufeff", ""])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_file_in_utf_16_is_named_as_such(encoding, mark):
    with pytest.raises(InputError, match=r"answers\.py: this file is UTF-16; save it as UTF-8"):
        sources.from_bytes("answers.py", f"{mark}x = 1".encode(encoding))


def test_a_fault_tells_the_file_and_the_cure_in_the_students_language():
    fault = Fault("not-notebook", "answers.ipynb")
    assert isinstance(fault, InputError)
    assert str(fault) == fault.text("en") != fault.text("ko")
    assert all("answers.ipynb" in fault.text(language) for language in ("en", "ko"))
