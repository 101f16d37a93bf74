"""No answer of any kind keeps the gradebook from being written: hostile values, notebooks and histories.

Each kind is handed in once as it is, in one class; and made-up ones, of the same pieces, in others.
"""

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compare.__main__ import main
from compare.exercises import course
from tests import right_answers

MANY = 10**5
EXERCISES = tuple(course.read().points)
BUSY = 1  # where an answer that waits or is slow met a busy machine: its row says that it is not final
RIGHT = Path(right_answers.__file__).read_text(encoding="utf-8")
NAMES = """
import decimal, fractions, itertools, sys
import numpy as np
class Text(str): pass
class Nothing(float):
    def __float__(self): return float("nan")
class Huge:
    def __float__(self): return 10**400
class Endless:
    def __len__(self): return 10**15
    def __getitem__(self, at): return 1.0
class Array:
    def __array__(self, *_, **__): return np.full((3,), 1e300)
class Hungry:
    def __array__(self, *_, **__): raise MemoryError
class Wild:
    __array_interface__ = {"shape": (10**12,), "typestr": "<f8", "data": (0, False), "version": 3}
class Maze:
    def __getattr__(self, name): raise RecursionError(name)
class Own(np.ndarray): pass
deep = 1.0
for _ in range(500): deep = [deep]
loop = []
loop.append(loop)
def fall(): return fall()
"""
NUMBERS = [
    "0", "-0.0", "np.nan", "np.inf", "5e-324", "1.7976931348623157e308", "2**1023", "10**5000", "-(10**400)", "True",
    "1j", "None", "Ellipsis", "np.float16(1)", "np.longdouble('1e4000')", "fractions.Fraction(10**5000, 3)",
    "fractions.Fraction(1, 10**5000)", "decimal.Decimal('sNaN')", "decimal.Decimal('1E+999999999')", "Nothing(1)",
    "Huge()", "np.array(0.0)", "np.array(1j)", "np.array([1.0])[0]", "np.e ** np.array([800.0])", "np.random.rand()",
]  # fmt: skip
ARRAYS = [
    "np.zeros((10**12, 0))", "np.zeros((0, 10**12))", "np.zeros((1,) * 32 + (0,) * 32)", "np.zeros((1,) * 64)",
    "np.broadcast_to(1.0, (10**6,))", "np.broadcast_to(1.0, (10**9, 10**9))", "np.array([object()] * 5)",
    "np.array([[1.0], [2.0, 3.0]], dtype=object)", "np.array([10**400], dtype=object)",
    "np.lib.stride_tricks.as_strided(np.zeros(1), (10**5,), (0,))", "np.array([decimal.Decimal('1e999999')] * 9)",
    "np.array(['1.0'])", "np.array([b'1'])", "np.array([True])", "np.array([np.datetime64('2020', 'D')])",
    "np.array([np.timedelta64(1, 's')])", "np.array([(1.0, 2)], dtype=[('a', 'f8'), ('b', 'i4')])",
    "np.recarray((3,), dtype=[('a', 'f8')])", "np.ma.masked_array([1.0, 2.0], mask=[0, 1])", "np.ma.masked",
    "np.matrix([[1.0, 2.0]])", "np.zeros(5).view(Own)", "np.frombuffer(bytes([1, 0, 0, 0, 0, 0, 240, 127]) * 3)",
    "np.array([-0.0] * 9)", "np.ones(9, '>f8')", "np.ones(9, 'u8') * 2**63", "np.asfortranarray(np.ones((3, 3)))",
    "np.array(given[0])[::-1]", "np.full(3, 1e308) * 10", "Array()", "Hungry()", "Wild()",
]  # fmt: skip
OTHERS = [
    "Text('1.0')", r"'\ud800'", "'x' * 10**6", "bytes(10**6)", "memoryview(bytes(8))", "Endless()", "Maze()", "deep",
    "loop", "[loop, loop]", "{}", "{'a': 1.0}", "{1.0, 2.0}", "iter([1.0])", "(i for i in itertools.count())",
    "itertools.count()", "range(10**12)", "range(5)", "zip([1.0], [2.0])", "lambda: 0", "int", "np", "fall()",
    "sys.exit(0)", "exit()", "(1.0,) * 10**5", "[[1.0] * 300] * 300", "[[]] * 10**5", "[1.0, 'a']", "[1.0, None]",
    "(np.zeros(3), 1.0)", "(1.0, np.zeros((10**9, 0)))", "(yield)", "given", "[given] * 3", "[1e300] * 5",
]  # fmt: skip
VALUES = [*NUMBERS, *ARRAYS, *OTHERS]


