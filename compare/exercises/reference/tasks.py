"""What a course asks, as a file to fill in; and the reference itself as an answer, for rehearsals."""

from __future__ import annotations

import ast
import copy
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, cycle
from math import prod
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from compare.exercises.course import OF_COURSE
from compare.exercises.draws import Numbers
from compare.exercises.formulas.arrays import Array
from compare.exercises.formulas.function import Dimension, Function, Parameter, Reference
from compare.exercises.formulas.shapes import LIST, names_of, output_names, output_shapes, shape
from compare.exercises.judging import Expected, Tried
from compare.exercises.reference.prepared import parsed
from compare.exercises.trials.inputs import tried

if TYPE_CHECKING:
    from compare.exercises.course import Course

LOOKED_AT = 64  # calls among which an example is looked for
SIZES = (2, 3, 1)  # of everything in it: the first with which the formulas have a value
REALS, RATES = (1, 2, 3, 1, 2, -1), (0.1, 0.5, 0.25)
CHOICES: Mapping[str, Sequence[float]] = {"whole": (2,), "binary": (0, 1), "positive": (1, 2, 0.5)}
WIDTH = 116  # of a line within a function's docstring
_WHOLE = re.compile(r"\[(?:[^][]|\[[^][]*\])*\]|\([a-z, ]*\)")  # a list, or one of lists; a shape
PRELUDE = """import numpy as np
from numpy import abs, exp, log, maximum, mean, sqrt, sum, tanh, where, zeros_like


def sigmoid(a):
    return 1 / (1 + exp(-a))


def with_ones(X):
    return np.column_stack([np.ones(len(X)), X])
"""


def template(course: Course, language: str, command: str) -> str:
    """The text of a file of answers in a language; `command` is what checks it."""
    texts = tomllib.loads(Path(__file__).with_name(f"tasks.{language}.toml").read_text(encoding="utf-8"))
    reference = parsed(course.formulas)
    title = (doc(course, reference, OF_COURSE, language) or course.title).strip() or course.formulas.file
    lacking = [name for name in (OF_COURSE, *course.points) if not _is_told(course, reference, name, language)]
    if lacking:
        title += "\n\n" + texts["not-told"].format(language=texts["languages"][course.language])
    header = texts["header"].strip().format(command=command, title=title)
    functions = [_function(course, reference, name, language, texts) for name in course.points]
    return "\n\n\n".join([f'"""{_escaped(header)}\n"""\n\nimport numpy as np', *functions]) + "\n"


def doc(course: Course, reference: Reference, name: str, language: str) -> str:
    """What the course says of a function in a language; where it says nothing, what the reference says in its own."""
    own = reference.docstring if name == OF_COURSE else reference.functions[name].docstring
    return course.texts.get(language, {}).get(name, {}).get("doc") or own


def _is_told(course: Course, reference: Reference, name: str, language: str) -> bool:
    """Is what there is to say of a function said in that language?"""
    said = course.texts.get(language, {}).get(name, {})
    return language == course.language or "doc" in said or not doc(course, reference, name, language)


# A name or several with commas, then two spaces or a colon, then what it is, up to two spaces or the line's end.
_SYMBOL = re.compile(r"(?:^|\s\s)\s*([A-Za-z_]\w*(?:, [A-Za-z_]\w*)*)(?:\s\s+|: +)(\S.*?)(?=\s\s|$)", re.MULTILINE)


def symbols(course: Course, reference: Reference, piece: str) -> dict[str, dict[str, str]]:
    """By language, what the names in a piece of a formula stand for, where the file's docstring lists them."""
    names = dict.fromkeys(re.findall(r"[A-Za-z_]\w*", piece))
    found = {}
    for language in (course.language, *course.texts):
        listed = _SYMBOL.findall(doc(course, reference, OF_COURSE, language))
        known = {name: " ".join(words.split()) for several, words in listed for name in several.split(", ")}
        found[language] = {name: known[name] for name in names if name in known}
    return found


def _function(course: Course, reference: Reference, name: str, language: str, texts: Mapping[str, Any]) -> str:
    function = reference.functions[name]
    takes = ", ".join(f"{each.name} {_shape(each.shape)}".strip() for each in function.parameters)
    shapes = zip(output_names(reference, function), output_shapes(reference, function), strict=True)
    returns = ", ".join(
        texts["list"].format(name=output) if shape == LIST else f"{output} {_in_brackets(shape)}".strip()
        for output, shape in shapes
    )
    by_kind: dict[str, list[str]] = {}
    for each in function.parameters:
        by_kind.setdefault(each.kind, []).append(each.name)
    kinds = [f"{', '.join(names)}: {texts['kinds'][kind]}" for kind, names in by_kind.items() if kind != "real"]
    asked = [texts["takes"].format(takes=takes), *kinds, texts["returns"].format(returns=returns)]
    told = [*doc(course, reference, name, language).strip().split("\n"), ""]
    lines = [*told, *chain(*map(_wrapped, [*asked, *_example(reference, function, texts)])), ""]
    text = _escaped("\n".join(lines).lstrip("\n"))
    docstring = "\n".join(f"    {line}".rstrip() for line in f'"""{text}"""'.split("\n"))
    parameters = ", ".join(each.name for each in function.parameters)
    return f"def {name}({parameters}):\n{docstring}\n    raise NotImplementedError"


