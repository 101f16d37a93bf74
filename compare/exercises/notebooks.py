"""A notebook's code cells as one Python source, line for line.

Lines that Jupyter understands and Python does not (`%matplotlib inline`, `!pip install …`, `name?`) are put aside where
a statement begins, never inside a string or a bracket. Every other line keeps its place in its cell.
"""

import json
import re
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from compare.exercises.faults import Fault
from compare.sandbox.statements import marked

CODE_MAGICS = ("time", "capture", "prun")  # these run what follows them, and its names stay

# Each pattern is tried at one place and takes time in proportion to what it reads: `*+` never gives back.
_TOKEN = re.compile(
    r"""(?P<text>(?P<quotes>"{3}|'{3})(?:\\.|[^\\])*?(?:(?P=quotes)|\Z))"""
    r"""|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|\#[^\n]*|\\.|\\"""
    r"""|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<end>\n)|[^"'\#\\()\[\]{}\n]+""",
    re.DOTALL,
)
_LINE = re.compile(r"(?:[^\n]*\\\n)*[^\n]*")  # with the lines that a final backslash joins to it
_CELL_MAGIC = re.compile(r"\s*%%(?P<name>\w+)[^\n]*")
_HELP = re.compile(r"(?P<indent>\s*)[\w.*%]+\?{1,2}\s*")
_MAGIC = re.compile(r"(?P<indent>\s*+)(?P<target>[\w, ]+=\s*+)?(?P<mark>%|!{1,2}|\?{1,2})(?P<rest>.*)", re.DOTALL)


def code_cells(name: str, data: bytes) -> list[str]:
    """The text of each code cell of the notebook in `data`. Raises `Fault` where `data` is no notebook."""
    cells = [cell for cell in _cells(name, data) if isinstance(cell, dict) and cell.get("cell_type") == "code"]
    return [_text(cell.get("source", "")) for cell in cells]


def to_python(cells: Sequence[str]) -> tuple[bytes, tuple[int, ...]]:
    """One Python source of the cells, whose first line says where they begin, and the first line of each in it."""
    texts = [_plain(cell) for cell in cells]
    starts = tuple(accumulate((text.count("\n") + 1 for text in texts), initial=2))[: len(texts)]
    return "\n".join([marked(starts), *texts]).encode("utf-8", "surrogatepass"), starts


def _cells(name: str, data: bytes) -> list[Any]:
    try:
        notebook = json.loads(data)
    except (ValueError, RecursionError):
        raise Fault("not-notebook", name) from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise Fault("no-cells", name)
    return cells


def _text(source: Any) -> str:
    text = "".join(map(str, source)) if isinstance(source, list) else str(source)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _plain(cell: str) -> str:
    """The cell as Python reads it."""
    first = _CELL_MAGIC.match(cell)
    if first is None:
        return _without_magics(cell)
    if first["name"] not in CODE_MAGICS:
        return "\n".join("# " + line for line in cell.split("\n"))
    return _without_magics("\n" * first[0].count("\n") + cell[first.end() :])


def _without_magics(cell: str) -> str:
    done: list[str] = []
    position = depth = 0
    beginning = True  # of a line
    while position < len(cell):
        if beginning and depth == 0:
            line = _at(_LINE, cell, position)[0]
            if (plain := _python_line(line)) != line:
                done.append(plain)
                position += len(line)
                continue
        token = _at(_TOKEN, cell, position)
        depth = max(0, depth + bool(token["open"]) - bool(token["close"]))
        beginning = bool(token["end"])
        done.append(token[0])
        position = token.end()
    return "".join(done)


def _at(pattern: re.Pattern[str], text: str, position: int) -> re.Match[str]:
    found = pattern.match(text, position)
    assert found is not None  # both patterns match wherever text is left
    return found


def _python_line(line: str) -> str:
    """`line` as it is, or as many lines that stand in for it where only Jupyter understands it."""
    ends = "\n" * line.count("\n")
    if found := _HELP.fullmatch(line):
        return found["indent"] + "pass" + ends
    if not (found := _MAGIC.fullmatch(line)):
        return line
    name, _, code = found["rest"].partition(" ")
    if found["mark"] == "%" and name in CODE_MAGICS and code.strip() and not found["target"]:
        return found["indent"] + code.lstrip()
    return found["indent"] + (f"{found['target']}None" if found["target"] else "pass") + ends
