"""The text of a reference: a small file of plain formulas, parsed and restricted, never imported or evaluated.

    def ridge(X: (n, d), y: n, w: d, b: one, lam: positive):    annotations say the shapes and what is drawn
    @gradient_of(ridge_loss, w, b)                               the outputs are the loss's derivatives by w and b
    @mistake(ridge, see="…", attempt="…")                        what a student may write in its place

Formulas know `+ - * / ** @`, comparisons, `.T`, `.append`, slices and indices, the functions of `KNOWN`, functions that
stand above, assignments, tuples, lists, and `for … in range(…)`. Anything else is refused in one line that names the
file, the line, what stands there and the cure.
"""

import ast
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from compare import errors
from compare.exercises.reference.kept import MOST_BYTES
from compare.exercises.sources import read_capped

MOST_NODES, MOST_FUNCTIONS, MOST_DEPTH = 20_000, 200, 100
LARGEST, LONGEST_SHOWN = 1e30, 40
KNOWN = {  # by name: the least and the most of its arguments, and the keywords that it takes
    **dict.fromkeys(("exp", "log", "sqrt", "tanh", "sigmoid", "abs", "with_ones", "zeros_like", "len"), (1, 1, ())),
    **dict.fromkeys(("sum", "mean"), (1, 1, ("axis", "keepdims"))),
    "maximum": (2, 2, ()),
    "where": (3, 3, ()),
}
KINDS = ("positive", "rate", "whole", "binary", "onehot")
OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.MatMult)
COMPARISONS = (ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE)
TAKEN = (*KNOWN, "range", "gradient_of", "mistake")  # what nothing else can be called
TYPES = ("float", "int", "bool", "list", "tuple", "array", "ndarray", "number", "scalar", "vector", "matrix")
WORDS = ("one", *KINDS, *TAKEN, *TYPES)  # what no size can be called
PRODUCTS = ("dot", "matmul")
REFUSED: dict[type[ast.AST], str] = {  # why, of what is formed otherwise than formulas are, or not known at all
    ast.Constant: "constant", ast.BinOp: "operator", ast.UnaryOp: "operator", ast.Compare: "comparison",
    ast.Attribute: "attribute", ast.Call: "method", ast.IfExp: "if", ast.BoolOp: "and-or",
    ast.If: "if", ast.While: "while", ast.For: "loop", ast.Pass: "no-return",
}  # fmt: skip

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


def shown(node: ast.AST) -> str:
    """The node's text, in one line and cut."""
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


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
        _Body(self, function).check()
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