def _wrapped(line: str) -> list[str]:
    """The line, or several where it is long: none ends within an argument, a shape or a result."""
    whole = _WHOLE.sub(lambda found: found[0].replace(" ", "\N{NO-BREAK SPACE}"), line)
    lines = wrap(whole, WIDTH, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False)
    return [each.replace("\N{NO-BREAK SPACE}", " ") for each in lines]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')


def _shape(shape: tuple[Dimension, ...]) -> str:
    return _in_brackets(tuple(" + ".join(map(str, each)) for each in shape))


def _in_brackets(shape: tuple[str, ...]) -> str:
    return f"({', '.join(shape)}{',' * (len(shape) == 1)})" if shape else ""


def _example(reference: Reference, function: Function, texts: Mapping[str, Any]) -> list[str]:
    """A call small enough to do on paper, and what it gives; none where nothing has a value."""
    lists = [shape == LIST for shape in output_shapes(reference, function)]
    for size in SIZES:
        if found := list(_tried(reference, function, size)):
            texts_of = [(_dullness(one, lists), _call(function, one), _result(one)) for one in found]
            _, call, result = min(texts_of, key=lambda each: (each[0], len(each[1]) + len(each[2])))
            return [texts["example"].format(call=call, result=result)]
    return []


def _tried(reference: Reference, function: Function, size: int) -> Iterator[Tried]:
    """Calls with that many samples, and as many of everything else, on which something is right."""
    sizes = dict.fromkeys(names_of(function), size)
    for number in range(LOOKED_AT):
        draw, rates = Numbers(number), cycle(RATES)
        given = {each.name: _value(each, shape(each, sizes), draw, rates) for each in function.parameters}
        if one := tried(reference, function, given):
            yield one


def _value(parameter: Parameter, size: tuple[int, ...], draw: Numbers, rates: Iterator[float]) -> Any:
    """An argument without zeros; no two rates are alike."""
    if parameter.kind == "onehot":
        hot = [draw.below(size[1]) for _ in range(size[0])]
        return Array(size, [float(column == one) for one in hot for column in range(size[1])])
    choices = CHOICES.get(parameter.kind, REALS)
    entries = [choices[draw.below(len(choices))] for _ in range(prod(size))]
    if parameter.kind == "rate":
        entries = [next(rates) for _ in entries]
    if not size:
        return entries[0] if parameter.kind == "whole" else float(entries[0])
    return Array(size, list(map(float, entries)))


def _dullness(one: Tried, lists: Sequence[bool]) -> int:
    """How often two rows, columns, plain numbers or results are alike, a result is zero or as good as whole, and losses
    do not fall."""
    found = [value for each in one.truth for value in each.values]
    results = [_shown(value) for value in found]
    alike: list[Sequence[Any]] = [results, [value for value in one.trial.values() if not isinstance(value, Array)]]
    for value in one.trial.values():
        if isinstance(value, Array):
            rows = list(map(tuple, value.rows())) if len(value.shape) == 2 else []
            alike += [rows, list(zip(*rows, strict=True))] if rows else [value.entries]
    flat = sum(value != result == round(result) for value, result in zip(found, results, strict=True))
    rising = sum(is_list and each.values[0] < each.values[-1] for each, is_list in zip(one.truth, lists, strict=True))
    return sum(len(each) - len(set(each)) for each in alike) + results.count(0.0) + flat + rising


def _call(function: Function, one: Tried) -> str:
    return f"{function.name}({', '.join(written(one.trial[each.name]) for each in function.parameters)})"


def written(value: Any) -> str:
    """An argument as Python."""
    if not isinstance(value, Array):
        return repr(value)
    return f"np.array({value.rows() if len(value.shape) == 2 else list(value.entries)})"


def _result(one: Tried) -> str:
    found = [_nested(each) for each in one.truth]
    return str(found[0]) if len(found) == 1 else f"({', '.join(map(str, found))})"


def _nested(expected: Expected) -> Any:
    values = [_shown(value) for value in expected.values]
    if len(expected.shape) == 2:
        width = expected.shape[1]
        return [values[i * width : (i + 1) * width] for i in range(expected.shape[0])]
    return values if expected.shape else values[0]


def _shown(value: float) -> float:
    """To six digits, and 0 without a sign."""
    return float(f"{value:.6g}") + 0.0


def solution(course: Course) -> bytes:
    """The reference as an answer in NumPy: it must reach full marks before anybody else's is graded."""
    return in_numpy(parsed(course.formulas).own.values()).encode()


def in_numpy(functions: Iterable[Function]) -> str:
    """Functions of a reference as a program."""
    return "\n\n\n".join([PRELUDE, *(_plain(each.node) for each in functions)])


class _InNumbers(ast.NodeTransformer):
    """Comparisons as 0 or 1, which they are in a reference: NumPy's truths cannot be subtracted."""

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        return ast.BinOp(ast.Constant(1.0), ast.Mult(), node)


def _plain(node: ast.FunctionDef) -> str:
    """The function without its decorators and shapes."""
    node = _InNumbers().visit(copy.deepcopy(node))
    arguments = ast.arguments([], [ast.arg(each.arg) for each in node.args.args], None, [], [], None, [])
    return ast.unparse(ast.fix_missing_locations(ast.FunctionDef(node.name, arguments, node.body, [], lineno=1)))
