"""What a reference consists of: functions of named parameters, and the words of their formulas."""

import ast
import os
from collections.abc import Mapping, Sequence
from typing import ClassVar, NamedTuple

from compare import errors

LONGEST_SHOWN = 40
KNOWN = {  # by name: the least and the most of its arguments, and the keywords that it takes
    **dict.fromkeys(("exp", "log", "sqrt", "tanh", "sigmoid", "abs", "with_ones", "zeros_like", "len"), (1, 1, ())),
    **dict.fromkeys(("sum", "mean"), (1, 1, ("axis", "keepdims"))),
    "maximum": (2, 2, ()),
    "where": (3, 3, ()),
}
KINDS = ("positive", "rate", "whole", "binary", "onehot")
TAKEN = (*KNOWN, "range", "gradient_of", "mistake")  # what nothing else can be called

Dimension = tuple[str | int, ...]  # a sum of names and whole numbers


class Fault(errors.Fault):
    """A reference that cannot be used."""

    home: ClassVar[str] = os.path.dirname(__file__)


class Parameter(NamedTuple):
    """One parameter: how it is drawn ("real" or one of `KINDS`), and its shape, `()` for a number."""

    name: str
    kind: str
    shape: tuple[Dimension, ...]


class Mistake(NamedTuple):
    """A mistake that the author wrote out: `function` computes it in the place of `of`."""

    of: str
    see: str
    attempt: str


class Function(NamedTuple):
    """One function. `loss` and `by` say of what it is the gradient; `mistake` in whose place it stands, if in any."""

    name: str
    parameters: tuple[Parameter, ...]
    node: ast.FunctionDef
    body: Sequence[ast.stmt]  # without the docstring
    docstring: str
    loss: str = ""
    by: tuple[str, ...] = ()
    mistake: Mistake | None = None

    @property
    def result(self) -> ast.expr:
        """What the function returns."""
        last = self.body[-1]
        assert isinstance(last, ast.Return)
        assert last.value
        return last.value


class Reference(NamedTuple):
    """A whole file. `functions` are in their order, the mistakes among them."""

    file: str
    docstring: str
    functions: Mapping[str, Function]

    @property
    def own(self) -> Mapping[str, Function]:
        """The functions that are no mistakes."""
        return {name: one for name, one in self.functions.items() if not one.mistake}

    def mistakes(self, of: str) -> tuple[Function, ...]:
        """The mistakes that the author wrote out for that function."""
        return tuple(one for one in self.functions.values() if one.mistake and one.mistake.of == of)


def shown(node: ast.AST) -> str:
    """The node's text, in one line and cut."""
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
