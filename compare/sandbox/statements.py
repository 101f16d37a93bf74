"""An answer read into the statements of its top level, compiled one by one: a `.py`'s and a notebook's alike."""

import __future__

import ast
import re
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from types import CodeType
from typing import NamedTuple

from compare.sandbox.calls import BAD_SOURCE

_PARTS = re.compile(rb"^# parts at lines((?: [0-9]{1,7})+)$", re.MULTILINE)
_FUTURE = {name: getattr(__future__, name).compiler_flag for name in __future__.all_feature_names}
# An import of one name, or a function at the top level: its first line, and what is indented, empty or a remark after
# it. In text with other ends of lines, with an encoding of its own or a future, they are not looked for.
_PLAIN = re.compile(rb"^(?:import [\w.]+(?: as \w+)?\n|def .*\n(?:(?:[ \t].*|#.*|)\n)*)", re.MULTILINE)
_UNUSUAL = re.compile(rb"[\r\f\0]|coding|__future__|\A\xef\xbb\xbf")
MOST_TEXT = 2000  # characters of an error's text that are looked at
MOST_PARTS = 2000
_LINES = re.compile(r" (?:\(detected at line \d+\)|on line \d+)")
_MOST_LINES = 2000  # the lines before a function are read once more with it


class Failed(NamedTuple):
    """A statement that failed, or a part that Python cannot read: its line, one of the sandbox's reasons, the error."""

    line: int
    reason: str
    detail: str


class Statement:
    """A statement of the top level, compiled. Its tree is made when it is asked for: most run without a fault."""

    def __init__(self, code: CodeType, tree: Callable[[], ast.stmt]) -> None:
        self.code, self._tree = code, tree

    @cached_property
    def node(self) -> ast.stmt:
        return self._tree()


class Unread(NamedTuple):
    """A part that Python cannot read, and all the words in it: what it would have bound is among them."""

    failed: Failed
    words: frozenset[str]


Parsed = Sequence[Statement | Unread]


def in_parts(text: str, starts: Sequence[int]) -> str:
    """The text with a last line that says at which of its lines its parts begin, such as a notebook's cells; what is
    beyond so many is one part."""
    starts = starts[:MOST_PARTS]
    return f"{text}\n# parts at lines {' '.join(map(str, starts))}\n" if starts else text


def statements(source: bytes, filename: str) -> Parsed:
    """The top level of `source`, which says where its parts begin if it has any; what follows that line is one, too.

    Raises whatever the compiler raises for a source without parts; of the others, a part that it does not take is one
    failure.
    """
    if not (parts := next(iter(_PARTS.findall(source)[-1:]), None)):
        reader = _Reader(filename, 0)
        return reader.quickly(source, 1) or reader.statements(ast.parse(source))
    reader, lines = _Reader(filename, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), source.split(b"\n")
    last = len(lines) - lines[::-1].index(b"# parts at lines" + parts)
    starts = [1, *map(int, parts.split()), last + 1]
    ends = [*starts[1:], len(lines) + 1]
    places = zip(starts, ends, strict=True)
    return [each for start, end in places for each in reader.part(b"\n".join(lines[start - 1 : end - 1]), start)]


class _Reader:
    """Compiles statements, with what they import from `__future__`, and annotations as text: no value hangs on them."""

    def __init__(self, filename: str, flags: int) -> None:
        self._filename, self._flags = filename, flags | _FUTURE["annotations"]

    def statements(self, tree: ast.Module) -> list[Statement]:
        """Each by itself."""
        parts = [part for node in tree.body for part in _parts(node)]
        return [Statement(self._compiled(part), partial(_itself, part)) for part in parts]

    def quickly(self, text: bytes, start: int) -> list[Statement] | None:
        """The same of plain text from line `start` on, functions and imports straight from their lines, as their trees
        would cost as much as all else; None where that cannot be told: where a line of a text looks like their end."""
        if _UNUSUAL.search(text) or text.count(b"\n") > _MOST_LINES:
            return None
        found, at, line = list[Statement](), 0, start
        try:
            for match in _PLAIN.finditer(text + b"\n"):
                found += self._others(text[at : match.start()], line)
                line += text.count(b"\n", at, match.start())
                found.append(self._plain(match[0], line))
                at, line = match.end(), line + match[0].count(b"\n")
            return found + self._others(text[at:], line)
        except Exception:
            return None

    def _others(self, text: bytes, line: int) -> list[Statement]:
        if not text.strip():
            return []
        tree = ast.parse(text)
        return self.statements(ast.increment_lineno(tree, line - 1) if line > 1 else tree)

    def _plain(self, text: bytes, line: int) -> Statement:
        text = b"\n" * (line - 1) + text
        code = compile(text, self._filename, "exec", self._flags, dont_inherit=True)
        return Statement(code, lambda: ast.parse(text).body[0])

    def part(self, text: bytes, start: int) -> Parsed:
        """The statements of a part that begins at line `start`, or why there are none."""
        if quickly := self.quickly(text, start):
            return quickly
        first = start  # the line that an error calls 1
        try:
            tree = ast.increment_lineno(ast.parse(text), start - 1)
            first = 1
            return self.statements(tree)
        except Exception as error:
            line = error.lineno if isinstance(error, SyntaxError) else None
            failed = Failed(first + line - 1 if line else start, BAD_SOURCE, describe(error))
            return [Unread(failed, frozenset(re.findall(r"\w+", text.decode(errors="replace"))))]

    def _compiled(self, node: ast.stmt) -> CodeType:
        if isinstance(node, ast.ImportFrom) and node.module == "__future__":
            for alias in node.names:
                self._flags |= _FUTURE.get(alias.name, 0)
        return compile(ast.Module([node], []), self._filename, "exec", self._flags, dont_inherit=True)


def _itself(node: ast.stmt) -> ast.stmt:
    return node


def _parts(node: ast.stmt) -> list[ast.stmt]:
    """Of an import of several names, each name: those before the one that fails are there."""
    if isinstance(node, ast.Import):
        return [ast.copy_location(ast.Import([alias]), node) for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [ast.copy_location(ast.ImportFrom(node.module, [alias], node.level), node) for alias in node.names]
    return [node]


def describe(error: BaseException) -> str:
    """The exception's name and text."""
    try:
        # A SyntaxError's own text names file and line, which is said apart, and rightly for a part of a source too.
        text = _LINES.sub("", str(error.msg)) if isinstance(error, SyntaxError) else str(error)
        name, text = type(error).__name__, text[:MOST_TEXT]
    except BaseException:  # its own __str__ may raise anything, or take all memory
        return "Exception"
    return f"{name}: {text}" if text else name
