"""Text that is no Python, line for line: what was meant for Jupyter, a prompt or a page is put aside."""

import json
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compare.exercises import Fault
from compare.exercises.pasted import plain, plain_cell
from compare.exercises.sources import code_cells

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
    ("%%writefile answers.py\na", "\na"),
    ("%%writefile -a answers.py \na", "\na"),
    ("%%writefile notes.txt\na", "# %%writefile notes.txt\n# a"),
    ("%%writefile answers.py", "# %%writefile answers.py"),
    ("%%run answers.py\na", "# %%run answers.py\n# a"),
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
    assert plain_cell(cell).text == python


@pytest.mark.parametrize("cell", PYTHON)
def test_python_stays_as_it_is(cell: str) -> None:
    assert plain_cell(cell).text == cell


@pytest.mark.parametrize("cell", OPEN)
def test_a_bracket_or_a_string_that_is_left_open_is_left_to_python(cell: str) -> None:
    assert plain_cell(cell).text == cell


def test_a_magic_may_follow_what_was_closed() -> None:
    cell = "a = (1,\n2)\n%cd\n)\n%cd\n'''b'''\n%cd"
    assert plain_cell(cell).text == cell.replace("%cd", "pass")


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
    assert code_cells("a.ipynb", data) == ["a\nb\nc", "", "d\ne\nf", "12", "3"]


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"3", b"null", b"{}", b'{"cells": 3}', b"[" * 100_000, b"\xff"])
def test_what_is_no_notebook_is_refused_by_its_name(data: bytes) -> None:
    with pytest.raises(Fault, match=r"^a\.ipynb: "):
        code_cells("a.ipynb", data)


SESSIONS = [
    (">>> a = 1", "a = 1"),
    (">>>a = 1\n1\n\nb", "a = 1\n# 1\n\nb"),
    ("  >>> a\n  1", "a\n#   1"),
    (
        ">>> def f(x):\n...     return (x,\n...       1)\n... \n>>> f(1)\n(1,\n 1)",
        "def f(x):\n    return (x,\n      1)\n\nf(1)\n# (1,\n#  1)",
    ),
    (">>> def f(x):\n\treturn x\n\n>>> f(1)\n1", "def f(x):\n\treturn x\n\nf(1)\n# 1"),
    ("In [1]: def f():\n   ...:     pass\n   ...: \n\nOut[2]: 3", "def f():\n    pass\n\n\n# Out[2]: 3"),
    (">>> '''a\n... >>> b\n... '''\n'a'", "'''a\n>>> b\n'''\n# 'a'"),
]
FENCES = [
    ("```python\na = 1\n```", "\na = 1\n", (2, 4)),
    ("```\na\n```\n```py\nb\n```\n", "\na\n\n\nb\n\n", (2, 4, 5, 7)),
    ("(see below: (\n```{.python}\na\n", "(see below: (\n\na\n", (3,)),
    ("In [3]:\na\nOut[3]:\n1", "\na\n\n1", (2, 4)),
]
KEPT = [
    '"""\n>>> f(1)\n1\n```\n"""\n',
    "def f():\n    ...\n    '''\n    ```python\n    '''\n",
    "a = b >> (\n  c)\n",
    "x = [\n...\n]\n# ```\n",
    "s = '\u3000\u00a0'  # \u200b",
    "In = Out = [1]\nIn [0]\n",
]


@pytest.mark.parametrize(("session", "python"), SESSIONS)
def test_a_session_is_read_without_its_prompts_and_outputs(session: str, python: str) -> None:
    found = plain(session)
    assert (found.text, list(found.aside)) == (python, ["prompt"])


def test_a_session_is_a_part_of_its_own() -> None:
    assert plain("a\n>>> b\n1\n\nc\n>>> d").starts == (2, 4, 6)


@pytest.mark.parametrize(("page", "python", "starts"), FENCES)
def test_what_stands_between_fences_is_a_part_of_its_own(page: str, python: str, starts: tuple[int, ...]) -> None:
    found = plain(page)
    assert (found.text, found.starts, list(found.aside)) == (python, starts, ["fence"])


@pytest.mark.parametrize("text", KEPT)
def test_what_only_looks_like_a_prompt_or_a_page_stays(text: str) -> None:
    assert plain(text) == (text, (), {})


def test_signs_that_only_look_like_code_become_plain_ones_outside_of_texts() -> None:
    found = plain("\ufeffif a:\n\u3000\u00a0b\u200b = '\u00a0'")
    assert (found.text, found.aside) == ("if a:\n  b = '\u00a0'", {"alike": [1, 2]})


@given(st.text(alphabet=">.`In[1]:a=%!?'\"\\()\n\t\u00a0", max_size=60))
def test_no_line_moves(text: str) -> None:
    assert plain(text + "\nlast").text.count("\n") == text.count("\n") + 1


LONG = [
    "#\\\n",
    "a?#\\\n",
    " ",
    "a",
    "\n",
    ">>> \n",
    "```\n",
    "In [1]",
    "'''",
    "(",
    "a, ",
    "%\\\n",
    ">>> a:\n ",
    "=\\\n",
]


@pytest.mark.parametrize("piece", LONG)
def test_it_takes_time_in_proportion_to_the_text(piece: str) -> None:
    """Ten times as long a text, each line of which might be looked at to the end of all, would take a hundred times."""
    spent = list[float]()
    for length in (20_000, 200_000):
        started = process_time()
        plain(piece * (length // len(piece)))
        spent.append(process_time() - started)
    assert spent[1] < 30 * spent[0] + 0.1
