"""The top level, statement by statement: what fails is left out, what it would have named is a hole."""

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compare.sandbox.calls import LeftOut
from compare.sandbox.statements import Failed, in_parts, statements
from compare.sandbox.toplevel import TopLevel


def run(source: str, left_out: LeftOut | None = None) -> TopLevel:
    top = TopLevel({"__name__": "answers"}, statements(source.encode(), "answers.py"))
    top.run(left_out=left_out)
    return top


def notebook(*cells: str) -> str:
    starts, at = [], 2
    for cell in cells:
        starts.append(at)
        at += cell.count("\n") + 1
    return in_parts("\n".join(["", *cells]), starts)


def lines(top: TopLevel) -> list[int]:
    return [failed.line for failed in top.failed]


def why(top: TopLevel, call: str) -> tuple[str, int] | None:
    """The hole that the call comes upon, and its line; None where there is none."""
    try:
        eval(call, top.names)
    except BaseException as error:
        found = top.hole(error)
        return found and (found[0], found[1].line)
    return None


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("1 / 0\na = 1", {"a": 1}),
        ("a = 1; b = c; d = 2", {"a": 1, "d": 2}),
        ("import math, nothing, cmath\na = 1", {"a": 1}),
        ("try:\n    import nothing\nexcept ImportError:\n    a = 1", {"a": 1}),
        ("try:\n    import nothing\nexcept ImportError:\n    nothing = None", {"nothing": None}),
        ("if __name__ == '__main__':\n    a = 1 / 0\nelse:\n    a = 2", {"a": 2}),
        ("a = b\na = 3", {"a": 3}),
        ("import sys\nsys.exit(1)\na = 1", {"a": 1}),
        ("raise KeyboardInterrupt\na = 1", {"a": 1}),
        ("a = [1]\na.append(b)\na.append(2)", {"a": [1, 2]}),
        ("'doc'\nfrom __future__ import annotations\ndef f(x: nothing): return x\na = f(1)", {"a": 1}),
        ("with open('nothing') as f:\n    a = f.read()\nb = 2", {"b": 2}),
        ("def f(n): return f(n - 1)\nf(1)\na = 1", {"a": 1}),
        ("from math import pi, nothing, tau\na = tau > pi", {"a": True}),
        ("import math\nmath.pi = nothing\na = math.e > 2", {"a": True}),
    ],
)
def test_what_does_not_fail_is_there(source: str, names: dict[str, Any]) -> None:
    top = run(source)
    assert {name: top.names.get(name) for name in names} == names
    assert all(top.missing(name) is None for name in names)


@pytest.mark.parametrize(
    ("source", "holes"),
    [
        ("a = nothing", "a"),
        ("a = 1\na = nothing", "a"),
        ("a = 1\na += nothing", "a"),
        ("a: int = nothing", "a"),
        ("(a, [b, *c]) = nothing", "a b c"),
        ("a = b = nothing", "a b"),
        ("import nothing.more as a", "a"),
        ("import nothing.more", "nothing"),
        ("from nothing import a, b as c", "a c"),
        ("for a in nothing:\n    b = 1\nelse:\n    c = 2", "a b c"),
        ("a = 1\nfor i in range(3):\n    a = i\n    if i: nothing", "a i"),
        ("a = 1\nif a:\n    nothing\nelse:\n    b = 3", "b"),
        ("with nothing as a:\n    b = 1", "a b"),
        ("try:\n    nothing\nfinally:\n    a = 1", "a"),
        ("while nothing:\n    a = 1", "a"),
        ("match nothing:\n    case [a, *b]: pass\n    case {'k': 1, **c}: pass", "a b c"),
        ("@nothing\ndef a(): return b", "a"),
        ("def a(x=nothing): ...", "a"),
        ("def a(*, x=nothing): ...", "a"),
        ("class A(nothing): b = 1", "A"),
        ("class A:\n    b = nothing", "A"),
        ("if (a := 1) and nothing: ...", "a"),
        ("a = {}\na['b'] = nothing", "a"),
        ("class A: ...\nA.b = nothing", "A"),
        ("a = {}\na['b'].c[0] += nothing", "a"),
        ("a = 1\ndef f():\n    global a\n    a = 2\n    nothing\nf()", "a"),
        ("a = 1\nif a:\n    del a\n    nothing", "a"),
        ("a = nothing\nb = a + 1\nc = [b]", "a b c"),
        ("a = nothing\ndel a", "a"),
        ("sum = nothing", "sum"),
        ("def make(k): return lambda x: x * k\na = make(nothing)", "a"),
    ],
)
def test_what_a_statement_that_fails_would_have_named_is_a_hole(source: str, holes: str) -> None:
    top = run(source)
    assert sorted(top._holes) == sorted(holes.split())
    for name in holes.split():
        assert why(top, name) == (name, top.failed[0].line)


def test_only_the_cause_is_noted_and_what_follows_from_it_bears_its_line() -> None:
    top = run("import os\ndata = open('nothing')\nn = len(data)\nprint(n)\nm = n + 1\n1 / 0\nk = 3")
    assert lines(top) == [2, 6]
    assert why(top, "m") == ("m", 2)


