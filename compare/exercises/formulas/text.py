"""The text of a reference: a small file of plain formulas, parsed and restricted, never imported or evaluated.

    def ridge(X: (n, d), y: n, w: d, b: one, lam: positive):    annotations say the shapes and what is drawn
    @gradient_of(ridge_loss, w, b)                               the outputs are the loss's derivatives by w and b
    @mistake(ridge, see="…", attempt="…")                        what a student may write in its place

Formulas know `+ - * / ** @`, comparisons, `.T`, `.append`, slices and indices, the functions of `KNOWN`, functions that
stand above, assignments, tuples, lists, and `for … in range(…)`. Anything else is refused in one line that names the
file, the line, what stands there and the cure.
"""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

from compare.exercises.formulas.body import Body
from compare.exercises.formulas.function import (
    KINDS,
    KNOWN,
    TAKEN,
    Dimension,
    Fault,
    Function,
    Mistake,
    Parameter,
    Reference,
    shown,
)
from compare.exercises.reference.kept import MOST_BYTES
from compare.exercises.sources import read_capped

MOST_NODES, MOST_FUNCTIONS, MOST_DEPTH = 20_000, 200, 100
TYPES = ("float", "int", "bool", "list", "tuple", "array", "ndarray", "number", "scalar", "vector", "matrix")
WORDS = ("one", *KINDS, *TAKEN, *TYPES)  # what no size can be called


def read(path: Path) -> Reference:
    """The reference in `path`. Raises `InputError`, one line that names the file, the line and the cure."""
    if not path.exists():
        raise Fault("not-found", path)
    return parse(str(path), read_capped(path, MOST_BYTES))


def parse(file: str, data: bytes) -> Reference:
    """The reference whose text is `data`. Raises `Fault`."""
    module = _module(file, data)
    _sizes(file, module)
    functions = _Reader(file).functions(module)
    if not functions:
        raise Fault("empty", file)
    return Reference(file, ast.get_docstring(module) or "", functions)


