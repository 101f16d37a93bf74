"""The mutants of one file, made with mutmut's mutations."""

import difflib
import itertools
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import libcst as cst
from libcst import matchers as m
from libcst.metadata import CodeRange, MetadataWrapper, WhitespaceInclusivePositionProvider
from mutmut.mutation.mutators import mutation_operators

LISTED = Path(__file__).with_name("equivalent_mutants.toml")
NEVER = (cst.Annotation, cst.Import, cst.ImportFrom, cst.Decorator, cst.Raise)  # types, and texts of errors
UNTRIED = (
    m.If(test=m.Name("TYPE_CHECKING")),
    m.Assign(targets=[m.AssignTarget(m.Name("__all__"))]),
    m.Assign(value=m.Subscript(value=m.Name("NDArray"))),
    m.Assign(value=m.Call(func=m.Name("TypeVar"))),
    m.AnnAssign(annotation=m.Annotation(m.Name("TypeAlias"))),
    m.Call(func=m.Name("cast")),
    m.Arg(keyword=m.Name("strict")),
)
CODECS = ("utf-8", "utf-8-sig", "cp437", "cp949", "unicode_escape")
STRICT = m.Arg(m.Name("True"), keyword=m.Name("strict"))
GET_NONE = m.Call(func=m.Attribute(attr=m.Name("get")), args=[m.DoNotCare(), m.Arg(m.Name("None"))])


class Mutant(NamedTuple):
    """One file with one change: the lines `old` have become `new`."""

    file: Path  # below the checkout
    code: str
    old: str
    new: str
    start: int  # from where to where the file has changed
    end: int
    line: int

    @property
    def key(self) -> tuple[str, str, str]:
        return self.file.as_posix(), self.old, self.new

    def described(self) -> str:
        return f"{self.file}:{self.line}\n  - {self.old}\n  + {self.new}"


def equivalents() -> set[tuple[str, str, str]]:
    """The keys of the mutants that nobody can tell from the original."""
    listed = tomllib.loads(LISTED.read_text(encoding="utf-8"))
    return {(entry["file"], entry["old"], entry["new"]) for entry in listed["mutant"]}


class Change(NamedTuple):
    """What may become of one piece of a file."""

    file: Path
    start: int
    end: int
    new: str

    def made(self, source: str) -> Mutant | None:
        """The mutant, unless it is no Python or no change."""
        code = source[: self.start] + self.new + source[self.end :]
        if code == source or not _compiles(code):
            return None
        start, end = _changed(source, code)
        line = source.count("\n", 0, start) + 1
        return Mutant(self.file, code, *_changed_lines(source, code), start, end, line)


def changes(file: Path, source: str) -> list[Change]:
    """Every change that mutmut knows for `source`, each once."""
    visitor = _Mutations()
    wrapper = MetadataWrapper(cst.parse_module(source))
    wrapper.visit(visitor)
    starts = [0, *itertools.accumulate(map(len, source.splitlines(keepends=True)))]
    found = dict.fromkeys((span, wrapper.module.code_for_node(new)) for span, new in visitor.found)
    return [Change(file, *_offsets(starts, span), mutated) for span, mutated in found]


def _offsets(starts: Sequence[int], span: CodeRange) -> tuple[int, int]:
    return starts[span.start.line - 1] + span.start.column, starts[span.end.line - 1] + span.end.column


class _Mutations(cst.CSTVisitor):
    """Collects what a piece may become, leaving out what no test can or should notice."""

    METADATA_DEPENDENCIES = (WhitespaceInclusivePositionProvider,)

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[CodeRange, cst.CSTNode]] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, NEVER) or any(m.matches(node, pattern) for pattern in UNTRIED):
            return False
        for kind, operator in mutation_operators:
            if isinstance(node, kind) and not _is_text(node):
                span = self.get_metadata(WhitespaceInclusivePositionProvider, node)
                self.found += [(span, mutated) for mutated in operator(node) if not _is_same(node, mutated)]
        return True


def _is_same(node: cst.CSTNode, mutated: cst.CSTNode) -> bool:
    """A `zip` that has only lost its check of the lengths; an argument that is None where it was False; an encoding in
    capitals, which codecs do not see; a `get` that is no longer told to give None, as it does so anyway."""
    if isinstance(node, cst.SimpleString) and isinstance(mutated, cst.SimpleString):
        return node.value.lower() == mutated.value.lower() and node.value.strip('"') in CODECS
    if not isinstance(node, cst.Call) or not isinstance(mutated, cst.Call):
        return False
    unchecked = m.matches(node.func, m.Name("zip")) and not m.findall(mutated, STRICT)
    pairs = zip(node.args, mutated.args, strict=False)
    none = any(m.matches(a.value, m.Name("False")) and m.matches(b.value, m.Name("None")) for a, b in pairs)
    untold = m.matches(node, GET_NONE) and len(mutated.args) == 1 and node.args[0].deep_equals(mutated.args[0])
    return unchecked or untold or (none and len(node.args) == len(mutated.args))


def _is_text(node: cst.CSTNode) -> bool:
    """A text for people has a space in it."""
    return isinstance(node, cst.SimpleString) and " " in node.value.strip("'\" ")


def _compiles(code: str) -> bool:
    try:
        compile(code, "mutant", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    return True


def _changed(source: str, code: str) -> tuple[int, int]:
    """From where to where the source differs from the code."""
    start = _alike(source, code)
    return start, len(source) - _alike(source[start:][::-1], code[start:][::-1])


def _alike(one: str, other: str) -> int:
    """How many characters the two have in common at their beginnings."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((number for number, (a, b) in pairs if a != b), min(len(one), len(other)))


def _changed_lines(source: str, code: str) -> tuple[str, str]:
    """The lines that differ, each without its indentation, joined by a space."""
    before, after = source.splitlines(), code.splitlines()
    matches = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    parts = [(before[a:b], after[c:d]) for tag, a, b, c, d in matches if tag != "equal"]
    old, new = ([line.strip() for part in parts for line in part[side]] for side in (0, 1))
    return " ".join(old), " ".join(new)
