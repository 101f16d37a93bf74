"""What is read quickly, from the lines of functions, is what is read from the tree of the whole."""

import ast
from pathlib import Path
from types import CodeType

import pytest

from compare.sandbox import statements

ANSWERS = [*Path(__file__).parents[1].glob("attacks/**/*.py"), *Path(statements.__file__).parent.glob("*.py")]
SPLITTING = [
    b"def f():\n    return '''\ndef g(): pass\n'''\n", b"def f(a=[\n1]): pass\n", b"def f(): return 1 + \\\n2\n",
    b"x = '''\ndef f(): pass\n'''\ndef f(): pass", b"@id\ndef f(): pass\n", b"def f(): pass; x = 1\n# end\ny = 2\n",
    b"if 1:\n    pass\nelse:\n    pass\ndef f():\n\n# a\n    pass\nfor x in f,: pass\n", b"def f(): pass\n\x0cx = 1\n",
    b"import numpy as np\nimport a.b\nimport c, d\nimport e as f; g = 1\n", b"import a.b as c # d\nimport e \n",
    b"def f(): pass\rx = 1\n", b"from __future__ import annotations\ndef f(): pass\n", b"def f(:\n    pass\n", b"",
]  # fmt: skip


def alike(one: CodeType, other: CodeType) -> bool:
    names = ("co_code", "co_names", "co_varnames", "co_firstlineno", "co_flags")
    consts = zip(one.co_consts, other.co_consts, strict=True)
    return (
        all(getattr(one, name) == getattr(other, name) for name in names)
        and list(one.co_positions()) == list(other.co_positions())
        and all(alike(a, b) if isinstance(a, CodeType) else a == b or repr(a) == repr(b) for a, b in consts)
    )


@pytest.mark.parametrize("start", [1, 7])
def test_what_is_read_quickly_is_what_is_read_from_its_tree(start: int) -> None:
    quick = 0
    for source in [*(path.read_bytes() for path in ANSWERS), *SPLITTING]:
        found = statements._Reader("a.py", 0).quickly(source, start)
        if found is None:
            continue
        quick += 1
        usual = statements._Reader("a.py", 0).statements(ast.increment_lineno(ast.parse(source), start - 1))
        for one, other in zip(found, usual, strict=True):
            assert alike(one.code, other.code)
            assert ast.dump(one.node, include_attributes=True) == ast.dump(other.node, include_attributes=True)
    assert quick > len(ANSWERS) / 2


@pytest.mark.parametrize("source", SPLITTING[:3])
def test_what_only_looks_like_the_end_of_a_function_is_read_from_its_tree(source: bytes) -> None:
    assert statements._Reader("a.py", 0).quickly(source, 1) is None
    assert len(statements.statements(source, "a.py")) == 1


@pytest.mark.parametrize("text", ["a = 'b", "if a:\nb", "a = (1]\n", "a = [\n1)"])
def test_a_line_is_said_once_and_not_in_the_error_as_well(text):
    with pytest.raises(SyntaxError) as caught:
        statements.statements(text.encode(), "answers.py")
    assert " line " not in statements.describe(caught.value)
    assert statements.describe(caught.value).startswith(f"{type(caught.value).__name__}: ")