class _Body:
    """Walks the statements of one function, and knows which names have a value by then."""

    def __init__(self, reader: _Reader, function: Function) -> None:
        self.reader, self.function = reader, function
        self.names = {each.name for each in function.parameters}

    def fault(self, key: str, node: ast.AST, **fields: object) -> Fault:
        known = {"function": self.function.name, "known": ", ".join(KNOWN)}
        return self.reader.fault(key, node, **{**known, **fields})

    def check(self) -> None:
        *before, last = self.function.body or [self.function.node]
        for statement in before:
            self._statement(statement)
        match last:
            case ast.Return(ast.expr() as value):
                self._several(value)
            case ast.FunctionDef() | ast.Return():
                raise self.fault("no-return", last)
            case _:
                self._statement(last)
                raise self.fault("no-return", last)

    def _statement(self, node: Any) -> None:
        match node:
            case ast.Assign(targets=[target], value=value):
                self._several(value)
                self._bind(target)
            case ast.AugAssign(target=ast.Name(name), value=value) if isinstance(node.op, OPERATORS):
                self._formula(ast.copy_location(ast.Name(name, ast.Load()), node))
                self._formula(value)
            case ast.For(target=ast.Name(), iter=ast.Call(ast.Name("range"), [_] | [_, _] as ends, []), orelse=[]):
                for end in ends:
                    self._formula(end)
                self._bind(node.target)
                for statement in node.body:
                    self._statement(statement)
            case ast.For():
                raise self.fault("loop", node.iter if isinstance(node.target, ast.Name) else node.target)
            case ast.Expr(ast.Call(ast.Attribute(ast.Name() as items, "append"), [value], [])):
                self._formula(items)
                self._formula(value)
            case ast.Return():
                raise self.fault("return-early" if node.value else "no-return", node)
            case _:
                raise self.fault(REFUSED.get(type(node), "statement"), node)

    def _bind(self, target: ast.expr) -> None:
        for part in target.elts if isinstance(target, ast.Tuple) else [target]:
            if not isinstance(part, ast.Name):
                raise self.fault("target", target)
            if part.id in TAKEN:
                raise self.fault("taken", part, given=part.id)
            self.names.add(part.id)

    def _several(self, node: ast.expr) -> None:
        for each in node.elts if isinstance(node, ast.Tuple) and node.elts else [node]:
            self._formula(each)

    def _formula(self, node: Any) -> None:
        parts: Sequence[ast.expr | None] = [each for each in ast.iter_child_nodes(node) if isinstance(each, ast.expr)]
        match node:
            case ast.Constant(int() | float() as value) if type(value) is not bool and abs(value) <= LARGEST:
                pass
            case ast.Name(name):
                if name not in self.names:
                    key = "itself" if name == self.function.name else "unknown-name"
                    raise self.fault(key, node, known=", ".join(sorted(self.names)))
            case ast.BinOp() if isinstance(node.op, OPERATORS):
                pass
            case ast.UnaryOp(ast.USub()) | ast.Attribute(attr="T") | ast.List():
                pass
            case ast.Compare(ops=[_]) if isinstance(node.ops[0], COMPARISONS):
                pass
            case ast.Subscript():
                parts = [node.value, *_indices(node.slice)]
            case ast.Call(ast.Name(name)):
                parts = self._arguments(node, name)
            case _:
                name = getattr(node.func if isinstance(node, ast.Call) else node, "attr", "")
                key = "dot" if name in PRODUCTS else REFUSED.get(type(node), "expression")
                raise self.fault(key, getattr(node, "func", node), name=name)
        for part in parts:
            if part is not None:
                self._formula(part)

    def _arguments(self, node: ast.Call, name: str) -> list[ast.expr | None]:
        """What stands in a call's brackets, where it is what the function takes."""
        if name in KNOWN:
            least, most, keywords = KNOWN[name]
        else:
            function = self.reader.known.get(name)
            if name == self.function.name:
                raise self.fault("itself", node.func)
            if name in PRODUCTS and function is None:
                raise self.fault("dot", node)
            if function is None or function.mistake:
                own = [name for name, one in self.reader.known.items() if not one.mistake]
                raise self.fault("unknown-function", node.func, known=", ".join([*KNOWN, *own]))
            least, most, keywords = len(function.parameters), len(function.parameters), ()
        if not least <= len(node.args) <= most or any(each.arg not in keywords for each in node.keywords):
            raise self.fault("arguments", node, name=name, count=most, keywords=", ".join(keywords) or "—")
        given = {each.arg: each.value for each in node.keywords}
        keepdims = given.get("keepdims", ast.Constant(False))
        if not isinstance(keepdims, ast.Constant) or type(keepdims.value) is not bool:
            raise self.fault("keepdims", node)
        return [*node.args, given.get("axis")]


def _indices(node: ast.expr) -> Iterator[ast.expr | None]:
    """The numbers in an index, of which there may be none: None, and the ends of a slice."""
    for each in node.elts if isinstance(node, ast.Tuple) else [node]:
        if isinstance(each, ast.Slice):
            yield from (each.lower, each.upper, each.step)
        elif not isinstance(each, ast.Constant) or each.value is not None:
            yield each


def _names(function: Function) -> str:
    return ", ".join(each.name for each in function.parameters)