def functions(values: Mapping[str, str]) -> str:
    """An answer whose functions return those expressions."""
    return NAMES + "".join(f"def {task}(*given): return {value}\n" for task, value in values.items())


def notebook(*sources: Any, **more: Any) -> str:
    return json.dumps({"cells": [{"cell_type": "code", "source": source, **more} for source in sources]})


def saved(array: "np.ndarray[Any, Any]") -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


PROGRAMS = [
    "x = 0;" * MANY, "1 / 0\n" * 9999, '"a"\n' * MANY, "import a, b, c\n" * 999, RIGHT + "\0", "# coding: utf-16\n",
    "# coding: rot13\n", RIGHT + "\n# parts at lines 999999 5 3\n", "x = " + "9" * MANY,
    "raise ValueError('\\ud800' * 9999)", "import sys; sys.setrecursionlimit(10**9)\n" + NAMES + "fall()",
]  # fmt: skip
LINES = [
    " " * MANY + "x", "x = " + "1+" * 9999 + "1", '"' * MANY, "'''" * 999, "(" * MANY, "[" * 90 + "]" * 90, "x\0",
    "\\" * MANY, "\\\n" * 9999, "\r" * MANY, "\f" * MANY, "\u2028" * 9999, "%" * MANY, "%time " * 999, "!" * MANY,
    "?" * MANY, 'f"{' * 999, "@x\n" * 999 + "def f(): 0", "-" * MANY + "1", "lambda:" * 999 + "0", "not " * 999 + "0",
    "if 1: 0\n" + "elif 1: 0\n" * 999, "await x\n" * 99, "from numpy import *\n" * 20, "%time", "a = %b",
]  # fmt: skip
NOTEBOOKS = [
    "[" * MANY, "[" * MANY + "]" * MANY, '{"a":' * MANY + "1" + "}" * MANY, '{"cells":' + "[" * 9999 + "]" * 9999 + "}",
    '{"cells":' + "1" * MANY + "}", '{"cells": 1e999999999}', '{"cells": NaN}', "\0" * MANY, "{" + '"cells":[],' * 999,
    '{"cells":[{"cell_type":"code","source":"\\u0000\\ud800"}]}', "\ufeff" + notebook(RIGHT), notebook(*["x"] * 9999),
    notebook(RIGHT, outputs=[{"data": {"image/png": "A" * 10**6}}]), notebook(RIGHT, outputs=[{"$ref": "#"}] * 999),
    notebook(["a", 3, None]), notebook(["x"] * MANY), notebook(*[RIGHT] * 50), notebook({"a": 1}, 5, None, True),
    *map(notebook, LINES),
]  # fmt: skip
LOSSES = [
    "1", "2e5", "nan", "-inf", "-0", "1e-400", "1e999", "0e9", "1" * 5000, "1e" + "9" * 999, "x", "1_0", "0x1", "١٢٣",
    "１２", "−1", "1\u2028", "1\x85", "1\x1d", "1\0", "1;2", "1,", '"1', "", "Epoch 1/2, Loss: 1",
    "Epoch 1" + "0" * 999,
]  # fmt: skip
HISTORIES = {
    **{f"c{number}.csv": f"{loss}\n" * 999 for number, loss in enumerate(LOSSES)},
    **{f"r{number}.csv": f"{loss}\r" * 99 for number, loss in enumerate(LOSSES)},
    "digits.csv": "1" * (4 << 20), "lines.csv": "1\n" * 10**6, "commas.csv": "," * MANY,
    "tabs.csv": "\t" * MANY, "nothing.csv": "", "blank.csv": " " * MANY, "quotes.csv": '"' * MANY, "e.csv": "e" * MANY,
    "dots.csv": "." * MANY, "signs.csv": "+-" * MANY, "losses.csv": "Loss:" * MANY, "deep.json": "[" * MANY,
    "closed.json": "[" * 9999 + "]" * 9999, "number.json": "[" + "1" * MANY + "]", "many.json": f"[{'1,' * MANY}1]",
    "words.json": '{"loss":["1e5"]}', "half.json": '"\\ud800"', "not.json": "[NaN, Infinity]", "null.json": "null",
    "names.json": json.dumps({str(number): number for number in range(9999)}),
}  # fmt: skip
SAVED = [
    saved(np.zeros((10**6, 0))), saved(np.zeros((0, 10**6))), saved(np.zeros(10**6)), saved(np.zeros(5, complex)),
    saved(np.array(["1"])), saved(np.array(["2020"], "M8[D]")), saved(np.zeros(3, [("a", "f8")])), saved(np.array(1.0)),
    saved(np.zeros(3, np.longdouble)), saved(np.zeros((1,) * 32)), saved(np.full(201, 1e308)), b"\x93NUMPY", b"",
    b"\x93NUMPY\x02\x00\xff\xff\xff\x7f" + b"(" * MANY, b"\x93NUMPY\x01\x00\xff\xff" + b"[" * 65535,
    b"\x93NUMPY\x01\x00v\x00" + b"{'descr': '<f8', 'fortran_order': False, 'shape': (10**12,), }".ljust(118),
    b"\x93NUMPY\x01\x00v\x00" + b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }".ljust(118),
]  # fmt: skip


