"""The places where a file can be broken, and a version of its code that notes each place to which it comes.

A place is a statement of a function, or the body of a lambda: a test can notice a fault in it only if it comes there.
What is executed once, when the module is imported, is no place.
"""

import ast
import importlib.util
import marshal
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import CodeType
from typing import NamedTuple, cast

Node = ast.stmt | ast.Lambda
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
BLOCKS = ("body", "orelse", "finalbody")
UNCHECKED = 1  # the flag of a compiled file that is believed, whatever its source says
# A process that cannot open the file of notes, as one in a sandbox, keeps its notes to itself.
PREPARE = """
import sys as __notes__
if not hasattr(__notes__, "mutant_notes"):
    try:
        import mmap as __mmap__
        with open({notes!r}, "r+b") as __opened__:
            __notes__.mutant_notes = __mmap__.mmap(__opened__.fileno(), 0)
        del __mmap__, __opened__
    except Exception:
        __notes__.mutant_notes = bytearray({size})
__notes__ = __notes__.mutant_notes
"""


class Place(NamedTuple):
    """From where to where it reaches, as offsets into the text of its file."""

    start: int
    end: int

    def holds(self, start: int, end: int) -> bool:
        return self.start <= start and end <= self.end


class Places:
    """The places of some files, numbered through."""

    def __init__(self, sources: dict[Path, str]) -> None:
        self.sources = sources
        self.first: dict[Path, int] = {}
        self.found: dict[Path, list[Place]] = {}
        self.count = 0
        for file, source in sources.items():
            self.first[file] = self.count
            self.found[file] = list(_spans(source))
            self.count += len(self.found[file])

    def number(self, file: Path, start: int, end: int) -> int | None:
        """The narrowest place that holds this piece of the file; None if it is executed by the import."""
        holding = [number for number, place in enumerate(self.found[file]) if place.holds(start, end)]
        if not holding:
            return None
        narrowest = min(holding, key=lambda number: self.found[file][number].end - self.found[file][number].start)
        return self.first[file] + narrowest

    def mask(self, file: Path) -> int:
        """A bit for each place of the file."""
        return ((1 << len(self.found[file])) - 1) << self.first[file]

    def parted(self, bits: int) -> dict[str, str]:
        """The bits of each file by themselves, which do not change with the other files."""
        masked = {file: (bits & self.mask(file)) >> self.first[file] for file in self.sources}
        return {file.as_posix(): f"{own:x}" for file, own in masked.items() if own}

    def joined(self, parts: dict[str, str]) -> int:
        """What `parted` has parted."""
        return sum(int(own, 16) << self.first[Path(file)] for file, own in parts.items() if Path(file) in self.first)

    def write_noting(self, folder: Path, notes: Path) -> None:
        """Let every process that imports the files from `folder` note the places to which it comes in `notes`.

        Only the compiled files change: what reads the sources finds them as they are, line for line.
        """
        notes.write_bytes(bytes(self.count))
        prepare = PREPARE.format(notes=str(notes), size=self.count)
        for file, source in self.sources.items():
            code = _noting(source, str(folder / file), self.first[file], prepare)
            compiled = Path(importlib.util.cache_from_source(str(folder / file)))
            compiled.parent.mkdir(exist_ok=True)
            compiled.write_bytes(_pyc(code, source.encode()))


def _nodes(tree: ast.Module) -> list[Node]:
    """What is a place, in a fixed order; without docstrings, which have to stay first."""
    functions = [node for node in ast.walk(tree) if isinstance(node, FUNCTIONS)]
    bodies = [part for owner in functions for statement in owner.body for part in ast.walk(statement)]
    statements = [node for node in bodies if isinstance(node, ast.stmt)]
    inside = dict.fromkeys(node for node in statements if not _is_text(node))
    lambdas = [node for node in ast.walk(tree) if isinstance(node, ast.Lambda)]
    return [*inside, *lambdas]


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _spans(source: str) -> Iterator[Place]:
    lines = source.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))

    def offset(line: int, column: int) -> int:
        return starts[line - 1] + len(lines[line - 1].encode()[:column].decode())

    for node in _nodes(ast.parse(source)):
        reach = node.body if isinstance(node, ast.Lambda) else node
        end = offset(cast(int, reach.end_lineno), cast(int, reach.end_col_offset))
        yield Place(offset(reach.lineno, reach.col_offset), end)


def _noting(source: str, path: str, first: int, prepare: str) -> CodeType:
    tree = ast.parse(source)
    numbers = {node: first + number for number, node in enumerate(_nodes(tree))}
    for node in list(ast.walk(tree)):
        if isinstance(node, ast.Lambda):
            note = ast.Attribute(ast.Name("__notes__", ast.Load()), "__setitem__", ast.Load())
            noted = ast.Call(note, [ast.Constant(numbers[node]), ast.Constant(1)], [])
            node.body = ast.copy_location(ast.BoolOp(ast.Or(), [noted, node.body]), node.body)
        for name in BLOCKS:
            block = getattr(node, name, None)
            if isinstance(block, list):
                setattr(node, name, list(_noted(block, numbers)))
    after = sum(_is_text(node) or _is_future(node) for node in tree.body[:2])
    tree.body[after:after] = ast.parse(prepare).body
    return cast(CodeType, compile(ast.fix_missing_locations(tree), path, "exec", dont_inherit=True))


def _noted(block: Sequence[ast.stmt], numbers: dict[Node, int]) -> Iterator[ast.stmt]:
    for node in block:
        if node in numbers:
            place = ast.Subscript(ast.Name("__notes__", ast.Load()), ast.Constant(numbers[node]), ast.Store())
            yield ast.copy_location(ast.Assign([place], ast.Constant(1)), node)
        yield node


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _pyc(code: CodeType, source: bytes) -> bytes:
    return b"".join(
        (
            importlib.util.MAGIC_NUMBER,
            UNCHECKED.to_bytes(4, "little"),
            importlib.util.source_hash(source),
            marshal.dumps(code),
        )
    )
