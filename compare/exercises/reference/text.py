"""The text of a reference: a small file of plain formulas, parsed and restricted, never imported or evaluated.

    def ridge(X: (n, d), y: n, w: d, b: one, lam: positive):    annotations say the shapes and what is drawn
    @gradient_of(ridge_loss, w, b)                               the outputs are the loss's derivatives by w and b
    @mistake(ridge, see="…", attempt="…")                        what a student may write in its place

Formulas know `+ - * / ** @`, comparisons, `.T`, `.append`, slices and indices, the functions of `KNOWN`, functions that
stand above, assignments, tuples, lists, and `for … in range(…)`. Anything else is refused in one line that names the
file, the line, what stands there and the cure.
"""

import ast
import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import ClassVar, NamedTuple, NoReturn

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
RESERVED = ("range", "gradient_of", "mistake")  # what nothing else can be called
WORDS = ("one", *KINDS, *RESERVED)  # what no size can be called

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
    """A whole file. `functions` are in their order, the mistakes among them; `digest` is the hash of its bytes."""

    file: str
    docstring: str
    functions: Mapping[str, Function]
    digest: str

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
    reader = _Reader(file)
    functions = reader.functions(module)
    if not functions:
        raise Fault("empty", file)
    docstring = ast.get_docstring(module) or ""
    return Reference(file, docstring, functions, hashlib.sha256(data).hexdigest())