def handed_in() -> dict[str, bytes]:
    """A class of all of these, by the names of their files."""
    places = [VALUES[start : start + len(EXERCISES)] for start in range(0, len(VALUES), len(EXERCISES))]
    texts = {f"v{number}.py": functions(dict(zip(EXERCISES, few, strict=False))) for number, few in enumerate(places)}
    texts |= {f"p{number}.py": text for number, text in enumerate(PROGRAMS)}
    texts |= {f"n{number}.ipynb": text for number, text in enumerate(NOTEBOOKS)} | HISTORIES
    files = {name: text.encode("utf-8", "surrogatepass") for name, text in texts.items()}
    return files | {f"s{number}.npy": data for number, data in enumerate(SAVED)}


def graded(place: Path, files: Mapping[str, bytes]) -> dict[str, str]:
    """What was given for each file, when every one has its row and its report."""
    (place / "class").mkdir()
    (place / "course.toml").write_text("seconds = 0.5\n")
    for name, data in files.items():
        (place / "class" / name).write_bytes(data)
    options = ["--out", str(place / "out"), "--course", str(place / "course.toml"), "--lang", "ko"]
    assert main(["grade", str(place / "class"), *options]) in (0, BUSY)
    with (place / "out" / "grades.csv").open(encoding="utf-8-sig", newline="") as table:
        head, *rows = csv.reader(table)
    reports = list((place / "out" / "findings").glob("*.md"))
    assert len(rows) == len(reports) == len(files)
    return {row[0]: row[next(at for at, name in enumerate(head) if name == "points")] for row in rows}


def test_every_hostile_answer_has_its_row_and_its_report(tmp_path: Path) -> None:
    points = graded(tmp_path, handed_in())
    right = {"p7.py", "n10.ipynb", "n12.ipynb", "n13.ipynb", "n16.ipynb"}  # unusual ones of our own solution
    assert {name: float(given) for name, given in points.items() if float(given or 0)} == dict.fromkeys(right, 20.0)


EXPRESSIONS = st.recursive(
    st.sampled_from(VALUES),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: f"[{', '.join(parts)}]"),
        st.tuples(inner, st.integers(0, MANY)).map(lambda pair: f"[{pair[0]}] * {pair[1]}"),
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]}, {pair[1]})"),
        inner.map(lambda part: f"np.array({part})"),
    ),
    max_leaves=4,
)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=60)
CODE = st.dictionaries(st.sampled_from(sorted(EXERCISES)), EXPRESSIONS, max_size=4).map(functions)
CELLS = st.lists(st.one_of(st.sampled_from(LINES), CODE, TEXTS), max_size=4).map("\n".join)
SOURCES = st.one_of(CELLS, CELLS.map(str.splitlines), st.none(), st.integers(), st.lists(st.lists(TEXTS), max_size=2))
LOSS = st.sampled_from(LOSSES) | TEXTS
LOSS_LISTS = st.tuples(LOSS, st.integers(0, 400), LOSS).map(lambda of: f"{of[0]}\n" * of[1] + of[2])
FILES = st.one_of(
    st.tuples(st.just("py"), CODE | st.sampled_from(PROGRAMS)),
    st.tuples(st.just("ipynb"), st.lists(SOURCES, max_size=4).map(lambda cells: notebook(*cells)) | TEXTS),
    st.tuples(st.sampled_from(["csv", "log"]), LOSS_LISTS),
    st.tuples(st.just("json"), LOSS_LISTS.map(lambda text: json.dumps({"loss": text.split()})) | TEXTS),
)


@settings(max_examples=2)
@given(st.lists(FILES, min_size=12, max_size=16))
def test_so_has_every_answer_that_is_made_of_their_pieces(
    tmp_path_factory: pytest.TempPathFactory, files: list[tuple[str, str]]
) -> None:
    named = {
        f"student{number}.{suffix}": text.encode("utf-8", "surrogatepass")
        for number, (suffix, text) in enumerate(files)
    }
    graded(tmp_path_factory.mktemp("hostile"), named)