def _module(file: str, data: bytes) -> ast.Module:
    try:
        return ast.parse(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Fault("not-utf8", file) from None
    except SyntaxError as error:
        raise Fault("syntax", file, line=error.lineno or 1, reason=error.msg) from None
    except ValueError as error:
        raise Fault("syntax", file, line=1, reason=str(error)) from None
    except (RecursionError, MemoryError):
        raise Fault("too-deep", file, most=MOST_DEPTH) from None


def _sizes(file: str, module: ast.Module) -> None:
    """Refuse what is too large, too many or nested too deeply, before anything walks it by recursion."""
    nodes, level = 0, list[ast.AST]([module])
    for _ in range(MOST_DEPTH):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        nodes += len(level)
        if nodes > MOST_NODES:
            raise Fault("too-long", file, most=MOST_NODES)
    if level:
        raise Fault("too-deep", file, most=MOST_DEPTH)
    count = sum(isinstance(each, ast.FunctionDef) for each in module.body)
    if count > MOST_FUNCTIONS:
        raise Fault("too-many", file, count=count, most=MOST_FUNCTIONS)


class _Reader:
    """Reads the functions of one file, each on the ground of those above it."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.known: dict[str, Function] = {}

    def fault(self, key: str, node: ast.AST, **fields: object) -> Fault:
        given = fields.pop("given", None) or shown(node)
        return Fault(key, self.file, line=getattr(node, "lineno", 1), given=given, **fields)

    def functions(self, module: ast.Module) -> dict[str, Function]:
        for node in module.body[ast.get_docstring(module) is not None :]:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                raise self.fault("import", node, known=", ".join(KNOWN))
            if not isinstance(node, ast.FunctionDef):
                raise self.fault("not-a-function", node)
            self.known[node.name] = self._function(node)
        return self.known

    def _function(self, node: ast.FunctionDef) -> Function:
        if node.name in self.known:
            raise self.fault("twice", node, given=node.name, before=self.known[node.name].node.lineno)
        if node.name in TAKEN:
            raise self.fault("taken", node, given=node.name)
        if node.returns:
            raise self.fault("returns", node.returns)
        docstring = ast.get_docstring(node)
        function = Function(node.name, (), node, node.body[docstring is not None :], docstring or "")
        for decorator in node.decorator_list:
            function = self._decorated(function, decorator)
        if function.loss and function.mistake:
            raise self.fault("both", node, given=function.name)
        function = function._replace(parameters=tuple(self._parameters(function)))
        Body(self, function).check()
        self._check_gradient(function)
        return function

    def _decorated(self, function: Function, decorator: ast.expr) -> Function:
        match decorator:
            case ast.Call(func=ast.Name("gradient_of"), args=args, keywords=[]) if not function.loss:
                names = [each.id for each in args if isinstance(each, ast.Name)]
                if len(names) != len(args) or len(names) < 2 or len(set(names)) < len(names):
                    raise self.fault("gradient-of", decorator)
                self._check_by(names[0], names[1:], decorator)
                return function._replace(loss=names[0], by=tuple(names[1:]))
            case ast.Call(func=ast.Name("gradient_of")) if not function.loss:
                raise self.fault("gradient-of", decorator)
            case ast.Call(func=ast.Name("mistake"), args=[ast.Name(of)], keywords=words) if not function.mistake:
                texts = {each.arg: each.value.value for each in words if isinstance(each.value, ast.Constant)}
                told = [texts.get(key) for key in ("see", "attempt")]
                if len(words) != 2 or not all(isinstance(text, str) and text.strip() for text in told):
                    raise self.fault("mistake-form", decorator)
                self._earlier(of, decorator)
                return function._replace(mistake=Mistake(of, *(" ".join(str(text).split()) for text in told)))
            case ast.Call(func=ast.Name("mistake")) if not function.mistake:
                raise self.fault("mistake-form", decorator)
        raise self.fault("decorator", decorator)

    def _check_by(self, loss: str, by: Sequence[str], node: ast.AST) -> None:
        self._earlier(loss, node)
        function = self.known[loss]
        for name in by:
            kind = next((each.kind for each in function.parameters if each.name == name), "")
            if kind in ("", "whole", "binary", "onehot"):
                raise self.fault("by-what", node, name=name, loss=loss, known=_names(function))

    def _earlier(self, name: str, node: ast.AST) -> None:
        known = [name for name, one in self.known.items() if not one.mistake]
        if name not in known:
            raise self.fault("not-above", node, name=name, known=", ".join(known) or "—")

    def _parameters(self, function: Function) -> Iterator[Parameter]:
        given = function.node.args
        extra = (*given.posonlyargs, *given.kwonlyargs, *given.defaults, given.vararg, given.kwarg)
        if any(extra) or not given.args:
            raise self.fault("parameters", function.node, given=f"def {function.name}({ast.unparse(given)})")
        if function.mistake:
            mistaken = self.known[function.mistake.of]
            if [each.arg for each in given.args] != [each.name for each in mistaken.parameters]:
                raise self.fault("mistake-parameters", function.node, given=function.name, known=_names(mistaken))
            yield from mistaken.parameters
            return
        of_loss = {each.name: each for each in self.known[function.loss].parameters} if function.loss else {}
        for argument in given.args:
            if argument.arg in TAKEN:
                raise self.fault("taken", argument, given=argument.arg)
            if argument.annotation is None and argument.arg not in of_loss:
                raise self.fault("no-shape", argument, function=function.name)
            own = self._parameter(argument.arg, argument.annotation) if argument.annotation else of_loss[argument.arg]
            if own != of_loss.get(argument.arg, own):
                raise self.fault("other-shape", argument, name=argument.arg, loss=function.loss)
            yield own

    def _parameter(self, name: str, annotation: ast.expr) -> Parameter:
        kind, shape = "real", [annotation]
        match annotation:
            case ast.Call(func=ast.Name(word), args=args, keywords=[]) if word in KINDS:
                kind, shape = word, args
            case ast.Name(word) if word in KINDS:
                kind, shape = word, []
            case ast.Name("one"):
                shape = []
            case ast.Tuple(elts):
                shape = elts
        if len(shape) > 2 or (kind in ("binary", "onehot") and len(shape) != 1 + (kind == "onehot")):
            raise self.fault("shape", annotation)
        return Parameter(name, kind, tuple(self._dimension(each) for each in shape))

    def _dimension(self, node: ast.expr) -> Dimension:
        match node:
            case ast.BinOp(left, ast.Add(), right):
                return self._dimension(left) + self._dimension(right)
            case ast.Name(name) if name not in WORDS:
                return (name,)
            case ast.Constant(int(count)) if 0 < count < 10 and type(count) is int:
                return (count,)
        raise self.fault("shape", node)

    def _check_gradient(self, function: Function) -> None:
        """A gradient is a function of what its loss is a function of, and has as many outputs as it has names."""
        if not function.loss:
            return
        own = {each.name for each in function.parameters}
        missing = [each.name for each in self.known[function.loss].parameters if each.name not in own]
        if missing:
            names = ", ".join(missing)
            raise self.fault("lacks", function.node, given=function.name, loss=function.loss, names=names)
        count = len(function.result.elts) if isinstance(function.result, ast.Tuple) else 1
        if count != len(function.by) and not isinstance(function.result, ast.Call):
            asked = ", ".join(function.by)
            raise self.fault("how-many", function.body[-1], count=count, asked=asked, function=function.name)


def _names(function: Function) -> str:
    return ", ".join(each.name for each in function.parameters)