def _module(file: str, data: bytes) -> ast.Module:
    try:
        return ast.parse(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Fault("not-utf8", file) from None
    except SyntaxError as error:
        line = error.lineno or 1
        raise Fault("syntax", file, line=line, reason=error.msg) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise Fault("syntax", file, line=1, reason=str(error) or type(error).__name__) from None


def _sizes(file: str, module: ast.Module) -> None:
    """Refuse what is too large, too many or nested too deeply, before anything walks it by recursion."""
    nodes, level = 0, [module]
    for _ in range(MOST_DEPTH):
        level = [child for node in level for child in ast.iter_child_nodes(node)]  # type: ignore[misc]
        nodes += len(level)
        if nodes > MOST_NODES:
            break
        if not level:
            count = sum(isinstance(each, ast.FunctionDef) for each in module.body)
            if count > MOST_FUNCTIONS:
                raise Fault("too-many", file, count=count, most=MOST_FUNCTIONS)
            return
    deep = nodes <= MOST_NODES
    raise Fault("too-deep" if deep else "too-long", file, most=MOST_DEPTH if deep else MOST_NODES)


def shown(node: ast.AST) -> str:
    """The node's text, in one line and cut."""
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


class _Reader:
    """Reads the functions of one file, each on the ground of those above it."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.known: dict[str, Function] = {}

    def refuse(self, key: str, node: ast.AST, **fields: object) -> NoReturn:
        given = fields.pop("given", None) or shown(node)
        raise Fault(key, self.file, line=getattr(node, "lineno", 1), given=given, **fields)

    def functions(self, module: ast.Module) -> dict[str, Function]:
        for at, node in enumerate(module.body):
            if at == 0 and _is_text(node):
                continue
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                self.refuse("import", node, known=", ".join(KNOWN))
            if not isinstance(node, ast.FunctionDef):
                self.refuse("not-a-function", node)
            function = self._function(node)
            self.known[function.name] = function
        return self.known

    def _function(self, node: ast.FunctionDef) -> Function:
        if node.name in self.known:
            self.refuse("twice", node, given=node.name, before=self.known[node.name].node.lineno)
        if node.name in (*KNOWN, *RESERVED):
            self.refuse("taken", node, given=node.name)
        if node.returns:
            self.refuse("returns", node.returns)
        has_text = _is_text(node.body[0])
        bare = Function(node.name, (), node, node.body[has_text:], ast.get_docstring(node) or "")
        decorated = self._decorated(bare)
        function = decorated._replace(parameters=tuple(self._parameters(decorated)))
        _Body(self, function).check()
        self._check_by(function)
        return function

    def _decorated(self, function: Function) -> Function:
        for decorator in function.node.decorator_list:
            name = decorator.func.id if _is_call(decorator) else ""  # type: ignore[attr-defined]
            if name == "gradient_of" and not function.loss:
                function = self._gradient(function, decorator)  # type: ignore[arg-type]
            elif name == "mistake" and not function.mistake:
                function = function._replace(mistake=self._mistake(decorator))  # type: ignore[arg-type]
            else:
                self.refuse("decorator", decorator)
        if function.loss and function.mistake:
            self.refuse("both", function.node, given=function.name)
        return function

    def _gradient(self, function: Function, call: ast.Call) -> Function:
        names = [each.id for each in call.args if isinstance(each, ast.Name)]
        if len(names) != len(call.args) or len(names) < 2 or call.keywords or len(set(names)) < len(names):
            self.refuse("gradient-of", call)
        self._earlier(names[0], call)
        loss = self.known[names[0]]
        for name in names[1:]:
            parameter = next((each for each in loss.parameters if each.name == name), None)
            if parameter is None or parameter.kind in ("whole", "binary", "onehot"):
                self.refuse("by-what", call, name=name, loss=loss.name, known=_names(loss))
        return function._replace(loss=names[0], by=tuple(names[1:]))

    def _mistake(self, call: ast.Call) -> Mistake:
        words = {each.arg: each.value.value for each in call.keywords if isinstance(each.value, ast.Constant)}
        of = call.args[0].id if len(call.args) == 1 and isinstance(call.args[0], ast.Name) else ""
        texts = [words.get(key) for key in ("see", "attempt")]
        if not of or len(call.keywords) != 2 or not all(isinstance(text, str) and text.strip() for text in texts):
            self.refuse("mistake-form", call)
        self._earlier(of, call)
        return Mistake(of, *(" ".join(str(text).split()) for text in texts))

    def _earlier(self, name: str, node: ast.AST) -> None:
        if name not in self.known or self.known[name].mistake:
            known = ", ".join(name for name, one in self.known.items() if not one.mistake)
            self.refuse("not-above", node, name=name, known=known or "—")

    def _parameters(self, function: Function) -> Iterator[Parameter]:
        given = function.node.args
        extra = (*given.posonlyargs, *given.kwonlyargs, *given.defaults, given.vararg, given.kwarg)
        if any(extra) or not given.args:
            self.refuse("parameters", function.node, given=f"def {function.name}({ast.unparse(given)})")
        if function.mistake:
            yield from self._of_mistaken(function)
            return
        loss = self.known.get(function.loss)
        of_loss = {each.name: each for each in loss.parameters} if loss else {}
        for argument in given.args:
            if argument.arg in (*KNOWN, *RESERVED):
                self.refuse("taken", argument, given=argument.arg)
            if argument.annotation is None and argument.arg not in of_loss:
                self.refuse("no-shape", argument, function=function.name)
            own = self._parameter(argument) if argument.annotation else of_loss[argument.arg]
            if own != of_loss.get(argument.arg, own):
                self.refuse("other-shape", argument, name=argument.arg, loss=function.loss)
            yield own

    def _of_mistaken(self, function: Function) -> Iterator[Parameter]:
        assert function.mistake
        mistaken = self.known[function.mistake.of]
        if [each.arg for each in function.node.args.args] != [each.name for each in mistaken.parameters]:
            self.refuse("mistake-parameters", function.node, given=function.name, known=_names(mistaken))
        yield from mistaken.parameters

    def _parameter(self, argument: ast.arg) -> Parameter:
        annotation = argument.annotation
        assert annotation
        kind, shape = "real", [annotation]
        if _is_call(annotation) and annotation.func.id in KINDS and not annotation.keywords:  # type: ignore[attr-defined]
            kind, shape = annotation.func.id, annotation.args  # type: ignore[attr-defined]
        elif isinstance(annotation, ast.Name) and annotation.id in KINDS:
            kind, shape = annotation.id, []
        elif isinstance(annotation, ast.Name) and annotation.id == "one":
            shape = []
        elif isinstance(annotation, ast.Tuple):
            shape = annotation.elts
        if len(shape) > 2 or (kind in ("binary", "onehot") and len(shape) != 1 + (kind == "onehot")):
            self.refuse("shape", annotation)
        return Parameter(argument.arg, kind, tuple(self._dimension(each) for each in shape))

    def _dimension(self, node: ast.expr) -> Dimension:
        found: Dimension = ()
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            found = self._dimension(node.left) + self._dimension(node.right)
        elif isinstance(node, ast.Name) and node.id not in WORDS and node.id not in KNOWN:
            found = (node.id,)
        elif isinstance(node, ast.Constant) and type(node.value) is int and 0 < node.value < 10:
            found = (node.value,)
        else:
            self.refuse("shape", node)
        return found

    def _check_by(self, function: Function) -> None:
        """A gradient is a function of what its loss is a function of, and has as many outputs as it has names."""
        if not function.loss:
            return
        loss, own = self.known[function.loss], {each.name for each in function.parameters}
        missing = [each.name for each in loss.parameters if each.name not in own]
        if missing:
            names = ", ".join(missing)
            self.refuse("lacks", function.node, given=function.name, loss=loss.name, names=names)
        count = len(function.result.elts) if isinstance(function.result, ast.Tuple) else 1
        if count != len(function.by) and not isinstance(function.result, ast.Call):
            asked = ", ".join(function.by)
            self.refuse("how-many", function.body[-1], count=count, asked=asked, function=function.name)


class _Body:
    """Walks the statements of one function, and knows which names have a value by then."""

    def __init__(self, reader: _Reader, function: Function) -> None:
        self.reader, self.function = reader, function
        self.names = {each.name for each in function.parameters}

    def check(self) -> None:
        *before, last = self.function.body or [self.function.node]
        ends = isinstance(last, ast.Return) and last.value is not None
        for statement in before if ends or not self.function.body else self.function.body:
            self._statement(statement)
        if not isinstance(last, ast.Return) or last.value is None:
            self.reader.refuse("no-return", last, function=self.function.name)
        self._values(last.value)

    def _statement(self, node: ast.stmt) -> None:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            self._values(node.value)
            self._bind(node.targets[0])
        elif isinstance(node, ast.AugAssign) and isinstance(node.op, OPERATORS) and isinstance(node.target, ast.Name):
            self._expression(ast.copy_location(ast.Name(node.target.id, ast.Load()), node.target))
            self._expression(node.value)
        elif isinstance(node, ast.For):
            self._loop(node)
        elif isinstance(node, ast.Expr) and self._is_append(node.value):
            self._expression(node.value.func.value)  # type: ignore[attr-defined]
            self._expression(node.value.args[0])  # type: ignore[attr-defined]
        elif isinstance(node, ast.Return):
            self.reader.refuse("return-early" if node.value else "no-return", node, function=self.function.name)
        else:
            key = {ast.If: "if", ast.While: "while", ast.Pass: "no-return"}.get(type(node), "statement")
            self.reader.refuse(key, node, function=self.function.name)

    @staticmethod
    def _is_append(node: ast.expr) -> bool:
        return (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "append"
            and isinstance(node.func.value, ast.Name)
            and len(node.args) == 1
            and not node.keywords
        )

    def _bind(self, target: ast.expr) -> None:
        parts = target.elts if isinstance(target, ast.Tuple) else [target]
        for part in parts:
            if not isinstance(part, ast.Name):
                self.reader.refuse("target", target)
            if part.id in (*KNOWN, *RESERVED):
                self.reader.refuse("taken", part, given=part.id)
            self.names.add(part.id)

    def _loop(self, node: ast.For) -> None:
        called = node.iter
        if not _is_call(called) or called.func.id != "range" or called.keywords or node.orelse:  # type: ignore[attr-defined]
            self.reader.refuse("loop", node.iter)
        if not 1 <= len(called.args) <= 2:  # type: ignore[attr-defined]
            self.reader.refuse("loop", node.iter)
        for argument in called.args:  # type: ignore[attr-defined]
            self._expression(argument)
        if not isinstance(node.target, ast.Name):
            self.reader.refuse("loop", node.target)
        self._bind(node.target)
        for statement in node.body:
            self._statement(statement)

    def _values(self, node: ast.expr) -> None:
        for each in node.elts if isinstance(node, ast.Tuple) and node.elts else [node]:
            self._expression(each)

    def _expression(self, node: ast.expr) -> None:
        check = getattr(self, f"_{type(node).__name__.lower()}", None)
        if check is None:
            key = {ast.IfExp: "if", ast.BoolOp: "and-or"}.get(type(node), "expression")
            self.reader.refuse(key, node)
        check(node)

    def _constant(self, node: ast.Constant) -> None:
        if type(node.value) not in (int, float) or not abs(node.value) <= LARGEST:  # type: ignore[arg-type]
            self.reader.refuse("constant", node)

    def _name(self, node: ast.Name) -> None:
        if node.id not in self.names:
            own = node.id == self.function.name
            known = ", ".join(sorted(self.names))
            self.reader.refuse("itself" if own else "unknown-name", node, function=self.function.name, known=known)

    def _binop(self, node: ast.BinOp) -> None:
        if not isinstance(node.op, OPERATORS):
            self.reader.refuse("operator", node)
        self._expression(node.left)
        self._expression(node.right)

    def _unaryop(self, node: ast.UnaryOp) -> None:
        if not isinstance(node.op, ast.USub):
            self.reader.refuse("operator", node)
        self._expression(node.operand)

    def _compare(self, node: ast.Compare) -> None:
        if len(node.ops) != 1 or not isinstance(node.ops[0], COMPARISONS):
            self.reader.refuse("comparison", node)
        self._expression(node.left)
        self._expression(node.comparators[0])

    def _attribute(self, node: ast.Attribute) -> None:
        if node.attr != "T":
            self.reader.refuse("attribute", node, name=node.attr, known=", ".join(KNOWN))
        self._expression(node.value)

    def _list(self, node: ast.List) -> None:
        for each in node.elts:
            self._expression(each)

    def _subscript(self, node: ast.Subscript) -> None:
        self._expression(node.value)
        for index in node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]:
            parts = [index.lower, index.upper, index.step] if isinstance(index, ast.Slice) else [index]
            for part in parts:
                if part is not None and not (isinstance(part, ast.Constant) and part.value is None):
                    self._expression(part)

    def _call(self, node: ast.Call) -> None:
        if not isinstance(node.func, ast.Name):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            self.reader.refuse("method", node.func, name=name, known=", ".join(KNOWN))
        name = node.func.id
        if name in KNOWN:
            least, most, keywords = KNOWN[name]
        else:
            least = most = len(self._called(node.func).parameters)
            keywords = ()
        if not least <= len(node.args) <= most or any(each.arg not in keywords for each in node.keywords):
            given = shown(node)
            taken = ", ".join(keywords) or "—"
            self.reader.refuse("arguments", node, given=given, name=name, count=most, keywords=taken)
        for argument in (*node.args, *(each.value for each in node.keywords if each.arg == "axis")):
            self._expression(argument)
        for each in node.keywords:
            if each.arg == "keepdims" and not (isinstance(each.value, ast.Constant) and type(each.value.value) is bool):
                self.reader.refuse("keepdims", node)

    def _called(self, node: ast.Name) -> Function:
        function = self.reader.known.get(node.id)
        if node.id == self.function.name:
            self.reader.refuse("itself", node, function=self.function.name)
        if function is None or function.mistake:
            own = ", ".join([*KNOWN, *(name for name, one in self.reader.known.items() if not one.mistake)])
            self.reader.refuse("unknown-function", node, known=own)
        return function


def _names(function: Function) -> str:
    return ", ".join(each.name for each in function.parameters)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _is_call(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
