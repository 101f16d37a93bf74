"""The slips that are made in a formula, a line each, and how a formula is matched with them."""

import ast
import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from compare.exercises.formulas.function import shown

# What it is called, the piece that it is about (all of it: .), the formula, and what is written in its place. a, b, c
# stand for any formulas, v for any but a plain number, k for a whole number as it is written, f, g and m for these
# functions, **o for any keywords.
LETTERS = {
    "f": ("tanh", "sigmoid", "exp", "log", "sqrt", "abs"),
    "g": ("tanh", "sigmoid"),
    "m": ("mean", "sum"),
}
RULES = """
missing-factor     a   a * b                    b
missing-factor     b   a * b                    a
not-divided        b   a / b                    a
missing-factor     a   a / b                    1 / b
multiplied         k   a / k                    a * k
one-short          .   v + 1                    v
missing-term       b   a + b                    a
missing-term       a   a + b                    b
wrong-sign         b   a + b                    a - b
missing-term       b   a - b                    a
missing-term       a   a - b                    -b
missing-term       v   v - b                    b
wrong-sign         b   a - b                    a + b
turned             .   v - b                    b - v
complement         .   1 - a                    a
weights-exchanged  .   a * b + (1 - a) * c      (1 - a) * b + a * c
wrong-sign         .   -a                       a
power-too-low      .   a ** k                   a ** (k - 1)
power-too-high     .   a ** k                   a ** (k + 1)
absolute-value     .   a ** 2                   abs(a)
power-as-product   .   a ** b                   a * b
not-transposed     .   a.T @ b                  a @ b.T
missing-factor     a   a @ b                    sum(b)
missing-factor     a   a @ b                    b
missing-factor     b   a @ b                    a
not-transposed     .   a.T                      a
sum-not-mean       .   mean(a, **o)             sum(a, **o)
less-one           .   mean(a)                  sum(a) / (len(a) - 1)
rows-counted       .   mean(a)                  sum(a) / len(a)
mean-not-sum       .   sum(a, **o)              mean(a, **o)
not-summed         .   m(a, **o)                a
axis-left-out      .   m(a, axis=c, **o)        m(a, **o)
other-axis         .   m(a, axis=0, **o)        m(a, axis=1, **o)
other-axis         .   m(a, axis=1, **o)        m(a, axis=0, **o)
squared-late       .   m(a ** 2, **o)           m(a, **o) ** 2
root-taken         .   sum(a ** 2)              sqrt(sum(a ** 2))
off-by-one         .   a + k                    a + (k + 1)
less-one           .   len(a)                   len(a) - 1
entries-counted    .   len(a)                   sum(zeros_like(a) + 1)
missing-function   .   f(a)                     a
wrong-sign         a   g(a)                     g(-a)
other-function     .   tanh(a)                  sigmoid(a)
other-function     .   tanh(a)                  maximum(a, 0)
other-function     .   sigmoid(a)               tanh(a)
other-function     .   maximum(a, b)            -maximum(-a, -b)
other-function     .   1 - a ** 2               a * (1 - a)
other-function     .   a * (1 - a)              1 - a ** 2
function-twice     .   1 - a ** 2               1 - tanh(a) ** 2
function-twice     .   a * (1 - a)              sigmoid(a) * (1 - sigmoid(a))
other-base         .   log(a)                   log(a) / log(10)
outside-root       .   sqrt(a + b)              sqrt(a) + b
inside-root        .   sqrt(a) + b              sqrt(a + b)
counted            .   a / sum(b)               a / len(b)
missing-slice      .   a[b:]                    a
missing-slice      .   a[:b]                    a
other-bound        .   a < k                    a < 0
other-bound        .   a > k                    a > 0
other-bound        .   a <= k                   a <= 0
other-bound        .   a >= k                   a >= 0
missing-bound      b   maximum(a, b)            a
missing-bound      a   maximum(a, b)            b
missing-case       c   where(a, b, c)           b
missing-case       b   where(a, b, c)           c
exchanged          .   where(a, b, c)           where(a, c, b)
ones-behind        .   with_ones(a)             ones_behind(a)
"""
# Those that are told where none of the others gives the same.
RARER = """
squared-apart      .   (a - b) ** 2             a ** 2 - b ** 2
squared-apart      .   (a - b) ** 2             a ** 2 + b ** 2
misplaced-bracket  .   a - b * c                (a - b) * c
misplaced-bracket  .   a + b * c                (a + b) * c
misplaced-bracket  .   a * b + c                a * (b + c)
misplaced-bracket  .   a * b - c                a * (b - c)
misplaced-bracket  .   a * (b - c)              a * b - c
misplaced-bracket  .   a * (b + c)              a * b + c
misplaced-bracket  .   (a - b) / c              a - b / c
misplaced-bracket  .   (a + b) / c              a + b / c
misplaced-bracket  .   a * (b - c) / d          a * b / d - c
misplaced-bracket  .   a * (b - c) / d          a * b - c / d
factor-moved       .   a * b + c                b + a * c
averaged           .   v * a + b                v * a + (1 - v) * b
averaged           .   v * a + b                (1 - v) * a + v * b
divided            a   a * b                    b / a
divided            b   a * b                    a / b
sum-not-product    .   a * b                    a + b
factored-out       .   v - b                    v * (1 - b)
not-differentiated  .   k * a                    a ** k
sign-lost          .   v - b                    abs(v - b)
power-too-high     .   v - b                    (v - b) ** 2
centred            .   mean(a ** 2)             mean((a - mean(a)) ** 2)
centred            .   mean(a ** 2)             sqrt(mean((a - mean(a)) ** 2))
"""