@pytest.mark.parametrize("call", ["f(1)", "g(1)", "list(h())", "C().m()", "(lambda: t)()", "k()"])
def test_a_hole_is_met_where_it_is_read(call: str) -> None:
    top = run(
        "t = nothing\ndef f(x): return x * t\ndef g(x): return f(x)\ndef h(): yield t\n"
        "class C:\n    def m(self): return t\n"
        "def k():\n    try:\n        t\n    except NameError as error:\n        raise ValueError('no') from error"
    )
    assert why(top, call) == ("t", 1)


def test_a_name_that_nothing_would_have_bound_is_no_hole() -> None:
    top = run("t = nothing\ndef f(): return typo\ndef g():\n    t\n    t = 1")
    assert why(top, "f()") is None
    assert why(top, "g()") is None  # a local name of its own


def test_after_an_import_of_everything_that_fails_every_undefined_name_is_a_hole() -> None:
    top = run("from utils import *\ndef f(x): return helper(x)\na = helper(1)\nb = len([1])")
    assert why(top, "f(1)") == ("helper", 1)
    assert (lines(top), top.names["b"]) == ([1], 1)
    assert top.missing("train") == top.failed[0]


def test_a_hole_hides_a_builtin_of_its_name_from_the_answer_and_from_nobody_else() -> None:
    top = run("def f(x): return sum(x)\nfrom utils import sum\ndef g(x): return sum(x)")
    assert why(top, "f([1])") == why(top, "g([1])") == ("sum", 2)
    assert sum([1]) == 1


def test_the_line_is_where_the_statement_had_come_to() -> None:
    assert lines(run("def f():\n    1 / 0\nfor i in range(3):\n    if i:\n        f()")) == [5]
    assert lines(run("@nothing\n\ndef f(): ...")) == [1]


@pytest.mark.parametrize(
    ("source", "failed"),
    [
        ("1 / 0", Failed(1, "error", "ZeroDivisionError: division by zero")),
        ("\nraise NotImplementedError", Failed(2, "error", "NotImplementedError")),
        ("exit()", Failed(1, "exited", "SystemExit: None")),
        ("raise MemoryError", Failed(1, "out-of-memory", "MemoryError")),
        ("class E(Exception):\n    def __str__(self): raise self\nraise E", Failed(3, "error", "Exception")),
    ],
)
def test_what_fails_is_noted_with_its_line_and_its_error(source: str, failed: Failed) -> None:
    assert run(source).failed == [failed]


def test_the_statement_that_ended_the_process_before_is_left_out() -> None:
    top = run("a = 1\nwhile True:\n    b = 2\nc = 3", LeftOut(1, "timed-out"))
    assert top.failed == [Failed(2, "timed-out", "")]
    assert (top.missing("b"), top.names["c"]) == (top.failed[0], 3)


def test_a_notebooks_cell_that_python_does_not_read_costs_that_cell_alone() -> None:
    top = run(notebook("a = 1", "b = (\nprint 3", "c = 3\nreturn c", "def f(): return b\nd = 4"))
    assert [(failed.line, failed.reason) for failed in top.failed] == [(3, "bad-source"), (6, "bad-source")]
    assert (top.names["a"], top.names["d"], why(top, "f()")) == (1, 4, ("b", 3))
    assert (top.missing("c"), top.missing("a"), top.missing("train")) == (top.failed[1], None, None)


def test_a_notebooks_cells_have_their_lines_and_share_their_names_and_futures() -> None:
    top = run(notebook("from __future__ import annotations\na = 1", "\n1 / 0", "b = a + 1\ndef f(x: no): ...\nno"))
    assert (lines(top), top.names["b"], "f" in top.names) == ([5, 8], 2, True)


def test_an_annotation_that_names_what_is_not_there_costs_nothing() -> None:
    top = run("import no_such_module\ndef f(x: no_such_module.Tensor) -> nothing: return x\na: nothing = f(2)")
    assert (lines(top), top.names["a"]) == ([1], 2)


def test_a_notebook_may_await_at_its_top_level_what_is_there_at_once() -> None:
    top = run(notebook("async def f(): return 3\na = await f()", "import asyncio\nb = await asyncio.sleep(1)\nc = 4"))
    assert (top.names["a"], top.names["c"], lines(top), why(top, "b")) == (3, 4, [5], ("b", 5))


@pytest.mark.parametrize("source", ["f(", "return 1", "await f()", "x = 1\nbreak", "from __future__ import no", "\0"])
def test_a_file_that_python_does_not_read_is_not_run(source: str) -> None:
    with pytest.raises((SyntaxError, ValueError)):
        statements(source.encode(), "answers.py")


@given(st.lists(st.sampled_from(["a = 1", "b = a", "a = nothing", "b = 2; a = b", "f = lambda: b"]), max_size=8))
def test_every_name_that_a_statement_names_is_bound_or_a_hole_with_the_line_of_a_cause(parts: list[str]) -> None:
    top = run("\n".join(parts))
    for name in "abf":
        named = any(f"{name} = " in part for part in parts)
        assert (name in top.names) + (top.missing(name) is not None) == named
        assert top.missing(name) in (None, *top.failed)


def test_it_needs_neither_numpy_nor_a_system_with_processes() -> None:
    code = "import sys; import compare.sandbox.toplevel; print({'numpy', 'mmap', 'inspect'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout == "set()\n"
