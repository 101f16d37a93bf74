"""A notebook's cells, line for line: what Jupyter alone understands is put aside, and all else stays as it is."""

import json

import pytest

from compare.exercises import notebooks
from compare.exercises.faults import Fault

WHOLE = [
    ("", ""),
    ("a = 1\n", "a = 1\n"),
    ("a = 1\n%matplotlib inline\nb = 2", "a = 1\npass\nb = 2"),
    ("%matplotlib inline\n%cd ..\na", "pass\npass\na"),
    ("if a:\n    !ls\n    b", "if a:\n    pass\n    b"),
    ("!!ls\n?np\n??np.sum", "pass\npass\npass"),
    ("np?\n  np.sum??\n%time?\nb", "pass\n  pass\npass\nb"),
    ("%cd ~ \\\n  here\nb", "pass\n\nb"),
    ("np? \n\nb", "pass\n\nb"),
    ("files = !ls", "files = None"),
    ("  a, b = %sx ls \\\n -l\nc", "  a, b = None\n\nc"),
    ("result = %time f(1)", "result = None"),
    ("%time a = 1", "a = 1"),
    ("  %time   f('%d' % 3)  # twice\nb = 2", "  f('%d' % 3)  # twice\nb = 2"),
    ("%time a = 1 + \\\n 2\nb", "a = 1 + \\\n 2\nb"),
    ("%prun a = 1\n%capture b = 2", "a = 1\nb = 2"),
    ("%time\n%time \n%timeit f()\n!time f()", "pass\npass\npass\npass"),
    ("%%time\na = 1", "\na = 1"),
    ("\n %%capture out\n%cd ..\na = 1", "\n\npass\na = 1"),
    ("%%prun -s name\na\nb", "\na\nb"),
    ("%%sh -e\n(ls  -l\n'", "# %%sh -e\n# (ls  -l\n# '"),
    ("%%timeit\nf()", "# %%timeit\n# f()"),
]

# None of these begins a statement where a magic could stand.
PYTHON = [
    "a = (10\n% 3)",
    "a = [10\n% 3\n]\nb = {1:\n(2,\n3)}",
    "a = 10 \\\n% 3",
    "a = 'b\\\n%d' % 3",
    'a = "b\\\n%d" % 3',
    "a = '''\n!ls\n'''",
    'a = """\n%time\n\\""" \'\'\'\n!ls\n"""',
    "a = '''('''\nb = '['  # {",
    "a = '(\nb = \"[\nc",  # left to Python, which says where the string should end
    "a = ')'\n)\nb",
    "# it's\na",
    "a.b(c)?d",
]

OPEN = ["print((1, 2)", "a = '''", 'a = """\\"""', "[1, {2: 3]", ")(", "('''", "'''a''' + ("]


@pytest.mark.parametrize(("cell", "python"), WHOLE)
def test_what_only_jupyter_understands_is_put_aside_line_for_line(cell: str, python: str) -> None:
    assert notebooks._plain(cell) == python


@pytest.mark.parametrize("cell", PYTHON)
def test_python_stays_as_it_is(cell: str) -> None:
    assert notebooks._plain(cell) == cell


@pytest.mark.parametrize("cell", OPEN)
def test_a_bracket_or_a_string_that_is_left_open_is_left_to_python(cell: str) -> None:
    assert notebooks._plain(cell) == cell


def test_a_magic_may_follow_what_was_closed() -> None:
    cell = "a = (1,\n2)\n%cd\n)\n%cd\n'''b'''\n%cd"
    assert notebooks._plain(cell) == cell.replace("%cd", "pass")


def test_the_cells_follow_each_other_and_the_first_line_says_where_they_begin() -> None:
    assert notebooks.to_python(["a = 1\nb = 2", "%%time\nc = 3", "", "d"]) == (
        b"display = print  # code cells at lines 2 4 6 7\na = 1\nb = 2\n\nc = 3\n\nd", (2, 4, 6, 7),
    )  # fmt: skip
    assert notebooks.to_python(["a", "(", "b"]) == (b"display = print  # code cells at lines 2 3 4\na\n(\nb", (2, 3, 4))
    assert notebooks.to_python([]) == (b"display = print", ())


def test_half_a_surrogate_pair_is_written_as_it_is() -> None:
    assert notebooks.to_python(["'\ud800'"])[0] == b"display = print  # code cells at lines 2\n'\xed\xa0\x80'"


def test_only_code_cells_are_read_whether_as_a_text_or_as_lines() -> None:
    cells = [
        {"cell_type": "code", "source": ["a\r\n", "b\n", "c"]},
        {"cell_type": "markdown", "source": "not python"},
        {"source": "of no type"},
        3,
        {"cell_type": "code"},
        {"cell_type": "code", "source": "d\re\r\nf"},
        {"cell_type": "code", "source": [1, "2"]},
        {"cell_type": "code", "source": 3},
    ]
    data = json.dumps({"cells": cells}).encode()
    assert notebooks.code_cells("a.ipynb", data) == ["a\nb\nc", "", "d\ne\nf", "12", "3"]


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"3", b"null", b"{}", b'{"cells": 3}', b"[" * 100_000, b"\xff"])
def test_what_is_no_notebook_is_refused_by_its_name(data: bytes) -> None:
    with pytest.raises(Fault, match=r"^a\.ipynb: "):
        notebooks.code_cells("a.ipynb", data)
