"""What a course with a reference asks, as a file to fill in; and the reference itself as an answer, for rehearsals."""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from compare.exercises.course import OF_COURSE
from compare.exercises.judging import Expected, Tried
from compare.exercises.reference.arrays import Array
from compare.exercises.reference.prepared import parsed
from compare.exercises.reference.shapes import LIST, output_names, output_shapes
from compare.exercises.reference.small import small
from compare.exercises.reference.text import Dimension, Function, Reference

if TYPE_CHECKING:
    from compare.exercises.course import Course

LOOKED_AT = 200  # small inputs among which an example is looked for
PRELUDE = """import numpy as np
from numpy import abs, exp, log, maximum, mean, sqrt, sum, tanh, where, zeros_like


def sigmoid(a):
    return 1 / (1 + exp(-a))


def with_ones(X):
    return np.column_stack([np.ones(len(X)), X])
"""


def template(course: Course, language: str, command: str, texts: Mapping[str, Any]) -> str:
    """The text of a file of answers; `texts` are those of the template, `command` is what checks it."""
    assert course.formulas
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
    lines = [doc(course, reference, name, language).strip(), "", texts["takes"].format(takes=takes)]
    by_kind: dict[str, list[str]] = {}
    for each in function.parameters:
        by_kind.setdefault(each.kind, []).append(each.name)
    lines += [f"{', '.join(names)}: {texts['kinds'][kind]}" for kind, names in by_kind.items() if kind != "real"]
    lines += [texts["returns"].format(returns=returns), *_example(course, function, texts), ""]
    text = _escaped("\n".join(lines).lstrip("\n"))
    docstring = "\n".join(f"    {line}".rstrip() for line in f'"""{text}"""'.split("\n"))
    parameters = ", ".join(each.name for each in function.parameters)
    return f"def {name}({parameters}):\n{docstring}\n    raise NotImplementedError"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')


def _shape(shape: tuple[Dimension, ...]) -> str:
    return _in_brackets(tuple(" + ".join(map(str, each)) for each in shape))


def _in_brackets(shape: tuple[str, ...]) -> str:
    return f"({', '.join(shape)}{',' * (len(shape) == 1)})" if shape else ""


def _example(course: Course, function: Function, texts: Mapping[str, Any]) -> Iterator[str]:
    """A call small enough to do on paper, of which no output is all zeros, and what it gives."""
    assert course.formulas
    known = list(islice(small(course.formulas, function.name), LOOKED_AT))
    telling = [one for one in known if all(any(each.values) for each in one.truth)]
    several = [one for one in telling if _is_of_several(one)]
    if not known:
        return
    one = (several or telling or known)[0]
    given = ", ".join(written(one.trial[each.name]) for each in function.parameters)
    yield texts["example"].format(call=f"{function.name}({given})", result=_result(one))


def _is_of_several(one: Tried) -> bool:
    """More than one sample, not all of them alike."""
    first = next((each for each in one.trial.values() if isinstance(each, Array)), None)
    return first is not None and first.shape[0] == 2 and len(set(first.entries)) > 1


def written(value: Any) -> str:
    """An argument as Python."""
    if not isinstance(value, Array):
        return repr(value)
    return f"np.array({value.rows() if len(value.shape) == 2 else list(value.entries)})"


def _result(one: Tried) -> str:
    found = [_nested(each) for each in one.truth]
    return str(found[0]) if len(found) == 1 else f"({', '.join(map(str, found))})"


def _nested(expected: Expected) -> Any:
    values = [float(f"{value:.6g}") + 0.0 for value in expected.values]
    if len(expected.shape) == 2:
        width = expected.shape[1]
        return [values[i * width : (i + 1) * width] for i in range(expected.shape[0])]
    return values if expected.shape else values[0]


def solution(course: Course) -> bytes:
    """The reference as an answer in NumPy: it must reach full marks before anybody else's is graded."""
    assert course.formulas
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