def slips(node: ast.AST, rules: str = RULES) -> Iterator[tuple[str, str, ast.expr]]:
    """What the rules make of one node: the kind of each slip, its piece, and what is written in the node's place."""
    for kind, piece, old, new in _rules(rules):
        bound: dict[str, Any] = {}
        if type(old) is type(node) and _matches(old, node, bound):
            yield kind, shown(bound.get(piece, node)), replaced(new, bound)


@cache
def _rules(rules: str) -> tuple[tuple[str, str, ast.expr, ast.expr], ...]:
    rows = (re.split("  +", line) for line in rules.strip().split("\n"))
    return tuple((kind, piece, formula(old), formula(new)) for kind, piece, old, new in rows)


def formula(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _matches(old: Any, node: Any, bound: dict[str, Any]) -> bool:
    """Is the node of a rule's form? What its letters stand for is put into `bound`."""
    if isinstance(old, ast.Name) and len(old.id) == 1:
        return _stands_for(old.id, node, bound)
    if isinstance(old, ast.Call) and isinstance(node, ast.Call):
        return _matches_call(old, node, bound)
    if isinstance(old, list):
        return len(old) == len(node) and all(_matches(*pair, bound) for pair in zip(old, node, strict=True))
    if not isinstance(old, ast.AST):
        return bool(old == node)
    return type(old) is type(node) and all(
        _matches(getattr(old, field), getattr(node, field), bound)
        for field in old._fields
        if field not in ("ctx", "kind")
    )


def _stands_for(letter: str, node: Any, bound: dict[str, Any]) -> bool:
    if letter == "k" and not (isinstance(node, ast.Constant) and type(node.value) is int):
        return False
    if letter == "v" and isinstance(node, ast.Constant):
        return False
    if letter in LETTERS and not (isinstance(node, ast.Name) and node.id in LETTERS[letter]):
        return False
    return bound.setdefault(letter, node) is node or ast.dump(bound[letter]) == ast.dump(node)


def _matches_call(old: ast.Call, node: ast.Call, bound: dict[str, Any]) -> bool:
    left = {each.arg: each for each in node.keywords}
    for each in old.keywords:
        if each.arg and (each.arg not in left or not _matches(each.value, left.pop(each.arg).value, bound)):
            return False
    if any(each.arg is None for each in old.keywords):
        bound["o"], left = list(left.values()), {}
    pairs = zip((old.func, *old.args), (node.func, *node.args), strict=False)
    return not left and len(old.args) == len(node.args) and all(_matches(*pair, bound) for pair in pairs)


class _Putting(ast.NodeTransformer):
    def __init__(self, by: Mapping[str, Any]) -> None:
        self.by = by

    def visit_Name(self, node: ast.Name) -> Any:
        return self.by.get(node.id, node)

    def visit_keyword(self, node: ast.keyword) -> Any:
        return self.by["o"] if node.arg is None else ast.keyword(node.arg, self.visit(node.value))


def replaced(old: ast.expr, by: Mapping[str, Any]) -> Any:
    """A copy of a formula with other nodes in the places of some of its names."""
    return _Putting(by).visit(copy.deepcopy(old))


def put(text: str, **by: ast.expr) -> Any:
    """The formula of that text, with nodes in the places of its letters."""
    return replaced(formula(text), by)


def names_in(node: ast.AST) -> set[str]:
    """The names in a formula, but for what is only counted by len."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return set() if node.func.id == "len" else {name for each in node.args for name in names_in(each)}
    own = {node.id} if isinstance(node, ast.Name) else set()
    return own.union(*map(names_in, ast.iter_child_nodes(node)))


def set_in(body: Sequence[ast.stmt]) -> set[str]:
    return {name for each in body if isinstance(each, ast.Assign) for name in names_in(each.targets[0])}


def name_of(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())
